"""Mistakes of many kinds that nobody planted: written to see what the diagnosis says of them.

Each class stands beside the words that are right about it. A mistake that has none, or of which the
diagnosis says nothing, is one for which it has no name; no mistake may be named in other words.
"""

from dataclasses import replace
from typing import ClassVar

import numpy as np

from lstm_spec.contract import CallResult, Gradients
from reference.mutants.planting import PARTS, RIGHT
from reference.numpy import NumpyImplementation
from reference.numpy.layers import BidirectionalLayer
from reference.numpy.lstm import LSTMLayer
from reference.numpy.model import NumpyModel
from reference.numpy.optimizers import AdamOptimizer, SGDOptimizer

WRONG = {}
"""The name of each mistake: an engine that makes it, and the words that are right about it."""


def wrong(*words):
    def register(cls):
        if issubclass(cls, NumpyImplementation):
            made = cls(name=cls.__name__, capabilities=RIGHT.capabilities)
        else:
            part = next(PARTS[base] for base in cls.__mro__ if base in PARTS)
            made = replace(RIGHT, name=cls.__name__, **{part: cls})
        WRONG[cls.__name__] = made, words
        return cls

    return register


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


# Saving -------------------------------------------------------------------------------------------


@wrong("the saved file lacks the LSTM 2 kernel")
class SecondKernelIsFresh(NumpyImplementation):
    def load(self, path):
        model = super().load(path)
        if len(model.weights) > 6:
            model.weights[3][...] = self.fresh_weights(model.spec)[3]
        return model


class WithoutField(NumpyImplementation):
    lost: ClassVar = {}

    def load(self, path):
        model = super().load(path)
        layers = [
            replace(one, **self.lost) if hasattr(one, "recurrent_activation") else one
            for one in model.spec.layers
        ]
        twin = self.build(replace(model.spec, layers=tuple(layers)))
        twin.set_weights(model.get_weights())
        return twin


@wrong("the saved file lacks recurrent_activation")
class WithoutRecurrentActivation(WithoutField):
    lost: ClassVar = {"recurrent_activation": "sigmoid"}


@wrong("the saved file lacks activation")
class WithoutActivation(WithoutField):
    lost: ClassVar = {"activation": "tanh"}


@wrong("a loaded model has other values in the LSTM 2 kernel and the LSTM 2 recurrent kernel")
class BothHalvesForward(NumpyImplementation):
    def load(self, path):
        model = super().load(path)
        if len(model.spec.recurrent_layers) == 2 and len(model.weights) == 6:
            for k in range(3):
                if model.weights[k].shape == model.weights[k + 3].shape:
                    model.weights[k + 3][...] = model.weights[k]
        return model


@wrong("recurrent kernel with every block transposed")
class LoadedTransposed(NumpyImplementation):
    def load(self, path):
        model = super().load(path)
        u = model.spec.recurrent_layers[0].units
        blocks = [model.weights[1][:, k * u : (k + 1) * u].T for k in range(4)]
        model.weights[1][...] = np.concatenate(blocks, axis=1)
        return model


@wrong()
class AdamForgets(AdamOptimizer):
    def restore(self, memory):
        return


# Directions and depth -----------------------------------------------------------------------------


@wrong("the initial state of the third of three layers is ignored")
class ThirdLayerIsCold(NumpyModel):
    def starting_states(self, rows, initial_state=None):
        given = super().starting_states(rows, initial_state)
        return [*given[:2], *((0 * h, 0 * c) for h, c in given[2:])]


@wrong("two layers of one width exchange their states when they are carried")
class EqualLayersExchange(NumpyModel):
    def carry(self, final):
        shapes = {h.shape for h, _ in final}
        super().carry(final[::-1] if len(final) == 2 and len(shapes) == 1 else final)


@wrong()
class TrainingCarriesForward(NumpyModel):
    def train_step(self, x, y):
        before = list(self.states)
        metrics = super().train_step(x, y)
        if len(before) == 2:
            self.states[1] = before[1]
        return metrics


@wrong("the backward half of a bidirectional layer carries only c")
class BackwardIsOneBehind(BidirectionalLayer):
    def forward(self, x, mask, states):
        h, c = states[1]
        return super().forward(x, mask, [states[0], (0 * h, c)])


# Figures ------------------------------------------------------------------------------------------


@wrong("the accuracy of evaluate is the plain mean of the batches' figures")
class AccuracyUnweighted(NumpyModel):
    def over_batches(self, step, x, y, batch_size):
        figures = [step(x[rows], y[rows]) for rows in self.batches(len(x), batch_size)]
        made = dict.fromkeys(figures[0], 0.0)
        for rows, one in zip(self.batches(len(x), batch_size), figures, strict=True):
            made["loss"] += one["loss"] * len(x[rows]) / len(x)
        if "accuracy" in made:
            made["accuracy"] = float(np.mean([one["accuracy"] for one in figures]))
        return made


@wrong("of evaluate leaves out the last, smaller batch")
class LastBatchIsLeftOut(NumpyModel):
    def evaluate(self, x, y, batch_size):
        whole = len(x) // batch_size * batch_size
        return super().evaluate(x[:whole], y[:whole], batch_size)


@wrong()
class LossOfFitIsDoubled(NumpyModel):
    def fit(self, x, y, **how):
        return {name: [2 * one for one in row] for name, row in super().fit(x, y, **how).items()}


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
    def checked_pair(self, x, y, of=""):
        x, checked = super().checked_pair(x, y, of)
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
    def gradients(self, x, y, initial_state=None):
        given = super().gradients(x, y, initial_state)
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


# Training -----------------------------------------------------------------------------------------


@wrong()
class Beta2IsSmaller(AdamOptimizer):
    def moments(self, gradient):
        super().moments(gradient)
        self.v += 0.009 * (gradient**2 - self.v)


@wrong()
class TwiceTheRate(SGDOptimizer):
    def update(self, parameters, gradient):
        super().update(parameters, 2 * gradient)


@wrong()
class Clipped(SGDOptimizer):
    def update(self, parameters, gradient):
        super().update(parameters, np.clip(gradient, -0.05, 0.05))


# Carry and life -----------------------------------------------------------------------------------


@wrong("negative numbers of the state become zero when they are carried")
class OnlyPositive(NumpyModel):
    def carry(self, final):
        super().carry([tuple(np.maximum(a, 0) for a in one) for one in final])


@wrong("reset_states takes effect one batch late")
class LateReset(NumpyModel):
    waiting = 0

    def reset_states(self):
        if all(state is None for state in self.states):
            return super().reset_states()
        self.waiting = 2
        return None

    def starting_states(self, rows, initial_state=None):
        if self.waiting:
            self.waiting -= 1
            if not self.waiting:
                super().reset_states()
        return super().starting_states(rows, initial_state)


@wrong("a clone and its model share their weights")
class ClonesShareWeights(NumpyModel):
    def clone(self):
        twin = super().clone()
        twin.parameters, twin.weights, twin.layers = self.parameters, self.weights, self.layers
        return twin


@wrong("evaluate changes h but not c")
class EvaluateKeepsH(NumpyModel):
    def evaluate(self, x, y, batch_size):
        before = list(self.states)
        figures = super().evaluate(x, y, batch_size)
        self.states = [
            None if now is None else (now[0], old[1])
            for now, old in zip(self.states, before, strict=True)
        ]
        return figures


@wrong("the first difference is in batch")
class CarriedIsClipped(NumpyModel):
    def carry(self, final):
        super().carry([(h, np.clip(c, -0.2, 0.2)) for h, c in final])


@wrong("setting the same weights again changes the result")
class ForgetBiasAgain(NumpyModel):
    def set_weights(self, weights):
        super().set_weights(weights)
        u = self.spec.recurrent_layers[0].units
        for k, shape in enumerate(self.spec.weight_shapes):
            if len(shape) == 1 and shape[0] == 4 * u:
                self.count = getattr(self, "count", 0) + 1
                self.weights[k][u : 2 * u] += 0.1 * (self.count - 1)
                break


@wrong()
class Peephole(LSTMLayer):
    def step(self, x, h, c):
        return super().step(x, h + 0.1 * c, c)


# Races --------------------------------------------------------------------------------------------

AGAIN = "the same input gives other numbers"


class Race:
    dice = np.random.default_rng(1997)

    @classmethod
    def lost(cls):
        return cls.dice.random() < 1 / 7


@wrong(AGAIN)
class RaceInTheStep(LSTMLayer):
    def run(self, inputs, state):
        outputs, (h, c) = super().run(inputs, state)
        return outputs, (h, 0.9 * c if Race.lost() else c)


@wrong(AGAIN)
class RaceInPredict(NumpyModel):
    def predict(self, x, batch_size):
        outputs = super().predict(x, batch_size)
        if Race.lost():
            outputs[-1] = 0
        return outputs


@wrong(AGAIN)
class RaceInReset(NumpyModel):
    def reset_states(self):
        if all(state is None for state in self.states) or not Race.lost():
            super().reset_states()


@wrong(AGAIN)
class RaceInEvaluate(NumpyModel):
    def evaluate(self, x, y, batch_size):
        figures = super().evaluate(x, y, batch_size)
        if Race.lost():
            self.reset_states()
        return figures


@wrong(AGAIN)
class RaceInLoad(NumpyImplementation):
    def load(self, path):
        model = super().load(path)
        if Race.lost():
            model.weights[2][...] = 0
        return model


@wrong(AGAIN)
class RaceInGradients(NumpyModel):
    def gradients(self, x, y, initial_state=None):
        given = super().gradients(x, y, initial_state)
        if Race.lost():
            given.weights[2][...] = 0
        return given


@wrong(AGAIN)
class RaceInMaskedCalls(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if mask is not None and Race.lost():
            return super().call(x, None, initial_state)
        return super().call(x, mask, initial_state)


@wrong(AGAIN)
class Uninitialised(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        outputs[-1] += Race.dice.random()
        return CallResult(outputs, states)
