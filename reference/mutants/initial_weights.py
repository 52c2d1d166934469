"""New weights that are too large, drawn in another way, or drawn once for several layers."""

from __future__ import annotations

import numpy as np

from lstm_spec.model import Bidirectional
from reference.mutants.planting import planter
from reference.numpy.implementation import NumpyImplementation

plant = planter("initial_weights")


class OtherStart(NumpyImplementation):
    """``drawn`` changes each array of a new model; its name is the one in ``weight_names``."""

    def fresh_weights(self, spec):
        pairs = zip(spec.weight_names, super().fresh_weights(spec), strict=True)
        return [self.drawn(name, weight) for name, weight in pairs]


@plant("New kernels are twice as large.", "CELL-110 CELL-113")
class NewKernelsAreTwiceAsLarge(OtherStart):
    def drawn(self, name, weight):
        return weight if "recurrent" in name or weight.ndim < 2 else 2 * weight


@plant("New kernels are normal, with the variance of Glorot.", "CELL-110 CELL-113")
class NewKernelsAreNormal(OtherStart):
    def drawn(self, name, weight):
        if "recurrent" in name or weight.ndim < 2:
            return weight
        spread = np.sqrt(2 / sum(weight.shape))
        return np.random.default_rng(weight.size).normal(0, spread, weight.shape)


@plant("New kernels have no negative entries.", "CELL-110 CELL-113")
class NewKernelsHaveNoNegativeEntries(OtherStart):
    def drawn(self, name, weight):
        return weight if "recurrent" in name or weight.ndim < 2 else np.abs(weight)


@plant("The limit of a new kernel counts the units once, not the four gates.", "CELL-110")
class LimitCountsTheUnitsOnce(OtherStart):
    def drawn(self, name, weight):
        if "recurrent" in name or weight.ndim < 2:
            return weight
        rows, columns = weight.shape
        return weight * np.sqrt((rows + columns) / (rows + columns // 4))


@plant("All gates of a new kernel start with the same draw.", "CELL-110")
class GatesStartWithTheSameDraw(OtherStart):
    def drawn(self, name, weight):
        if weight.ndim < 2 or "recurrent" in name or "Dense" in name:
            return weight
        return np.tile(weight[:, : weight.shape[1] // 4], 4)


@plant("A new recurrent kernel is drawn like a kernel.", "CELL-111")
class RecurrentKernelIsDrawnLikeAKernel(OtherStart):
    def drawn(self, name, weight):
        if "recurrent" not in name:
            return weight
        limit = np.sqrt(6 / sum(weight.shape))
        return np.random.default_rng(weight.size).uniform(-limit, limit, weight.shape)


@plant("The gates of a new recurrent kernel are orthogonal, each by itself.", "CELL-111")
class GatesOfTheRecurrentKernelAreOrthogonal(OtherStart):
    def drawn(self, name, weight):
        if "recurrent" not in name:
            return weight
        return np.tile(np.linalg.qr(weight[:, : len(weight)])[0], 4)


@plant("A new recurrent kernel is the identity.", "CELL-111")
class RecurrentKernelIsTheIdentity(OtherStart):
    def drawn(self, name, weight):
        return np.eye(*weight.shape) if "recurrent" in name else weight


@plant("Both directions start with the draw of the forward one.", "CELL-112")
class DirectionsStartWithOneDraw(NumpyImplementation):
    def fresh_weights(self, spec):
        fresh = super().fresh_weights(spec)
        if isinstance(spec.layers[0], Bidirectional):
            half = len(spec.layers[0].layer.weights(spec.forms()[0]))
            fresh[half : 2 * half] = [weight.copy() for weight in fresh[:half]]
        return fresh


@plant("Arrays of the same shape are drawn once.", "CELL-112")
class ArraysOfTheSameShapeAreDrawnOnce(OtherStart):
    def drawn(self, name, weight):
        if weight.ndim < 2 or "Dense" in name or "recurrent" not in name:
            return weight
        rng = np.random.default_rng(7)
        return np.linalg.qr(rng.standard_normal(weight.shape[::-1]))[0].T


@plant("The bias of a new Dense layer is drawn.", "CELL-113")
class BiasOfADenseLayerIsDrawn(OtherStart):
    def drawn(self, name, weight):
        if name != "Dense bias":
            return weight
        return np.random.default_rng(1).uniform(-0.1, 0.1, weight.shape)
