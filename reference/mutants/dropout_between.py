"""Mistakes in dropout between layers, and in equal layers that are computed as one."""

from __future__ import annotations

import numpy as np

from reference.mutants.paths import Branching
from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.around import DropoutLayer
from reference.numpy.lstm import LSTMLayer

plant = planter("dropout")


@plant("Dropout between layers does nothing in training.", "SEQ-350 GRAD-373 TRAIN-471")
class NothingIsDropped(DropoutLayer):
    def drawn(self, x):
        return np.ones_like(x)


@plant("What dropout between layers keeps is not divided by the share that is kept.", "SEQ-350")
class NotDivided(DropoutLayer):
    def drawn(self, x):
        return (super().drawn(x) > 0).astype(x.dtype)


@plant("Dropout between layers has the same mask at every step of a row.", "SEQ-351")
class SameAtEveryStep(DropoutLayer):
    def drawn(self, x):
        return np.broadcast_to(super().drawn(x)[:, :1], x.shape)


@plant("Dropout between layers has the same mask for all rows.", "SEQ-351")
class SameForAllRows(DropoutLayer):
    def drawn(self, x):
        return np.broadcast_to(super().drawn(x)[:1], x.shape)


@plant("Dropout between layers drops a step as a whole or not at all.", "SEQ-351")
class WholeSteps(DropoutLayer):
    def drawn(self, x):
        return np.broadcast_to(super().drawn(x)[..., :1], x.shape)


@plant("Dropout between layers draws the same mask in every pass.", "SEQ-351 TRAIN-471")
class SameInEveryPass(DropoutLayer):
    def drawn(self, x):
        self.rng = np.random.default_rng(3)
        return super().drawn(x)


@plant("Dropout between layers drops what comes out of the last layer, too.", "SEQ-350")
class DropsTheLast(NumpyModel):
    def call_in_training(self, x, mask=None, initial_state=None):
        result = super().call_in_training(x, mask, initial_state)
        between = [one for one in self.layers if isinstance(one, DropoutLayer)]
        for one in between[:1]:
            result = result._replace(outputs=result.outputs * one.drawn(result.outputs))
        return result


@plant("Dropout between layers goes on after an update.", "SEQ-352", address="pytorch#180744")
class GoesOnAfterAnUpdate(NumpyModel):
    def train_on_batch(self, x, y):
        metrics = super().train_on_batch(x, y)
        for one in self.layers:
            if isinstance(one, DropoutLayer):
                one.drop_nothing = lambda: None
                one.draw_masks(len(x))
        return metrics


@plant("The gradient goes past the mask of dropout between layers.", "GRAD-373 TRAIN-471")
class PastTheMaskBetween(DropoutLayer):
    def backward(self, d_outputs):
        return d_outputs


@plant("On one path, dropout between layers does nothing.", "LIFE-342")
class OnePathDropsNothing(Branching):
    wrong = {"dropout_class": NothingIsDropped}  # noqa: RUF012


class SharesTheFirstLayer(NumpyModel):
    """Of equal layers, all have the recurrent kernel of the first."""

    def set_weights(self, weights):
        super().set_weights(weights)
        cells = [one for one in self.layers if isinstance(one, LSTMLayer)]
        for one in cells[1:]:
            if one.layer.units == cells[0].layer.units and one.layer.projection == 0:
                one.recurrent_kernel = cells[0].recurrent_kernel


@plant("On one path, equal layers have the recurrent kernel of the first.", "LIFE-340 LIFE-341")
class OnePathSharesAKernel(Branching):
    wrong = {"model_class": SharesTheFirstLayer}  # noqa: RUF012


class SortsItsRows(NumpyModel):
    """Sorts the rows of a batch by length and leaves the final states in that order."""

    def call(self, x, mask=None, initial_state=None):
        result = super().call(x, mask, initial_state)
        if mask is None or result.states is None:
            return result
        order = np.argsort(-np.asarray(mask).sum(axis=1), kind="stable")
        return result._replace(states=[(h[order], c[order]) for h, c in result.states])


@plant(
    "On one path, the final states of rows are in the order of their lengths.",
    "LIFE-340",
    address="forgotten unsorted_indices of a packed sequence",
)
class OnePathSortsItsRows(Branching):
    wrong = {"model_class": SortsItsRows}  # noqa: RUF012


class LearnsTwice(LSTMLayer):
    """A layer whose output is as wide as its input learns twice as much."""

    def collect(self, trace, d_z):
        super().collect(trace, d_z)
        if len(self.kernel) == self.units:
            self.gradient_of["kernel"][...] *= 2


@plant("On one path, the second of equal layers learns twice as much.", "LIFE-341")
class OnePathLearnsTwice(Branching):
    wrong = {"lstm_class": LearnsTwice}  # noqa: RUF012


class TurnsTheDiagonal(LSTMLayer):
    """Reads a diagonal recurrent kernel from its last unit to its first."""

    def preactivation(self, x, h):
        blocks = np.split(self.recurrent_kernel, 4, axis=1)
        if blocks[0].shape[0] > 1 and all(
            not (one - np.diag(np.diag(one))).any() for one in blocks
        ):
            kept, turned = self.recurrent_kernel, [one[::-1, ::-1] for one in blocks]
            self.recurrent_kernel = np.concatenate(turned, axis=1)
            z = super().preactivation(x, h)
            self.recurrent_kernel = kept
            return z
        return super().preactivation(x, h)


@plant("On one path, a diagonal recurrent kernel is read from its end.", "LIFE-343")
class OnePathTurnsTheDiagonal(Branching):
    wrong = {"lstm_class": TurnsTheDiagonal}  # noqa: RUF012
