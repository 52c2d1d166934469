"""Gradients at the border of a batch, and on their way to the layers below."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.cell import Trace
from reference.numpy.layers import BidirectionalLayer, DenseLayer, RepeatVectorLayer
from reference.numpy.lstm import LSTMLayer

plant = planter("gradient_borders")


@plant(
    "The layer below learns from the last step only.",
    "GRAD-08 GRAD-20 GRAD-21",
    diagnosis="the gradient of x is wrong",
)
class LastStepBelow(LSTMLayer):
    def backward(self, d_outputs):
        d_x = super().backward(d_outputs)
        if d_x is not None:
            d_x[:, :-1] = 0
        return d_x


@plant("The gradient of a backward layer's x is not turned back.", "GRAD-53 GRAD-54")
class NotTurnedBack(LSTMLayer):
    def backward(self, d_outputs):
        d_x = super().backward(d_outputs)
        return d_x[:, ::-1] if self.layer.go_backwards and d_x is not None else d_x


# The border of a batch ----------------------------------------------------------------------------


@plant("The gradient goes on into the batch before.", "GRAD-40 GRAD-41 GRAD-42 TRAIN-05")
class ThroughTheBorder(LSTMLayer):
    before: Trace | None = None

    def backward(self, d_outputs):
        d_x = super().backward(d_outputs)
        self.before = self.trace if self.layer.stateful else None
        return d_x

    def border(self, d_h, d_c):
        if self.before is not None and self.before.steps[0].h.shape == d_h.shape:
            nothing = [np.zeros_like(d_h)] * len(self.before.steps)
            d_z, _, _ = self.back_through_time(self.before, nothing, (d_h, d_c))
            self.collect(self.before, d_z)


@plant(
    "The gradient goes on into the batch before, until a reset.",
    "GRAD-40 PIPE-35 PIPE-36 PIPE-43 PIPE-51",
)
class ThroughTheBorderUntilAReset(LSTMLayer):
    """The batch before is part of the row that the gradient goes back through."""

    before: Trace | None = None

    def run(self, inputs, state):
        self.before = self.trace if np.any(state[0]) else None
        return super().run(inputs, state)

    def border(self, d_h, d_c):
        super().border(d_h, d_c)
        if self.before is not None and self.before.steps:
            nothing = [np.zeros_like(d_h)] * len(self.before.steps)
            d_z, _, _ = self.back_through_time(self.before, nothing, (d_h, d_c))
            self.collect(self.before, d_z)


@plant(
    "Gradients start from zero states.",
    "GRAD-40 GRAD-42 GRAD-44 GRAD-45",
    diagnosis="gradients starts from a cleared state",
)
class ColdGradients(NumpyModel):
    def gradients(self, x, y, initial_state=None, **weights):
        self.reset_states()
        return super().gradients(x, y, **weights)


@plant("A given initial state is ignored by gradients.", "GRAD-02 GRAD-45")
class InitialStateIgnored(NumpyModel):
    def gradients(self, x, y, initial_state=None, **weights):
        return super().gradients(x, y, **weights)


# Other layers -------------------------------------------------------------------------------------


@plant("The gradient of a repeated vector is the mean over the repetitions.", "GRAD-55 TRAIN-07")
class RepeatMean(RepeatVectorLayer):
    def backward(self, d_outputs):
        return d_outputs.mean(axis=1)


@plant(
    "An encoder learns from the last repetition of its vector only.",
    "GRAD-55 PIPE-41 PIPE-42 PIPE-57",
)
class LastRepetitionOnly(RepeatVectorLayer):
    def backward(self, d_outputs):
        return d_outputs[:, -1]


@plant("X gets the gradient of the forward direction only.", "GRAD-54")
class ForwardOnly(BidirectionalLayer):
    def backward(self, d_outputs):
        both = super().backward(d_outputs)
        d_back = d_outputs[..., self.forwards.units :]
        d_back = self.turn(d_back) if self.sequence else d_back
        before = [one.copy() for one in self.backwards.gradients]
        back = self.backwards.backward(d_back)
        for one, was in zip(self.backwards.gradients, before, strict=True):
            one[...] = was
        return both - back


@plant("The backward half's gradient is not turned in time.", "GRAD-54 TRAIN-08")
class HalfNotTurned(BidirectionalLayer):
    def backward(self, d_outputs):
        units = self.forwards.units
        turned = d_outputs.copy()
        if self.sequence:
            turned[..., units:] = self.turn(d_outputs[..., units:])
        return super().backward(turned)


@plant("A Dense layer learns from the last step only.", "GRAD-07 GRAD-31")
class DenseLastStep(DenseLayer):
    def backward_from_preactivation(self, d_z):
        before = [one.copy() for one in self.gradients]
        result = super().backward_from_preactivation(d_z)
        if d_z.ndim == 3:
            self.gradients[0][...] = before[0] + self.x[:, -1].T @ d_z[:, -1]
            self.gradients[1][...] = before[1] + d_z[:, -1].sum(axis=0)
        return result


@plant("A Dense layer hands no gradient down.", "GRAD-07 GRAD-31 GRAD-55 TRAIN-03")
class DenseStops(DenseLayer):
    def backward_from_preactivation(self, d_z):
        result = super().backward_from_preactivation(d_z)
        return None if result is None else 0 * result
