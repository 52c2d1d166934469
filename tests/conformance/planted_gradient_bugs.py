"""Mistakes on the way back: in the cell, along the row, at the border, in other layers."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from planting_training_bugs import plant

from reference.numpy import NumpyModel
from reference.numpy.activations import ACTIVATIONS, Activation
from reference.numpy.layers import BidirectionalLayer, DenseLayer, RepeatVectorLayer
from reference.numpy.lstm import LSTMLayer, Trace

# Inside the cell and along the row ----------------------------------------------------------------


@plant("the gradient does not go back in time", "GRAD-21", "GRAD-22", "GRAD-23", "GRAD-33")
class Detached(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        d_z, d_h_before, d_c_before = super().step_back(step, d_h, d_c)
        return d_z, 0 * d_h_before, 0 * d_c_before


@plant("the gradient goes back through h only", "GRAD-21", "GRAD-03")
class DetachedCell(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        d_z, d_h_before, d_c_before = super().step_back(step, d_h, d_c)
        return d_z, d_h_before, 0 * d_c_before


@plant("the gradient goes back through c only", "GRAD-20", "GRAD-04", "TRAIN-01")
class DetachedOutput(LSTMLayer):
    def to_h_before(self, d_z):
        return 0 * super().to_h_before(d_z)


@plant("the recurrent kernel's blocks are not transposed on the way back", "GRAD-20", "GRAD-34")
class Untransposed(LSTMLayer):
    def to_h_before(self, d_z):
        blocks = zip(self.split(d_z), np.split(self.recurrent_kernel, 4, axis=1), strict=True)
        return sum(d @ block for d, block in blocks)


@plant("the forget gate's slope is forgotten", "GRAD-06", "GRAD-02")
class NoForgetSlope(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        d_z, _, d_c_before = super().step_back(step, d_h, d_c)
        whole = d_c + d_h * step.o * self.phi.slope(step.squashed)
        self.split(d_z)[1][...] = whole * step.c_before
        return d_z, self.to_h_before(d_z), d_c_before


@plant("the output gate has no gradient", "GRAD-06", "GRAD-01")
class NoOutputGradient(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        d_z, _, d_c_before = super().step_back(step, d_h, d_c)
        self.split(d_z)[3][...] = 0
        return d_z, self.to_h_before(d_z), d_c_before


@plant("input gate and cell candidate exchange their gradients", "GRAD-06", "GRAD-01", "GRAD-33")
class Exchanged(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        d_z, _, d_c_before = super().step_back(step, d_h, d_c)
        i, _, g, _ = self.split(d_z)
        i[...], g[...] = g.copy(), i.copy()
        return d_z, self.to_h_before(d_z), d_c_before


@plant("the slope of the last tanh is left out", "GRAD-01", "GRAD-05")
class NoTanhSlope(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        return super().step_back(step._replace(squashed=0 * step.squashed + 1e-9), d_h, d_c)


class Collecting(LSTMLayer):
    """What the following mistakes have in common: the sum over the steps."""

    def add(self, steps, d_z, h=lambda step: step.h_before):
        for step, d in zip(steps, d_z, strict=True):
            self.gradients[0][...] += step.x.T @ d
            self.gradients[1][...] += h(step).T @ d
            if self.bias is not None:
                self.gradients[2][...] += d.sum(axis=0)


@plant("the first step is left out of the sum", "GRAD-22", "GRAD-03", "GRAD-05")
class FirstStepSkipped(Collecting):
    def collect(self, trace, d_z):
        self.add(trace.steps[1:], d_z[1:])


@plant("only the last step is summed", "GRAD-22", "GRAD-03", "GRAD-04", "GRAD-05")
class LastStepOnly(Collecting):
    def collect(self, trace, d_z):
        self.add(trace.steps[-1:], d_z[-1:])


@plant("the gradient is averaged over time", "GRAD-03", "GRAD-33")
class TimeMean(Collecting):
    def collect(self, trace, d_z):
        self.add(trace.steps, [d / len(d_z) for d in d_z])


@plant("the recurrent kernel is multiplied by h after the step", "GRAD-04", "GRAD-01")
class WrongH(Collecting):
    def collect(self, trace, d_z):
        self.add(trace.steps, d_z, h=lambda step: step.h)


@plant("the bias counts twice", "GRAD-05", "GRAD-33", "TRAIN-10")
class TwoBiases(Collecting):
    def collect(self, trace, d_z):
        before = None if self.bias is None else self.gradients[2].copy()
        self.add(trace.steps, d_z)
        if before is not None:
            self.gradients[2][...] += self.gradients[2] - before


@plant("the gradient of x is that of the mirrored row", "GRAD-20", "GRAD-34")
class MirroredInput(LSTMLayer):
    def backward(self, d_outputs, wants_dx=True):
        d_x = super().backward(d_outputs, wants_dx)
        return None if d_x is None else d_x[:, ::-1]


@plant("the layer below learns from the last step only", "GRAD-08", "GRAD-20", "GRAD-21")
class LastStepBelow(LSTMLayer):
    def backward(self, d_outputs, wants_dx=True):
        d_x = super().backward(d_outputs, wants_dx)
        if d_x is not None:
            d_x[:, :-1] = 0
        return d_x


@plant("the gradient of a backward layer's x is not turned back", "GRAD-53", "GRAD-54")
class NotTurnedBack(LSTMLayer):
    def backward(self, d_outputs, wants_dx=True):
        d_x = super().backward(d_outputs, wants_dx)
        return d_x[:, ::-1] if self.layer.go_backwards and d_x is not None else d_x


@plant("a hard sigmoid has a slope where it is flat", "GRAD-10")
class FlatSlope(LSTMLayer):
    activations: ClassVar = {
        **ACTIVATIONS,
        "hard_sigmoid_keras2": Activation(
            ACTIVATIONS["hard_sigmoid_keras2"].of, lambda a: np.full_like(a, 0.2)
        ),
    }


# Masks --------------------------------------------------------------------------------------------


@plant("masked steps receive a gradient", "GRAD-50", "GRAD-51")
class MasksIgnoredBackwards(LSTMLayer):
    def back_through_time(self, trace, d_outputs, d_state):
        return super().back_through_time(Trace(trace.steps, None), d_outputs, d_state)


@plant("the gradient stops at a masked step", "GRAD-50", "GRAD-51", "TRAIN-06")
class StopsAtMask(LSTMLayer):
    def back_through_time(self, trace, d_outputs, d_state):
        if trace.valid is None:
            return super().back_through_time(trace, d_outputs, d_state)
        d_h, d_c = d_state
        d_z = []
        for t in range(len(trace.steps) - 1, -1, -1):
            valid = trace.valid[t]
            d, d_h, d_c = self.step_back(
                trace.steps[t], np.where(valid, d_outputs[t] + d_h, 0), np.where(valid, d_c, 0)
            )
            d_z.insert(0, d)
        return d_z, d_h, d_c


# The border of a batch ----------------------------------------------------------------------------


@plant("the gradient goes on into the batch before", "GRAD-40", "GRAD-41", "GRAD-42", "TRAIN-05")
class ThroughTheBorder(LSTMLayer):
    before: Trace | None = None

    def backward(self, d_outputs, wants_dx=True):
        d_x = super().backward(d_outputs, wants_dx)
        self.before = self.trace if self.layer.stateful else None
        return d_x

    def border(self, d_h, d_c):
        if self.before is not None and self.before.steps[0].h.shape == d_h.shape:
            nothing = [np.zeros_like(d_h)] * len(self.before.steps)
            d_z, _, _ = self.back_through_time(self.before, nothing, (d_h, d_c))
            self.collect(self.before, d_z)


@plant("gradients start from zero states", "GRAD-40", "GRAD-42", "GRAD-44", "GRAD-45")
class ColdGradients(NumpyModel):
    def gradients(self, x, y, initial_state=None):
        self.reset_states()
        return super().gradients(x, y)


@plant("gradients leave the state where it was", "GRAD-43", "GRAD-40")
class GradientsCarryNothing(NumpyModel):
    def gradients(self, x, y, initial_state=None):
        kept = list(self.states)
        result = super().gradients(x, y, initial_state)
        self.states = kept
        return result


@plant("a given initial state is ignored by gradients", "GRAD-02", "GRAD-45")
class InitialStateIgnored(NumpyModel):
    def gradients(self, x, y, initial_state=None):
        return super().gradients(x, y)


@plant("a reset clears h but not c", "GRAD-44", "TRAIN-04", "TRAIN-05")
class ResetsOnlyH(NumpyModel):
    def reset_states(self):
        before = list(self.states)
        super().reset_states()
        self.states = [
            now if old is None or now is None else (now[0], old[1])
            for now, old in zip(self.states, before, strict=True)
        ]


# The whole gradient -------------------------------------------------------------------------------


@plant("gradients are added to those of the call before", "GRAD-12", "GRAD-24", "TRAIN-11")
class Accumulated(NumpyModel):
    def differentiate(self, x, y, starting, wants_dx):
        before = self.gradient.copy()
        result = super().differentiate(x, y, starting, wants_dx)
        self.gradient += before
        return result


@plant("gradients are clipped to one", "GRAD-26", "TRAIN-13")
class Clipped(NumpyModel):
    def differentiate(self, x, y, starting, wants_dx):
        result = super().differentiate(x, y, starting, wants_dx)
        np.clip(self.gradient, -1, 1, out=self.gradient)
        return result


@plant("gradients are summed over the rows", "GRAD-24", "TRAIN-10", "TRAIN-14")
class RowsSummed(NumpyModel):
    def differentiate(self, x, y, starting, wants_dx):
        metrics, d_x = super().differentiate(x, y, starting, wants_dx)
        self.gradient *= len(x)
        return metrics, None if d_x is None else d_x * len(x)


@plant("asking for gradients trains", "GRAD-12")
class GradientsTrain(NumpyModel):
    def gradients(self, x, y, initial_state=None):
        result = super().gradients(x, y, initial_state)
        self.update()
        return result


@plant("all rows share the gradient of x", "GRAD-25", "GRAD-20")
class RowsMixed(NumpyModel):
    def gradients(self, x, y, initial_state=None):
        result = super().gradients(x, y, initial_state)
        return result._replace(x=np.broadcast_to(result.x.mean(axis=0), result.x.shape))


@plant("gradients are computed in float32", "GRAD-11")
class SinglePrecision(NumpyModel):
    def gradients(self, x, y, initial_state=None):
        result = super().gradients(x, y, initial_state)
        rounded = [one.astype(np.float32).astype(np.float64) for one in result.weights]
        return result._replace(weights=rounded)


@plant("a layer without a bias has the gradient of one", "GRAD-09")
class BiasAfterAll(NumpyModel):
    def gradients(self, x, y, initial_state=None):
        result = super().gradients(x, y, initial_state)
        bias = [] if self.spec.recurrent_layers[0].use_bias else [result.weights[0].sum(axis=0)]
        return result._replace(weights=result.weights + bias)


# Other layers -------------------------------------------------------------------------------------


@plant("the gradient of a repeated vector is the mean over the repetitions", "GRAD-55", "TRAIN-07")
class RepeatMean(RepeatVectorLayer):
    def backward(self, d_outputs, wants_dx=True):
        return d_outputs.mean(axis=1)


@plant("x gets the gradient of the forward direction only", "GRAD-54")
class ForwardOnly(BidirectionalLayer):
    def backward(self, d_outputs, wants_dx=True):
        both = super().backward(d_outputs, wants_dx)
        if both is None:
            return None
        d_back = d_outputs[..., self.forwards.units :]
        d_back = self.turn(d_back) if self.sequence else d_back
        before = [one.copy() for one in self.backwards.gradients]
        back = self.backwards.backward(d_back, wants_dx)
        for one, was in zip(self.backwards.gradients, before, strict=True):
            one[...] = was
        return both - back


@plant("the backward half's gradient is not turned in time", "GRAD-54", "TRAIN-08")
class HalfNotTurned(BidirectionalLayer):
    def backward(self, d_outputs, wants_dx=True):
        units = self.forwards.units
        turned = d_outputs.copy()
        if self.sequence:
            turned[..., units:] = self.turn(d_outputs[..., units:])
        return super().backward(turned, wants_dx)


@plant("a Dense layer learns from the last step only", "GRAD-07", "GRAD-31")
class DenseLastStep(DenseLayer):
    def backward_from_preactivation(self, d_z, wants_dx=True):
        before = [one.copy() for one in self.gradients]
        result = super().backward_from_preactivation(d_z, wants_dx)
        if d_z.ndim == 3:
            self.gradients[0][...] = before[0] + self.x[:, -1].T @ d_z[:, -1]
            self.gradients[1][...] = before[1] + d_z[:, -1].sum(axis=0)
        return result


@plant("a Dense layer hands no gradient down", "GRAD-07", "GRAD-31", "GRAD-55", "TRAIN-03")
class DenseStops(DenseLayer):
    def backward_from_preactivation(self, d_z, wants_dx=True):
        result = super().backward_from_preactivation(d_z, wants_dx)
        return None if result is None else 0 * result
