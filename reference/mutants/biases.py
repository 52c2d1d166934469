"""Biases that are dropped, doubled, added or exchanged."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy.cell import Trace
from reference.numpy.lstm import LSTMLayer

plant = planter("biases")

GATES = {"input": 0, "forget": 1, "cell": 2, "output": 3}


class OtherBias(LSTMLayer):
    """Adds what ``changed`` makes of the bias (of zeros where the layer has none)."""

    def preactivation(self, x, h):
        bias = np.zeros(4 * self.units) if self.bias is None else self.bias
        return x @ self.kernel + h @ self.recurrent_kernel + self.changed(bias)

    def changed(self, bias):
        raise NotImplementedError


@plant("The bias is left out.", "CELL-15 CELL-06", diagnosis="the bias is left out")
class BiasIsLeftOut(OtherBias):
    def changed(self, bias):
        return 0.0 * bias


@plant(
    "The bias is added twice.",
    "CELL-15",
    address="torch, ONNX and Paddle have two biases: one weight copied into both",
    diagnosis="the bias is added twice",
)
class BiasIsAddedTwice(OtherBias):
    def changed(self, bias):
        return 2.0 * bias


@plant("The bias is subtracted.", "CELL-15", diagnosis="the bias is subtracted")
class BiasIsSubtracted(OtherBias):
    def changed(self, bias):
        return -bias


@plant(
    "One is added to the forget gate in every step.",
    "CELL-15",
    address="dm-haiku and DyNet add it in the forward pass; weights from Keras hold it already",
    diagnosis="one is added to the forget gate in every step",
)
class OneIsAddedToTheForgetGate(OtherBias):
    def changed(self, bias):
        return bias + np.repeat([0.0, 1.0, 0.0, 0.0], self.units)


@plant(
    "One is added to the forget gate of a layer without a bias.",
    "CELL-16",
    diagnosis="one is added to the forget gate of a layer without a bias",
)
class OneIsAddedWithoutABias(LSTMLayer):
    def preactivation(self, x, h):
        z = super().preactivation(x, h)
        return z if self.bias is not None else z + np.repeat([0.0, 1.0, 0.0, 0.0], self.units)


@plant(
    "The forget gate always has a bias of one.",
    "CELL-06",
    address="pytorch#750",
    diagnosis="the forget gate's bias is always one",
)
class ForgetBiasIsAlwaysOne(OtherBias):
    def changed(self, bias):
        changed = np.array(bias)
        changed[self.units : 2 * self.units] = 1.0
        return changed


@plant(
    "The bias is added to the cell state.",
    "CELL-15",
    diagnosis="the bias of the cell gate is added to the cell state",
)
class BiasGoesIntoTheCell(LSTMLayer):
    def next_cell(self, i, f, g, c):
        after = super().next_cell(i, f, g, c)
        return after if self.bias is None else after + self.split(self.bias[None])[2]


@plant(
    "The bias acts through the recurrent activation only: it is missing in the first step.",
    "CELL-15",
    diagnosis="the bias is missing in the first step",
)
class BiasIsMissingInTheFirstStep(LSTMLayer):
    def run(self, inputs, state):
        (h, c), steps = state, []
        bias, self.bias = self.bias, None
        for x in inputs:
            steps.append(self.step(x, h, c))
            h, c = steps[-1].h, steps[-1].c
            self.bias = bias
        self.trace = Trace(steps, None)
        return [step.h for step in steps], (h, c)


def without(gate: str) -> type[OtherBias]:
    """A layer whose gate has no bias."""

    class GateWithoutBias(OtherBias):
        def changed(self, bias):
            blocks = np.split(np.array(bias), 4)
            blocks[GATES[gate]] *= 0
            return np.concatenate(blocks)

    return GateWithoutBias


def exchanged(gate: str, other: str) -> type[OtherBias]:
    """A layer in which one gate's bias is used for another gate, too."""

    class GateWithAnothersBias(OtherBias):
        def changed(self, bias):
            blocks = np.split(bias, 4)
            blocks[GATES[gate]] = blocks[GATES[other]]
            return np.concatenate(blocks)

    return GateWithAnothersBias


for one in GATES:
    words = f"he {one} gate's bias is dropped"
    plant(f"T{words}.", "CELL-15", diagnosis=f"t{words}")(without(one))
    for another in GATES:
        if another != one:
            words = f"he {one} gate uses the {another} gate's bias"
            plant(f"T{words}.", "CELL-06", diagnosis=f"t{words}")(exchanged(one, another))
