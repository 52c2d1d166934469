"""Gate orders, and gates that are not what they should be."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy.lstm import LSTMLayer

plant = planter("gates")

ELSEWHERE = {
    "iofc": "ONNX; onnx/tensorflow-onnx discussion 2042",
    "ifoc": "ncnn, Core ML; apple/coremltools#93",
    "fico": "OpenVINO LSTMSequence",
    "icfo": "Keras 1; dm-haiku",
    "fioc": "Thinc",
    "cifo": "Chainer",
}
"""Who holds the gates in this order: an engine or a converter that forgets to reorder them."""


def in_order(letters: str) -> type[LSTMLayer]:
    """A layer that takes the four blocks of its weights to lie in this order."""
    places = [letters.index(gate) for gate in "ifco"]

    class OtherGateOrder(LSTMLayer):
        def split(self, blocks):
            block = super().split(blocks)
            return tuple(block[place] for place in places)

    return OtherGateOrder


for order in map("".join, permutations("ifco")):
    if order != "ifco":
        named = ", ".join(order)
        known = {"address": ELSEWHERE.get(order, ""), "diagnosis": f"in the order {named}"}
        plant(f"The gates lie in the order {named}.", "CELL-06 CELL-09", **known)(in_order(order))


@plant(
    "The forget gate is one minus the input gate.",
    "CELL-05 CELL-12",
    address="coupled gates, Greff et al. 2017",
    diagnosis="the forget gate is one minus the input gate",
)
class ForgetGateIsOneMinusInputGate(LSTMLayer):
    def next_cell(self, i, f, g, c):
        return (1 - i) * c + i * g


@plant(
    "There is no forget gate.",
    "CELL-05",
    address="Hochreiter & Schmidhuber 1997, before Gers et al. 2000",
    diagnosis="the forget gate is always open",
)
class ForgetGateIsAlwaysOpen(LSTMLayer):
    def next_cell(self, i, f, g, c):
        return c + i * g


@plant("The input gate is left out.", "CELL-05", diagnosis="the input gate is always open")
class InputGateIsAlwaysOpen(LSTMLayer):
    def next_cell(self, i, f, g, c):
        return f * c + g


@plant("The output gate is left out.", "CELL-17", diagnosis="the output gate is always open")
class OutputGateIsAlwaysOpen(LSTMLayer):
    def step(self, x, h, c):
        step = super().step(x, h, c)
        return step._replace(h=step.squashed)


@plant(
    "The output gate sees the new cell state.",
    "CELL-10",
    address="peephole connections, Gers & Schmidhuber 2000; the P of ONNX LSTM",
)
class OutputGateHasAPeephole(LSTMLayer):
    def step(self, x, h, c):
        step = super().step(x, h, c)
        z = self.split(self.preactivation(x, h))[3] + 0.1 * step.c
        return step._replace(h=self.sigma.of(z) * step.squashed)


@plant(
    "The cell is written one step late: h comes from c before the step.",
    "CELL-17",
    diagnosis="h comes from the cell state before the step",
)
class OutputReadsTheOldCell(LSTMLayer):
    def step(self, x, h, c):
        step = super().step(x, h, c)
        return step._replace(h=step.o * self.phi.of(c))


@plant(
    "Input and forget gate are made to add up to one.",
    "CELL-10",
    diagnosis="input and forget gate are made to add up to one",
)
class GatesCompete(LSTMLayer):
    def next_cell(self, i, f, g, c):
        total = i + f
        return f / total * c + i / total * g


@plant(
    "The candidate is squashed by the gates' activation.",
    "CELL-20",
    diagnosis="the candidate uses the activation of the gates",
)
class CandidateIsAGate(LSTMLayer):
    def activate(self, z):
        return self.sigma.of(np.array(z))
