"""Weights as they are listed, taken and drawn."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyImplementation, NumpyModel

plant = planter("weights")


@plant(
    "Two biases are listed among the weights.",
    (
        "CELL-01 CELL-34 PIPE-11 PIPE-12 PIPE-13 PIPE-14 PIPE-15 PIPE-16 PIPE-17 PIPE-18 "
        "PIPE-19 PIPE-20 PIPE-21 PIPE-22"
    ),
    diagnosis="get_weights gives 4 arrays where the model has 3",
)
class TwoBiasesAreReported(NumpyModel):
    def get_weights(self):
        return [*super().get_weights(), np.zeros_like(self.weights[2])]


@plant(
    "Weights that are set become zero.",
    "CELL-02",
    diagnosis="set_weights takes every weight as zero",
)
class WeightsAreNotTaken(NumpyModel):
    def set_weights(self, weights):
        super().set_weights([np.zeros_like(weight) for weight in weights])


@plant(
    "The weights of the last layer come first.",
    "CELL-35",
    diagnosis="get_weights gives the arrays in another order",
)
class WeightsOfTheLastLayerComeFirst(NumpyModel):
    def get_weights(self):
        weights = super().get_weights()
        return [*weights[3:], *weights[:3]]


@plant(
    "The weights of the backward layer are missing.",
    "CELL-36",
    diagnosis="get_weights gives 3 arrays where the model has 8",
)
class WeightsOfTheBackwardLayerAreMissing(NumpyModel):
    def get_weights(self):
        return super().get_weights()[:3]


@plant("The fresh forget bias is zero.", "CELL-37")
class FreshForgetBiasIsZero(NumpyImplementation):
    def fresh_weights(self, spec):
        return [weight * (weight.ndim > 1) for weight in super().fresh_weights(spec)]


@plant("The fresh units are all alike.", "CELL-38")
class FreshUnitsAreAllAlike(NumpyImplementation):
    def fresh_weights(self, spec):
        fresh = super().fresh_weights(spec)
        return [np.full_like(weight, 0.1) if weight.ndim > 1 else weight for weight in fresh]


@plant("Weights are copied one by one before their shapes are looked at.", "CELL-60")
class WeightsAreHalfSet(NumpyModel):
    def set_weights(self, weights):
        for mine, given in zip(self.weights, weights, strict=False):
            if np.shape(given) != mine.shape:
                break
            mine[...] = given
        super().set_weights(weights)


@plant("Weights of a wrong shape are repeated until they fit.", "CELL-60")
class WeightsAreResized(NumpyModel):
    def set_weights(self, weights):
        given = [*weights, *self.weights[len(weights) :]]
        super().set_weights(
            [np.resize(a, mine.shape) for a, mine in zip(given, self.weights, strict=False)]
        )
