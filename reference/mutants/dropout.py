"""Mistakes in the masks of dropout: how they are drawn, where they go, and when they end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reference.mutants.paths import Branching
from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.dropout import GATES, Masks, drawn, product
from reference.numpy.layers import BidirectionalLayer
from reference.numpy.lstm import LSTMLayer

plant = planter("dropout")


def changed(rule) -> type[LSTMLayer]:
    """A layer that puts ``rule(layer, masks of x or h, its rate)`` in place of what it draws."""

    class OtherMasks(LSTMLayer):
        def draw_masks(self, rows):
            super().draw_masks(rows)
            rates = self.layer.dropout, self.layer.recurrent_dropout
            both = zip(self.masks, rates, strict=True)
            self.masks = Masks(*(m if m is None else rule(self, m, rate) for m, rate in both))

    return OtherMasks


def only(x: bool) -> type[LSTMLayer]:
    """A layer that draws masks of x alone, or of h alone."""

    class OneKind(LSTMLayer):
        def draw_masks(self, rows):
            super().draw_masks(rows)
            self.masks = self.masks._replace(**({"h": None} if x else {"x": None}))

    return OneKind


plant("Dropout does nothing in training.", "CELL-200 GRAD-200 TRAIN-200")(only(x=False))
plant("Recurrent dropout does nothing in training.", "CELL-202 GRAD-201 TRAIN-200")(only(x=True))
plant("What dropout keeps is not divided by the share that is kept.", "CELL-200 CELL-202")(
    changed(lambda layer, masks, rate: (masks > 0) * 1.0)
)
plant("The rate of dropout is the share that is kept.", "CELL-200 CELL-202")(
    changed(lambda layer, masks, rate: (layer.rng.random(masks.shape) < rate) / (1 - rate))
)
plant("All rows of a batch have the same mask of dropout.", "CELL-201 CELL-203")(
    changed(lambda layer, masks, rate: np.repeat(masks[:, :1], masks.shape[1], axis=1))
)
plant("A row is dropped as a whole or not at all.", "CELL-201 CELL-203")(
    changed(lambda layer, masks, rate: np.repeat(masks[:, :, :1], masks.shape[2], axis=2))
)


@plant("Every pass has the same masks of dropout.", "CELL-201 CELL-203 TRAIN-200")
class SameEveryTime(LSTMLayer):
    def draw_masks(self, rows):
        self.rng = np.random.default_rng(7)
        super().draw_masks(rows)


@plant(
    "The masks of h are drawn at the rate of dropout of the inputs.",
    "CELL-202 CELL-203 GRAD-201",
    address="keras#19395: Keras 3.1.1",
)
class AtTheOtherRate(LSTMLayer):
    def draw_masks(self, rows):
        super().draw_masks(rows)
        if self.layer.recurrent_dropout:
            h = drawn(self.rng, self.layer.dropout, 1, rows, self.units)
            self.masks = self.masks._replace(h=h)


@plant("The inputs are dropped anew at every step.", "CELL-200 TRAIN-200")
class AnewAtEveryStep(LSTMLayer):
    def preactivation(self, x, h):
        if self.masks.x is not None:
            self.draw_masks(len(x))
        return super().preactivation(x, h)


@plant("Recurrent dropout drops the cell state as well.", "CELL-202")
class DropsCToo(LSTMLayer):
    def next_cell(self, i, f, g, c):
        return super().next_cell(i, f, g, c if self.masks.h is None else c * self.masks.h[0])


@plant("Dropout is applied to what the kernel makes of the inputs.", "CELL-200 CELL-201")
class BehindTheKernel(LSTMLayer):
    def preactivation(self, x, h):
        if self.masks.x is None:
            return super().preactivation(x, h)
        z = product(x, self.kernel, None)
        many = drawn(self.rng, self.layer.dropout, 1, *z.shape)
        z *= many[0]
        z += product(h, self.recurrent_kernel, self.masks.h)
        return z if self.bias is None else z + self.bias


@plant("Each gate has its own mask of dropout, and one for all is declared.", "CELL-204")
class GateByGate(LSTMLayer):
    def draw_masks(self, rows):
        x, h = self.layer.dropout, self.layer.recurrent_dropout
        self.masks = Masks(
            drawn(self.rng, x, GATES, rows, len(self.kernel)),
            drawn(self.rng, h, GATES, rows, self.units),
        )


@plant("All gates have one mask of dropout, and one for each is declared.", "CELL-204")
class OneForAll(LSTMLayer):
    masks_by_gate = True

    def draw_masks(self, rows):
        super().draw_masks(rows)
        self.masks = Masks(*(m if m is None else np.repeat(m[:1], 4, axis=0) for m in self.masks))


@plant("The seed of dropout is ignored.", "CELL-205")
class IgnoresTheSeed(LSTMLayer):
    def __init__(self, layer, weights, gradients):
        super().__init__(replace(layer, seed=None), weights, gradients)


@plant("Every seed of dropout is the same.", "CELL-205")
class OneSeed(LSTMLayer):
    def __init__(self, layer, weights, gradients):
        super().__init__(replace(layer, seed=0), weights, gradients)


@plant("A call in training scales its outputs, whether anything is dropped or not.", "CELL-206")
class ScalesInTraining(NumpyModel):
    def call_in_training(self, x, mask=None, initial_state=None):
        result = super().call_in_training(x, mask, initial_state)
        return result._replace(outputs=result.outputs * 1.25)


@plant("Dropout goes on after a pass in training.", "CELL-207")
class NeverEnds(LSTMLayer):
    def drop_nothing(self):
        pass


@plant("Dropout is left out of updates, but not of calls in training.", "GRAD-200 TRAIN-200")
class TrainsWithoutMasks(NumpyModel):
    def differentiate(self, x, y, starting):
        return self.there_and_back(x, y, starting)


@plant("The gradient of x goes past the mask of dropout.", "GRAD-200")
class PastTheMask(LSTMLayer):
    def backward(self, d_outputs):
        d_x = super().backward(d_outputs)
        masks = self.masks.x
        return d_x if masks is None else d_x + (masks[0] == 0)[:, None] * 0.05


@plant("The recurrent kernel learns from the h that was not dropped.", "GRAD-201 TRAIN-200")
class LearnsFromWholeH(LSTMLayer):
    def collect(self, trace, d_z):
        kept, self.masks = self.masks, self.masks._replace(h=None)
        super().collect(trace, d_z)
        self.masks = kept


@plant("Both directions have the mask of the forward one.", "SEQ-200")
class SharedByDirections(BidirectionalLayer):
    def forward(self, x, mask, states):
        self.backwards.masks = self.forwards.masks
        return super().forward(x, mask, states)


@plant("On one path, recurrent dropout does nothing.", "LIFE-203")
class OnePathKeepsH(Branching):
    wrong = {"lstm_class": only(x=True)}  # noqa: RUF012
