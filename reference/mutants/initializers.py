"""Initializers that draw something else than they are asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reference.mutants.planting import planter
from reference.numpy.implementation import NumpyImplementation

plant = planter("initial_weights")


class Asked(NumpyImplementation):
    """``otherwise`` makes another layer of one LSTM, whose start takes the place of its own."""

    def fresh_weights(self, spec):
        return super().fresh_weights(spec.with_cells(self.otherwise))


@plant("A normal initializer of a kernel draws uniform numbers.", "CELL-300 CELL-302")
class NormalIsUniform(Asked):
    def otherwise(self, layer):
        drawn = layer.kernel_initializer
        if isinstance(drawn, str):
            drawn = drawn.replace("truncated", "random").replace("normal", "uniform")
        return replace(layer, kernel_initializer=drawn)


@plant("He's initializers lack their factor of two.", "CELL-300")
class HeIsLeCun(Asked):
    def otherwise(self, layer):
        word = layer.kernel_initializer
        he = str(word)[:3] == "he "
        return replace(layer, kernel_initializer="lecun" + word[2:] if he else word)


@plant("He's and LeCun's initializers divide by the columns.", "CELL-300")
class RowsAndColumnsExchanged(NumpyImplementation):
    def fresh_weights(self, spec):
        every = [one for of_layer in spec.layer_weights for one in of_layer]
        return [
            one * np.sqrt(one.shape[0] / one.shape[1])
            if str(said.initial)[:2] in ("he", "le")
            else one
            for said, one in zip(every, super().fresh_weights(spec), strict=True)
        ]


@plant("A normal number that is cut off is not scaled to its variance.", "CELL-300")
class CutIsNotMadeUp(NumpyImplementation):
    def fresh_weights(self, spec):
        every = [one for of_layer in spec.layer_weights for one in of_layer]
        scaled = ("glorot normal", "he normal", "lecun normal")
        return [
            one * 0.8796 if said.initial in scaled else one
            for said, one in zip(every, super().fresh_weights(spec), strict=True)
        ]


@plant("A normal initializer is not cut off.", "CELL-300")
class NothingIsCutOff(NumpyImplementation):
    def fresh_weights(self, spec):
        every = [one for of_layer in spec.layer_weights for one in of_layer]
        rng = np.random.default_rng(5)
        scaled = ("glorot normal", "he normal", "lecun normal")
        return [
            rng.normal(0, one.std(), one.shape) if said.initial in scaled else one
            for said, one in zip(every, super().fresh_weights(spec), strict=True)
        ]


@plant("Every kernel is drawn as Glorot says.", "CELL-300 CELL-301 CELL-302 CELL-303")
class InitializerOfTheKernelIsIgnored(Asked):
    def otherwise(self, layer):
        return replace(layer, kernel_initializer="glorot uniform")


@plant("Every recurrent kernel is orthogonal.", "CELL-301 CELL-303")
class InitializerOfTheRecurrentKernelIsIgnored(Asked):
    def otherwise(self, layer):
        return replace(layer, recurrent_initializer="orthogonal")


@plant("The recurrent kernel is drawn as the kernel is told to be.", "CELL-301")
class OneInitializerForBoth(Asked):
    def otherwise(self, layer):
        return replace(layer, recurrent_initializer=layer.kernel_initializer)


@plant("Random normal numbers have a standard deviation of one.", "CELL-302 CELL-304")
class RandomNormalIsStandard(NumpyImplementation):
    def fresh_weights(self, spec):
        every = [one for of_layer in spec.layer_weights for one in of_layer]
        return [
            one * 20 if said.initial == "random normal" else one
            for said, one in zip(every, super().fresh_weights(spec), strict=True)
        ]


@plant("Random uniform numbers are not negative.", "CELL-302 CELL-304")
class RandomUniformIsPositive(NumpyImplementation):
    def fresh_weights(self, spec):
        every = [one for of_layer in spec.layer_weights for one in of_layer]
        return [
            np.abs(one) if said.initial == "random uniform" else one
            for said, one in zip(every, super().fresh_weights(spec), strict=True)
        ]


@plant("A constant initializer ignores its value: it gives ones.", "CELL-303 CELL-304")
class ConstantsAreOnes(NumpyImplementation):
    def fresh_weights(self, spec):
        every = [one for of_layer in spec.layer_weights for one in of_layer]
        return [
            np.where(one == 0.5, 1.0, one) if said.initial == "halves" else one
            for said, one in zip(every, super().fresh_weights(spec), strict=True)
        ]


@plant("The initializer of the bias draws the forget gate's block as well.", "CELL-304")
class ForgetBlockIsDrawn(Asked):
    def otherwise(self, layer):
        drawn = layer.bias_initializer != "zeros"
        return replace(layer, forget_bias=False) if drawn else layer


@plant("Where the forget gate starts at one, the rest of the bias is zero.", "CELL-304")
class RestOfTheBiasIsZero(Asked):
    def otherwise(self, layer):
        return replace(layer, bias_initializer="zeros") if layer.forget_bias else layer


@plant("One is added to the forget gate's block in place of being put there.", "CELL-304")
class OneIsAdded(NumpyImplementation):
    def fresh_weights(self, spec):
        found = super().fresh_weights(spec)
        every = [one for of_layer in spec.layer_weights for one in of_layer]
        for said, one in zip(every, found, strict=True):
            if said.forget_gate_at_one and said.initial != "zeros":
                units = len(one) // 4
                one[units : 2 * units] += one[:units]
        return found
