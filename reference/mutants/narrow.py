"""Models of a narrow precision that keep, round or scale something else than they should."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reference.mutants.lost_on_load import Loading
from reference.mutants.planting import planter
from reference.numpy import NumpyImplementation, NumpyModel
from reference.numpy.rounding import Rounding

plant = planter("narrow")

OTHER = {
    "float16": "bfloat16",
    "bfloat16": "float16",
    "mixed_float16": "mixed_bfloat16",
    "mixed_bfloat16": "mixed_float16",
}


@plant("With a mixed policy the weights are kept in the narrow type.", "CELL-510 TRAIN-550")
class MixedWeightsAreNarrow(Rounding):
    def weight(self, values):
        return self.number(values)


@plant("Weights of float16 and bfloat16 are kept in float32.", "CELL-510")
class NarrowWeightsAreWide(Rounding):
    def weight(self, values):
        return values


@plant("A narrow precision is ignored.", "CELL-510 CELL-511 LIFE-525")
class PrecisionIsIgnored(Rounding):
    def __init__(self, precision):
        super().__init__("full")


@plant("float16 and bfloat16 are exchanged.", "CELL-510 CELL-511")
class TypesAreExchanged(Rounding):
    def __init__(self, precision):
        super().__init__(OTHER.get(precision, precision))


@plant("Digits that a narrow type does not have are cut off.", "CELL-510")
class DigitsAreCutOff(Rounding):
    def number(self, values):
        near = super().number(values)
        if self.narrow is None:
            return near
        beyond = np.abs(near) > np.abs(values)
        return np.where(beyond, super().number(2 * values - near), near)


@plant("A model of a narrow precision starts every call from zero.", "STATE-500")
class NarrowStateIsLost(NumpyModel):
    def carry(self, final):
        super().carry(final)
        if self.rounding.narrow:
            self.reset_states()


@plant("In a narrow precision the cell state grows by a roundoff at every step.", "CELL-511")
class CellStateGrows(NumpyModel):
    def run(self, x, mask, starting):
        outputs, valid, final = super().run(x, mask, starting)
        narrow = self.rounding.narrow
        if narrow and outputs.ndim == 3:
            steps = np.arange(outputs.shape[1])[:, None]
            outputs = self.rounding.number(outputs * (1 + steps * narrow.roundoff))
        return outputs, valid, final


@plant("The gradients of a mixed policy are those of a scaled loss.", "GRAD-522 TRAIN-550")
class GradientsStayScaled(NumpyModel):
    def there_and_back(self, x, y, starting):
        figures = super().there_and_back(x, y, starting)
        if self.rounding.narrow and self.rounding.narrow.mixed:
            self.gradient *= 1024
        return figures


@plant("With the mixed policy of float16 the loss is not scaled.", "TRAIN-551")
class LossIsNotScaled(NumpyModel):
    def update(self):
        if self.rounding.narrow and self.rounding.narrow.mixed:
            self.gradient[...] = self.rounding.number(self.gradient)
        super().update()


@plant("A loaded model has the precision of its dtype.", "LIFE-525")
class PrecisionIsLostOnLoad(Loading):
    def changed(self, spec):
        return replace(spec, precision="full")


@plant("A new layer of a narrow precision has no recurrent kernel yet.", "CELL-512")
class NothingIsDrawn(NumpyImplementation):
    def fresh_weights(self, spec):
        drawn = super().fresh_weights(spec)
        return [drawn[0], 0 * drawn[1], *drawn[2:]] if spec.precision != "full" else drawn
