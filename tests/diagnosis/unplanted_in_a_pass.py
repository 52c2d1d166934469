"""Mistakes in a pass: sizes, axes, values, masks, precision, memory and gradients."""

import numpy as np
from unplanted import wrong

from lstm_spec.contract import Gradients
from reference.numpy.lstm import LSTMLayer
from reference.numpy.model import NumpyModel
from reference.numpy.optimizers import AdamOptimizer, SGDOptimizer

# Sizes and durations ------------------------------------------------------------------------------


@wrong("the outputs are right up to step 100")
class AHundredSteps(LSTMLayer):
    def run(self, inputs, state):
        outputs, final = super().run(inputs, state)
        return [outputs[min(k, 99)] for k in range(len(outputs))], final


@wrong("the outputs are right up to row 64")
class PiecesOf64Rows(LSTMLayer):
    def run(self, inputs, state):
        made = [np.array(super().run(inputs[:, :64], tuple(a[:64] for a in state))[0])]
        for start in range(64, inputs.shape[1], 64):
            rows = slice(start, start + 64)
            x, before = inputs[:, rows], made[-1][-1]
            h = before[: x.shape[1]]
            made.append(np.array(super().run(x, (h, state[1][rows]))[0]))
        outputs = np.concatenate(made, axis=1)
        _, final = super().run(inputs, state)
        return list(outputs), final


@wrong("Adam is right up to update 50")
class CorrectionEnds(AdamOptimizer):
    def step_size(self):
        return self.settings.learning_rate if self.t > 50 else super().step_size()


@wrong("the outputs are right for up to 200 features")
class TwoHundredFeatures(LSTMLayer):
    def preactivation(self, x, h):
        return super().preactivation(np.where(np.arange(x.shape[1]) < 200, x, 0), h)


@wrong("the outputs are right for up to 256 units")
class Units256(LSTMLayer):
    def preactivation(self, x, h):
        return super().preactivation(x, np.where(np.arange(h.shape[1]) < 256, h, 0))


@wrong("a predict is right up to batch 40")
class FortyBatches(NumpyModel):
    def predict(self, x, batch_size):
        made = [super().predict(x[: 40 * batch_size], batch_size)]
        if len(x) > 40 * batch_size:
            if self.spec.stateful:
                self.reset_states()
            made.append(super().predict(x[40 * batch_size :], batch_size))
        return np.concatenate(made)


@wrong("SGD is right up to update 120")
class SGDStops(SGDOptimizer):
    count = 0

    def update(self, parameters, gradient):
        self.count += 1
        if self.count <= 120:
            super().update(parameters, gradient)


@wrong("calls are right up to call 77")
class CallsWearOut(NumpyModel):
    count = 0

    def call(self, x, mask=None, initial_state=None):
        self.count += 1
        if self.count == 78 and self.spec.stateful:
            self.reset_states()
        return super().call(x, mask, initial_state)


# Axes ---------------------------------------------------------------------------------------------


@wrong("the result is wrong only where rows equal steps")
class TurnedWhereSquare(LSTMLayer):
    def run(self, inputs, state):
        square = inputs.shape[0] == inputs.shape[1]
        return super().run(inputs.swapaxes(0, 1) if square else inputs, state)


@wrong("the result is wrong only with one feature")
class OneFeatureTwice(LSTMLayer):
    def preactivation(self, x, h):
        return super().preactivation(x * 2 if x.shape[1] == 1 else x, h)


@wrong("the result is wrong only where features equal units")
class Residual(LSTMLayer):
    def forward(self, x, mask, states):
        outputs, mask_out, final = super().forward(x, mask, states)
        same = outputs.shape == x.shape
        return outputs + x if same else outputs, mask_out, final


@wrong("the result is wrong only with one row")
class OneRowSqueezed(LSTMLayer):
    def preactivation(self, x, h):
        return super().preactivation(x, h * 0 if len(x) == 1 else h)


# Values -------------------------------------------------------------------------------------------


@wrong("an initial state of zeros is taken for none")
class RowsOfZeros(NumpyModel):
    def starting_states(self, rows, initial_state=None):
        given = super().starting_states(rows, initial_state)
        if initial_state is None or not self.carrying[0]:
            return given
        kept = super().starting_states(rows)
        return [
            tuple(
                np.where(a.any(axis=1, keepdims=True), a, b) for a, b in zip(one, old, strict=True)
            )
            for one, old in zip(given, kept, strict=True)
        ]


@wrong()
class NothingForNaN(LSTMLayer):
    def preactivation(self, x, h):
        return super().preactivation(np.nan_to_num(x), h)


# Masks --------------------------------------------------------------------------------------------


@wrong("the first step of every row is treated as valid")
class FirstStepIsValid(LSTMLayer):
    def forward(self, x, mask, states):
        if mask is not None:
            mask = np.array(mask)
            mask[:, 0] = True
        return super().forward(x, mask, states)


@wrong("each row is masked by the mask of the row before")
class MaskOfTheRowBefore(LSTMLayer):
    def forward(self, x, mask, states):
        return super().forward(x, None if mask is None else np.roll(mask, 1, axis=0), states)


@wrong("a row that is masked completely ends with a state of zero")
class EmptyRowsEndAtZero(LSTMLayer):
    def forward(self, x, mask, states):
        outputs, mask_out, final = super().forward(x, mask, states)
        if mask is not None:
            any_valid = np.asarray(mask).any(axis=1)[:, None]
            final = [(h * any_valid, c * any_valid) for h, c in final]
        return outputs, mask_out, final


@wrong("a masked step halves c")
class Decays(LSTMLayer):
    def masked_state(self, valid, new, old):
        h, c = super().masked_state(valid, new, old)
        return h, np.where(valid, c, c / 2)


# Precision and memory -----------------------------------------------------------------------------


@wrong()
class MomentsInFloat32(AdamOptimizer):
    def moments(self, gradient):
        super().moments(gradient)
        self.m[...] = self.m.astype(np.float32)


@wrong("the result is wrong only for weights in Fortran order")
class WeightsReadRaw(NumpyModel):
    def set_weights(self, weights):
        super().set_weights([np.asarray(w).ravel(order="K").reshape(np.shape(w)) for w in weights])


@wrong("the result is wrong only for masks", "the result is wrong only for arrays x")
class BytesReadRaw(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        x = np.asarray(x)
        if not x.dtype.isnative:
            x = x.view(x.dtype.newbyteorder())
        return super().call(x, mask, initial_state)


@wrong("the states that are read are shared with the model")
class StatesAreViews(NumpyModel):
    def get_states(self):
        return [state for state in self.states if state is not None]

    def carry(self, final):
        for index, carries in enumerate(self.carrying):
            if carries:
                self.states[index][0][...] = final[index][0]
                self.states[index][1][...] = final[index][1]


@wrong("changes the y that it is given")
class TargetsAreUsedUp(NumpyModel):
    def checked_pair(self, x, y, of="", *weights):
        x, checked = super().checked_pair(x, y, of, *weights)
        if isinstance(y, np.ndarray) and y.flags.writeable and not of:
            y *= 0.5
        return x, checked


# Gradients ----------------------------------------------------------------------------------------


@wrong("the gradient of the bias is too small by the number of rows")
class BiasIsAMean(LSTMLayer):
    def collect(self, trace, d_z):
        *_, bias = self.gradients
        before = bias.copy()
        super().collect(trace, d_z)
        bias[...] = before + (bias - before) / len(d_z[0])


@wrong(
    "the gradient of the recurrent kernel is zero",
    "for a single step, the gradient",
    "the gradient of the recurrent kernel lacks",
)
class RecurrentKernelLacksAStep(LSTMLayer):
    def collect(self, trace, d_z):
        last = [*d_z[:-1], 0 * d_z[-1]]
        kernel, recurrent, *bias = self.gradients
        was = kernel.copy(), [one.copy() for one in bias]
        super().collect(trace, last)
        kept = recurrent.copy()
        kernel[...] = was[0]
        for one, old in zip(bias, was[1], strict=True):
            one[...] = old
        recurrent_before = kept
        super().collect(trace, d_z)
        recurrent[...] = recurrent_before


@wrong("the gradient is right for a single step, and wrong over several", "no gradient passes c")
class NoGradientThroughC(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        return super().step_back(step, d_h, 0 * d_c)


@wrong("the gradient of x is zero")
class NoGradientOfX(NumpyModel):
    def gradients(self, x, y, initial_state=None, **weights):
        given = super().gradients(x, y, initial_state, **weights)
        return Gradients(given.loss, given.weights, 0 * given.x)


@wrong("the gradient of the forget gate")
class ForgetGateSeesTheNewCell(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        return super().step_back(step._replace(c_before=step.c), d_h, d_c)


@wrong("the gradient of the output gate has the opposite sign")
class OutputGateClimbs(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        d_z, d_h_before, d_c_before = super().step_back(step, d_h, d_c)
        self.split(d_z)[3][...] *= -1
        return d_z, d_h_before, d_c_before
