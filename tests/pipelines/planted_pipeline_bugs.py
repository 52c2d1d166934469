"""Implementations that are wrong in one way each, and the PIPE clauses that must see it.

@plant("row 0's state is carried for all rows", "PIPE-40", "PIPE-66")
class CarriesRowZero(NumpyModel):
    ...
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from reference.numpy import NumpyModel, implementation
from reference.numpy.implementation import NumpyImplementation
from reference.numpy.layers import RepeatVectorLayer
from reference.numpy.losses import SoftmaxCrossentropy
from reference.numpy.lstm import LSTMLayer
from reference.numpy.optimizers import AdamOptimizer

PARTS = {
    NumpyModel: "model_class",
    LSTMLayer: "lstm_class",
    RepeatVectorLayer: "repeat_class",
    SoftmaxCrossentropy: "softmax_crossentropy_class",
    AdamOptimizer: "adam_class",
}


class Planted(NamedTuple):
    name: str
    subject: NumpyImplementation
    clauses: tuple[str, ...]


PLANTED = []


def plant(name, *clauses):
    def register(wrong):
        part = next(PARTS[base] for base in wrong.__mro__ if base in PARTS)
        PLANTED.append(Planted(name, replace(implementation, name=name, **{part: wrong}), clauses))
        return wrong

    return register


# The five that would make the documents' statements true or false the other way round ------------


@plant("context is shared inside a batch", "PIPE-34", "PIPE-55", "PIPE-61")
class SharesContext(LSTMLayer):
    """Row k starts where row k - 1 has ended: what the tutorials say of a large batch."""

    def run(self, inputs, state):
        h, c = state
        outputs, ended = [], (h[:1], c[:1])
        steps = []
        for row in range(inputs.shape[1]):
            made, ended = super().run(inputs[:, row : row + 1], ended)
            outputs.append(made)
            steps.append(self.trace.steps)
        joined = [
            type(rows[0])(*(np.concatenate(parts) for parts in zip(*rows, strict=True)))
            for rows in zip(*steps, strict=True)
        ]
        joined = [
            step._replace(**dict(zip("ifgo", self.split(step.gates), strict=True)))
            for step in joined
        ]
        self.trace = self.trace._replace(steps=joined)
        h, c = (np.broadcast_to(part, (inputs.shape[1], self.units)).copy() for part in ended)
        return [np.concatenate(rows) for rows in zip(*outputs, strict=True)], (h, c)


@plant(
    "every batch is reset",
    *("PIPE-35", "PIPE-36", "PIPE-37", "PIPE-40", "PIPE-43", "PIPE-45", "PIPE-51", "PIPE-52"),
    *("PIPE-54", "PIPE-62", "PIPE-64", "PIPE-65", "PIPE-66", "PIPE-68", "PIPE-69", "PIPE-71"),
    *("PIPE-73",),
)
class ResetsEveryBatch(NumpyModel):
    def carry(self, final):
        pass


@plant("fit always shuffles", "PIPE-51", "PIPE-52", "PIPE-53", "PIPE-54", "PIPE-58")
class AlwaysShuffles(NumpyModel):
    def order(self, count, shuffle):
        return super().order(count, True)


@plant("the gradient crosses the border", "PIPE-35", "PIPE-36", "PIPE-43", "PIPE-51")
class GradientCrossesTheBorder(LSTMLayer):
    """The batch before is part of the row that the gradient goes back through."""

    before = None

    def run(self, inputs, state):
        self.before = self.trace if np.any(state[0]) else None
        return super().run(inputs, state)

    def border(self, d_h, d_c):
        super().border(d_h, d_c)
        if self.before is not None and self.before.steps:
            nothing = [np.zeros_like(d_h)] * len(self.before.steps)
            d_z, _, _ = self.back_through_time(self.before, nothing, (d_h, d_c))
            self.collect(self.before, d_z)


@plant("row 0's state is carried for all rows", "PIPE-40", "PIPE-45", "PIPE-54", "PIPE-66")
class CarriesRowZero(NumpyModel):
    def carry(self, final):
        super().carry(
            [tuple(np.repeat(part[:1], len(part), axis=0) for part in one) for one in final]
        )


# State --------------------------------------------------------------------------------------------


@plant(
    "a reset does nothing",
    *("PIPE-35", "PIPE-40", "PIPE-41", "PIPE-42", "PIPE-51", "PIPE-52", "PIPE-54", "PIPE-57"),
    *("PIPE-59", "PIPE-63", "PIPE-66", "PIPE-68"),
)
class NeverResets(NumpyModel):
    def reset_states(self):
        if any(state is None for state in self.states):
            super().reset_states()


@plant("a reset reaches the first layer only", "PIPE-41", "PIPE-42", "PIPE-57")
class ResetsTheEncoderOnly(NumpyModel):
    def reset_states(self):
        kept = list(self.states[1:])
        super().reset_states()
        for index, state in enumerate(kept, start=1):
            self.states[index] = state or self.states[index]


@plant("a reset clears h and leaves c", "PIPE-35", "PIPE-51", "PIPE-59", "PIPE-63")
class ResetsOnlyH(NumpyModel):
    def reset_states(self):
        before = list(self.states)
        super().reset_states()
        for index, state in enumerate(before):
            if state is not None:
                self.states[index] = (self.states[index][0], state[1])


@plant("the slots of a batch change places", "PIPE-40", "PIPE-45", "PIPE-54", "PIPE-66")
class RotatesSlots(NumpyModel):
    def carry(self, final):
        super().carry([tuple(np.roll(part, 1, axis=0) for part in one) for one in final])


@plant("a stateless network carries state", "PIPE-31", "PIPE-44", "PIPE-53", "PIPE-61", "PIPE-76")
class AlwaysCarries(NumpyModel):
    def starting_states(self, rows, initial_state=None):
        left = getattr(self, "left", None)
        if initial_state is None and left is not None and len(left[0][0]) == rows:
            return left
        return super().starting_states(rows, initial_state)

    def carry(self, final):
        super().carry(final)
        self.left = final


@plant("predict starts from a reset", "PIPE-62", "PIPE-64", "PIPE-65", "PIPE-73")
class PredictResets(NumpyModel):
    def predict(self, x, batch_size):
        self.reset_states()
        return super().predict(x, batch_size)


@plant("evaluate ends with a reset", "PIPE-59")
class EvaluateResets(NumpyModel):
    def evaluate(self, x, y, batch_size):
        figures = super().evaluate(x, y, batch_size)
        self.reset_states()
        return figures


@plant("validation starts from zero", "PIPE-52")
class ValidationStartsCold(NumpyModel):
    def validate(self, x, y, batch_size):
        self.reset_states()
        return super().validate(x, y, batch_size)


@plant("states are listed among the weights", "PIPE-15", "PIPE-16", "PIPE-19", "PIPE-20", "PIPE-22")
class StatesAmongTheWeights(NumpyModel):
    def get_weights(self):
        return [*super().get_weights(), *(part for state in self.get_states() for part in state)]


# Layers -------------------------------------------------------------------------------------------


@plant(
    "every layer has two biases",
    *(f"PIPE-{number}" for number in range(11, 23)),
)
class TwoBiases(NumpyModel):
    def get_weights(self):
        weights = super().get_weights()
        return [*weights[:3], np.zeros_like(weights[2]), *weights[3:]]


@plant("features are read in the wrong order", "PIPE-32", "PIPE-40", "PIPE-58")
class FeaturesBackwards(LSTMLayer):
    def forward(self, x, mask, states):
        return super().forward(x[..., ::-1], mask, states)


@plant("steps are read from last to first", "PIPE-33", "PIPE-38", "PIPE-39", "PIPE-70", "PIPE-74")
class StepsBackwards(LSTMLayer):
    def in_order(self, steps):
        return steps[::-1]


@plant("steps of zero are skipped", "PIPE-38", "PIPE-39", "PIPE-70", "PIPE-72")
class SkipsZeros(LSTMLayer):
    def forward(self, x, mask, states):
        return super().forward(x, (x != 0).any(axis=-1), states)


@plant("the mask is ignored", "PIPE-71")
class IgnoresTheMask(LSTMLayer):
    def forward(self, x, mask, states):
        return super().forward(x, None, states)


@plant("only the first repetition is filled", "PIPE-41", "PIPE-42", "PIPE-57", "PIPE-67", "PIPE-75")
class RepeatsOnce(RepeatVectorLayer):
    def forward(self, x, mask, states):
        outputs, mask, final = super().forward(x, mask, states)
        outputs[:, 1:] = 0
        return outputs, mask, final


@plant("always two repetitions", "PIPE-67", "PIPE-75")
class AlwaysTwo(RepeatVectorLayer):
    def __init__(self, layer):
        super().__init__(layer)
        self.n = 2


@plant("the encoder learns from the last repetition only", "PIPE-41", "PIPE-42", "PIPE-57")
class LastRepetitionOnly(RepeatVectorLayer):
    def backward(self, d_outputs, wants_dx=True):
        return d_outputs[:, -1]


@plant("the hard sigmoid is that of Keras 3", "PIPE-37")
class OtherHardSigmoid(LSTMLayer):
    def __init__(self, layer, weights, gradients):
        super().__init__(layer, weights, gradients)
        if layer.recurrent_activation == "hard_sigmoid_keras2":
            self.sigma = self.activations["hard_sigmoid_keras3"]


# Training -----------------------------------------------------------------------------------------


@plant("the loss is summed", "PIPE-34", "PIPE-40", "PIPE-41", "PIPE-55", "PIPE-58", "PIPE-59")
class SummedLoss(SoftmaxCrossentropy):
    def per_position(self, logits, y):
        per_position = super().per_position(logits, y)
        return per_position * per_position.size * 2

    def gradient(self, logits, y):
        return super().gradient(logits, y) * y.shape[0]


@plant("every batch is trained on twice", "PIPE-31", "PIPE-39", "PIPE-51", "PIPE-53", "PIPE-56")
class TrainsTwice(NumpyModel):
    def update(self):
        super().update()
        super().update()


@plant("Adam forgets between fits", "PIPE-51", "PIPE-54", "PIPE-57", "PIPE-58")
class ForgetsBetweenFits(NumpyModel):
    def fit(self, x, y, **how):
        self.optimizer = self.engine.optimizer(self.spec, self.parameters)
        return super().fit(x, y, **how)


@plant("validation trains", "PIPE-52", "PIPE-53")
class ValidationTrains(NumpyModel):
    def validate(self, x, y, batch_size):
        figures = self.over_batches(self.train_step, x, y, batch_size)
        return {f"val_{name}": figure for name, figure in figures.items()}


@plant("evaluating trains", "PIPE-59")
class EvaluatingTrains(NumpyModel):
    def evaluate(self, x, y, batch_size):
        return self.over_batches(self.train_step, x, y, batch_size)


@plant("a smaller last batch is dropped", "PIPE-58")
class DropsTheLastBatch(NumpyModel):
    def fit(self, x, y, *, batch_size, **how):
        whole = len(x) - len(x) % batch_size
        return super().fit(x[:whole], y[:whole], batch_size=batch_size, **how)


@plant("rows are drawn with replacement", "PIPE-56")
class WithReplacement(NumpyModel):
    def order(self, count, shuffle):
        return self.shuffler.integers(0, count, count) if shuffle else np.arange(count)


@plant("every shuffled epoch has the same order", "PIPE-56")
class SameOrder(NumpyModel):
    def order(self, count, shuffle):
        return np.arange(count)[::-1] if shuffle else np.arange(count)


@plant("fit keeps the data of the first call", "PIPE-54", "PIPE-57")
class KeepsTheFirstData(NumpyModel):
    def fit(self, x, y, **how):
        self.first = getattr(self, "first", (x, y))
        return super().fit(*self.first, **how)
