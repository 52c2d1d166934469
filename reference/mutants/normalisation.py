"""Layer normalisation, a second bias and a limit of the projection, done otherwise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reference.mutants.planting import planter
from reference.numpy.lstm import LSTMLayer
from reference.numpy.model import NumpyModel
from reference.numpy.normalisation import units_of

plant = planter("operators")


@plant(
    "Layer normalisation is left out.",
    "CELL-352 CELL-353",
    diagnosis="layer normalisation is left out",
)
class NormalisationIsLeftOut(LSTMLayer):
    def normalise(self, z, gate):
        if self.gains is not None:
            columns = units_of(gate, self.units)
            block = z[:, columns]
            self.add_biases(block, columns)


@plant(
    "All four gates are normalised together.",
    "CELL-352",
    diagnosis="all four gates are normalised together",
)
class GatesAreNormalisedTogether(LSTMLayer):
    def normalise(self, z, gate):
        if self.gains is None or self.peepholes is not None:
            super().normalise(z, gate)
        elif gate == 0:
            z -= z.mean(axis=1, keepdims=True)
            z /= np.sqrt(np.square(z).mean(axis=1, keepdims=True) + 1e-8)
            z *= self.gains
            self.add_biases(z, slice(None))


@plant(
    "The bias is added before the layer normalisation.",
    "CELL-352 CELL-353",
    diagnosis="the bias is added before the layer normalisation",
)
class BiasIsNormalised(LSTMLayer):
    def normalise(self, z, gate):
        columns = units_of(gate, self.units)
        if self.gains is not None:
            self.add_biases(z[:, columns], columns)
        kept, self.bias = self.bias, None
        second, self.recurrent_bias = self.recurrent_bias, None
        super().normalise(z, gate)
        self.bias, self.recurrent_bias = kept, second


@plant(
    "The gains of the layer normalisation are left out.",
    "CELL-352",
    diagnosis="the gains of the layer normalisation are left out",
)
class GainsAreLeftOut(LSTMLayer):
    def normalise(self, z, gate):
        gains = self.gains
        self.gains = None if gains is None else np.ones_like(gains)
        super().normalise(z, gate)
        self.gains = gains


@plant(
    "Layer normalisation divides by one unit less.",
    "CELL-352",
    diagnosis="layer normalisation divides by one unit less",
)
class DividesByOneLess(LSTMLayer):
    def normalise(self, z, gate):
        gains, units = self.gains, self.units
        if gains is not None:
            self.gains = gains * np.sqrt((units - 1) / units)
        super().normalise(z, gate)
        self.gains = gains


@plant("What peepholes add is not normalised.", "CELL-353 GRAD-371")
class PeepholesPassTheNormalisation(LSTMLayer):
    def step(self, x, h, c):
        self.seen = c
        return super().step(x, h, c)

    def see_before(self, z, c):
        if self.gains is None:
            super().see_before(z, c)

    def normalise(self, z, gate):
        super().normalise(z, gate)
        if self.gains is not None and self.peepholes is not None and gate < 2:
            z[:, units_of(gate, self.units)] += self.peephole(gate) * self.seen


@plant("The gradient takes the mean of what is normalised for a constant.", "GRAD-371")
class MeanIsAConstant(LSTMLayer):
    def normalised_back(self, step, d, gate):
        if step.norm is None:
            return
        whole = d * self.gains[units_of(gate, self.units)]
        super().normalised_back(step, d, gate)
        d += whole.mean(axis=1, keepdims=True) / step.norm.spread[:, gate, None]


@plant("The gradient takes the variance of what is normalised for a constant.", "GRAD-371")
class VarianceIsAConstant(LSTMLayer):
    def normalised_back(self, step, d, gate):
        if step.norm is None:
            return
        columns = units_of(gate, self.units)
        whole, normal = d * self.gains[columns], step.norm.normal[:, columns]
        super().normalised_back(step, d, gate)
        shared = (whole * normal).mean(axis=1, keepdims=True)
        d += normal * shared / step.norm.spread[:, gate, None]


@plant("The gains of the layer normalisation are not trained.", "GRAD-371")
class GainsAreFrozen(LSTMLayer):
    def collect(self, trace, d_z):
        super().collect(trace, d_z)
        if self.gains is not None:
            self.gradient_of["gains"][...] = 0


@plant(
    "The recurrent bias is left out.",
    "CELL-350 GRAD-370",
    diagnosis="the recurrent bias is left out",
)
class RecurrentBiasIsLeftOut(LSTMLayer):
    def __init__(self, layer, weights, gradients):
        super().__init__(layer, weights, gradients)
        self.recurrent_bias = None


@plant(
    "The recurrent bias is added where there is an h before the step, not at the first.",
    "CELL-350",
    diagnosis="the recurrent bias is left out at the first step",
)
class RecurrentBiasNeedsAnH(LSTMLayer):
    def preactivation(self, x, h):
        z = super().preactivation(x, h)
        if self.recurrent_bias is not None and self.gains is None and not h.any():
            z -= self.recurrent_bias
        return z


@plant("Two biases are kept as their sum, in place of the first.", "CELL-351")
class SumOfBiasesIsKept(NumpyModel):
    def get_weights(self):
        found = super().get_weights()
        names = list(self.spec.weight_names)
        if "recurrent bias" in names and "bias" in names:
            first, second = names.index("bias"), names.index("recurrent bias")
            found[first], found[second] = found[first] + found[second], 0 * found[second]
        return found


@plant(
    "Of two biases the second is not trained.",
    "GRAD-370 TRAIN-470",
    address="an adapter of PyTorch that freezes bias_hh",
)
class SecondBiasIsFrozen(LSTMLayer):
    def collect(self, trace, d_z):
        super().collect(trace, d_z)
        if self.recurrent_bias is not None:
            self.gradient_of["recurrent bias"][...] = 0


@plant("Two biases share the gradient of one.", "GRAD-370 TRAIN-470")
class BiasesShareTheGradient(LSTMLayer):
    def collect(self, trace, d_z):
        super().collect(trace, d_z)
        if self.recurrent_bias is not None and self.bias is not None:
            self.gradient_of["bias"] *= 0.5
            self.gradient_of["recurrent bias"] *= 0.5


@plant(
    "The limit of the projection is ignored.",
    "CELL-354 GRAD-372",
    diagnosis="the limit of the projection is ignored",
)
class ProjectionLimitIsIgnored(LSTMLayer):
    def clipped_h(self, h):
        return h


@plant(
    "The limit of the projection cuts off the cell state, too.",
    "CELL-354",
    diagnosis="the limit of the projection cuts off the cell state, too",
)
class ProjectionLimitCutsTheCell(LSTMLayer):
    def next_cell(self, i, f, g, c):
        after, limit = super().next_cell(i, f, g, c), self.layer.projection_clip
        return np.clip(after, -limit, limit) if limit else after


@plant("Gradients pass a limit of the projection.", "GRAD-372")
class GradientsPassTheProjectionLimit(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        layer, self.layer = self.layer, replace(self.layer, projection_clip=0.0)
        result = super().step_back(step, d_h, d_c)
        self.layer = layer
        return result
