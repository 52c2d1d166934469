"""Mistakes in the life of a model: saving, states, figures, training, and races."""

from dataclasses import replace
from typing import ClassVar

import numpy as np
from unplanted import AGAIN, wrong

from lstm_spec.contract import CallResult
from reference.numpy import NumpyImplementation
from reference.numpy.layers import BidirectionalLayer
from reference.numpy.lstm import LSTMLayer
from reference.numpy.model import NumpyModel
from reference.numpy.optimizers import AdamOptimizer, SGDOptimizer

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
    def evaluate(self, x, y, batch_size, **weights):
        whole = len(x) // batch_size * batch_size
        return super().evaluate(x[:whole], y[:whole], batch_size, **weights)


@wrong()
class LossOfFitIsDoubled(NumpyModel):
    def fit(self, x, y, **how):
        return {name: [2 * one for one in row] for name, row in super().fit(x, y, **how).items()}


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
    def evaluate(self, x, y, batch_size, **weights):
        before = list(self.states)
        figures = super().evaluate(x, y, batch_size, **weights)
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
    def evaluate(self, x, y, batch_size, **weights):
        figures = super().evaluate(x, y, batch_size, **weights)
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
    def gradients(self, x, y, initial_state=None, **weights):
        given = super().gradients(x, y, initial_state, **weights)
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
