"""Initializers that do not do what their settings say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.model import (
    Constant,
    Identity,
    Orthogonal,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    VarianceScaling,
)
from reference.mutants.initializers import Asked
from reference.mutants.planting import planter
from reference.numpy.implementation import NumpyImplementation

plant = planter("initial_weights")


class Told(Asked):
    """``told`` makes another initializer of one with settings."""

    def otherwise(self, layer):
        both = layer.kernel_initializer, layer.recurrent_initializer
        kernel, recurrent = (one if isinstance(one, str) else self.told(one) for one in both)
        return replace(layer, kernel_initializer=kernel, recurrent_initializer=recurrent)

    def told(self, how):
        return how


@plant("The scale of a variance is ignored.", "CELL-500")
class ScaleIsIgnored(Told):
    def told(self, how):
        return replace(how, scale=1.0) if isinstance(how, VarianceScaling) else how


@plant("A scale is that of the deviation, not of the variance.", "CELL-500")
class ScaleOfTheDeviation(Told):
    def told(self, how):
        return replace(how, scale=how.scale**2) if isinstance(how, VarianceScaling) else how


@plant("A variance is always divided by the number of rows.", "CELL-500")
class ModeIsIgnored(Told):
    def told(self, how):
        return replace(how, mode="fan_in") if isinstance(how, VarianceScaling) else how


@plant("The average of rows and columns is their sum.", "CELL-500")
class AverageIsTheSum(Told):
    def told(self, how):
        summed = isinstance(how, VarianceScaling) and how.mode == "fan_avg"
        return replace(how, scale=how.scale / 2) if summed else how


@plant("Scaled normal numbers are cut off whatever they are told.", "CELL-500")
class AlwaysCutOff(Told):
    def told(self, how):
        normal = isinstance(how, VarianceScaling) and how.distribution == "untruncated_normal"
        return replace(how, distribution="truncated_normal") if normal else how


@plant("Drawn numbers lie around zero whatever their mean.", "CELL-501")
class MeanIsIgnored(Told):
    def told(self, how):
        return replace(how, mean=0.0) if isinstance(how, RandomNormal | TruncatedNormal) else how


@plant("A deviation is a variance.", "CELL-501")
class DeviationIsAVariance(Told):
    def told(self, how):
        normal = isinstance(how, RandomNormal | TruncatedNormal)
        return replace(how, stddev=how.stddev**0.5) if normal else how


@plant("Uniform numbers lie on both sides of zero, up to the upper limit.", "CELL-501")
class LowerLimitIsIgnored(Told):
    def told(self, how):
        return replace(how, minval=-how.maxval) if isinstance(how, RandomUniform) else how


@plant("A gain is ignored.", "CELL-502")
class GainIsIgnored(Told):
    def told(self, how):
        return replace(how, gain=1.0) if isinstance(how, Orthogonal | Identity) else how


@plant("An identity is one in each gate.", "CELL-502")
class IdentityOfEachGate(NumpyImplementation):
    def fresh_weights(self, spec):
        every = [one for of_layer in spec.layer_weights for one in of_layer]
        return [
            np.tile(np.eye(one.shape[0], one.shape[1] // 4) * said.initial.gain, 4)
            if isinstance(said.initial, Identity)
            else one
            for said, one in zip(every, super().fresh_weights(spec), strict=True)
        ]


@plant("The sign of a constant is lost.", "CELL-502")
class SignOfAConstantIsLost(Told):
    def told(self, how):
        return Constant(abs(how.value)) if isinstance(how, Constant) else how
