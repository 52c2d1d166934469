"""Gates that see another cell state through their peepholes than the equations say, or none."""

from __future__ import annotations

import itertools

import numpy as np

from reference.mutants.planting import planter
from reference.numpy.layers import BidirectionalLayer
from reference.numpy.lstm import LSTMLayer

plant = planter("operators")


@plant(
    "Peepholes are ignored.", "CELL-250 CELL-251 CELL-252", diagnosis="the peepholes are ignored"
)
class PeepholesAreIgnored(LSTMLayer):
    def __init__(self, layer, weights, gradients):
        super().__init__(layer, weights, gradients)
        self.peepholes = None


@plant(
    "The output gate sees the cell state before the step.",
    "CELL-250 CELL-251",
    diagnosis="the output gate sees the cell state before the step",
)
class OutputGateSeesTheOldState(LSTMLayer):
    def see_before(self, z, c):
        super().see_before(z, c)
        self.split(z)[3][...] += self.peephole(2) * c

    def see_after(self, z, gates, c):
        pass


@plant(
    "The output gate has no peephole.",
    "CELL-250 CELL-251",
    diagnosis="the output gate has no peephole",
)
class OutputGateSeesNothing(LSTMLayer):
    def see_after(self, z, gates, c):
        pass


@plant(
    "The input gate has no peephole.",
    "CELL-250 CELL-251",
    diagnosis="the input gate has no peephole",
)
class InputGateSeesNothing(LSTMLayer):
    def peephole(self, gate):
        return super().peephole(gate) * (gate != 0)


@plant(
    "The gates see tanh of the cell state.",
    "CELL-250",
    diagnosis="the gates see tanh of the cell state",
)
class GatesSeeSquashedStates(LSTMLayer):
    def see_before(self, z, c):
        super().see_before(z, self.phi.of(c))

    def see_after(self, z, gates, c):
        super().see_after(z, gates, self.phi.of(c))


@plant(
    "A gate sees the cell state of the next unit.",
    "CELL-252",
    diagnosis="a gate sees the cell state of the unit after its own",
)
class GatesSeeTheNextUnit(LSTMLayer):
    def see_before(self, z, c):
        super().see_before(z, np.roll(c, -1, axis=1))

    def see_after(self, z, gates, c):
        super().see_after(z, gates, np.roll(c, -1, axis=1))


@plant("A layer without a bias has no peepholes either.", "LIFE-140")
class NoBiasNoPeepholes(LSTMLayer):
    def __init__(self, layer, weights, gradients):
        super().__init__(layer, weights, gradients)
        if not layer.use_bias:
            self.peepholes = None


def _in_the_order(order):
    words = ", ".join("ifo"[k] for k in order)

    @plant(
        f"Peepholes are read in the order {words}.",
        "CELL-251",
        diagnosis=f"the peepholes are in the order {words}",
    )
    class OtherOrder(LSTMLayer):
        def peephole(self, gate):
            return super().peephole(order.index(gate))

    return OtherOrder


for _order in list(itertools.permutations(range(3)))[1:]:
    _in_the_order(_order)


@plant("The backward direction sees through the peepholes of the forward one.", "SEQ-250")
class PeepholesAreShared(BidirectionalLayer):
    def __init__(self, forwards, backwards, merge_mode="concat"):
        super().__init__(forwards, backwards, merge_mode)
        if forwards.peepholes is not None:
            backwards.peepholes = forwards.peepholes


@plant("Peepholes see the cell state of a masked step.", "MASK-250")
class PeepholesSeeMaskedSteps(LSTMLayer):
    def masked_state(self, valid, new, old):
        h, c = super().masked_state(valid, new, old)
        return h, c if self.peepholes is None else np.where(valid, new[1], 0.5 * old[1])


@plant("The gradient does not go through the peepholes to the cell state before.", "GRAD-250")
class NoGradientToTheOldState(LSTMLayer):
    def to_c_before(self, d_z, d_c):
        return d_c


@plant("The peephole of the output gate learns from the cell state before the step.", "GRAD-250")
class OutputPeepholeLearnsFromTheOldState(LSTMLayer):
    def collect(self, trace, d_z):
        old = trace._replace(steps=[one._replace(c=one.c_before) for one in trace.steps])
        super().collect(trace if self.peepholes is None else old, d_z)


@plant("Peepholes are not trained.", "GRAD-250")
class PeepholesAreFrozen(LSTMLayer):
    def collect(self, trace, d_z):
        super().collect(trace, d_z)
        if self.peepholes is not None:
            self.gradient_of["peepholes"][...] = 0


@plant("A layer with peepholes leaves out its bias.", "CELL-253")
class BiasIsLeftOutBesidePeepholes(LSTMLayer):
    def preactivation(self, x, h):
        z = super().preactivation(x, h)
        return z if self.peepholes is None or self.bias is None else z - self.bias
