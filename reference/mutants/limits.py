"""Limits and coupled gates that are ignored, or that act in another place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reference.mutants.planting import planter
from reference.numpy.lstm import LSTMLayer

plant = planter("operators")


@plant(
    "The limit of the gates is ignored.", "CELL-256", diagnosis="the limit of the gates is ignored"
)
class GateClipIsIgnored(LSTMLayer):
    def limit(self, z):
        pass


@plant(
    "The limit of the gates cuts off the cell state, too.",
    "CELL-256",
    diagnosis="the limit of the gates cuts off the cell state, too",
)
class GateClipCutsTheCell(LSTMLayer):
    def next_cell(self, i, f, g, c):
        after, limit = super().next_cell(i, f, g, c), self.layer.gate_clip
        return np.clip(after, -limit, limit) if limit else after


@plant(
    "The limit of the gates cuts off what enters the last tanh.",
    "CELL-256",
    diagnosis="the limit of the gates cuts off what enters the tanh of the cell state",
)
class GateClipCutsTheLastTanh(LSTMLayer):
    def let_out(self, o, squashed):
        limit = self.layer.gate_clip
        reach = self.phi.of(np.array(limit))
        return super().let_out(o, np.clip(squashed, -reach, reach) if limit else squashed)


@plant(
    "The limit of the gates does not reach the candidate.",
    "CELL-256",
    diagnosis="the limit of the gates does not reach the candidate",
)
class GateClipSparesTheCandidate(LSTMLayer):
    def limit(self, z):
        kept = z[:, 2 * self.units : 3 * self.units].copy()
        super().limit(z)
        z[:, 2 * self.units : 3 * self.units] = kept


@plant(
    "The limit of the gates cuts off what enters them before the peepholes are added, too.",
    "CELL-260",
)
class GateClipBeforePeepholes(LSTMLayer):
    def see_before(self, z, c):
        if self.layer.gate_clip:
            self.limit(z)
        super().see_before(z, c)


@plant(
    "The limit of the cell state is ignored.",
    "CELL-257",
    diagnosis="the limit of the cell state is ignored",
)
class CellClipIsIgnored(LSTMLayer):
    def clipped_cell(self, c):
        return c


@plant(
    "The limit of the cell state cuts off what enters the gates.",
    "CELL-257",
    diagnosis="the limit of the cell state cuts off what enters the gates",
)
class CellClipCutsTheGates(LSTMLayer):
    def __init__(self, layer, weights, gradients):
        other = replace(layer, gate_clip=layer.cell_clip, cell_clip=0.0)
        super().__init__(other if layer.cell_clip else layer, weights, gradients)


@plant(
    "A cell state beyond its limit is kept, and h alone is made of what the limit leaves.",
    "CELL-257",
    diagnosis="the limit of the cell state acts on h alone",
)
class CellClipActsOnTheOutput(LSTMLayer):
    def clipped_cell(self, c):
        return c

    def let_out(self, o, squashed):
        limit = self.layer.cell_clip
        reach = self.phi.of(np.array(limit))
        return super().let_out(o, np.clip(squashed, -reach, reach) if limit else squashed)


@plant("A large limit of the gates is taken for one half.", "CELL-258")
class LargeGateClipIsOneHalf(LSTMLayer):
    def limit(self, z):
        super().limit(z)
        if self.layer.gate_clip > 10:
            np.clip(z, -0.5, 0.5, out=z)


@plant("The gates are not coupled.", "CELL-259", diagnosis="the gates are not coupled")
class GatesAreNotCoupled(LSTMLayer):
    def couple(self, i, f):
        pass


@plant(
    "The input gate is one minus the forget gate.",
    "CELL-259",
    diagnosis="the input gate is one minus the forget gate",
)
class InputGateFollows(LSTMLayer):
    def couple(self, i, f):
        i[...] = 1 - f


@plant(
    "The forget gate of coupled gates equals the input gate.",
    "CELL-259",
    diagnosis="the forget gate equals the input gate",
)
class ForgetGateIsTheInputGate(LSTMLayer):
    def couple(self, i, f):
        f[...] = i


@plant("Gradients pass a limit of the gates.", "GRAD-252")
class GradientsPassTheGateClip(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        layer, self.layer = self.layer, replace(self.layer, gate_clip=0.0)
        result = super().step_back(step, d_h, d_c)
        self.layer = layer
        return result


@plant("Gradients pass a limit of the cell state.", "GRAD-253")
class GradientsPassTheCellClip(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        layer, self.layer = self.layer, replace(self.layer, cell_clip=0.0)
        result = super().step_back(step, d_h, d_c)
        self.layer = layer
        return result


@plant("Of coupled gates, the input gate does not learn from what is forgotten.", "GRAD-254")
class CoupledGateForgetsNothing(LSTMLayer):
    def seen_by_input_gate(self, step):
        return step.g


@plant("The forget blocks of coupled gates are trained.", "GRAD-254")
class ForgetBlocksAreTrained(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        d_z, d_h_before, d_c_before = super().step_back(step, d_h, d_c)
        if self.layer.coupled_gates:
            d_i, d_f, _, _ = self.split(d_z)
            d_f -= d_i
        return d_z, d_h_before, d_c_before
