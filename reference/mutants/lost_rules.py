"""Models that forget by what rules they are trained when they are saved."""

from __future__ import annotations

from dataclasses import replace

from reference.mutants.planting import planter
from reference.numpy.model import NumpyModel

plant = planter("persistence")


@plant("A loaded model has no penalties.", "LIFE-321")
class PenaltiesAreLostOnLoad(NumpyModel):
    def save(self, path):
        kept = self.spec
        self.spec = kept.with_cells(
            lambda layer: replace(
                layer,
                kernel_regularizer=None,
                recurrent_regularizer=None,
                bias_regularizer=None,
                activity_regularizer=None,
            )
        )
        super().save(path)
        self.spec = kept


@plant("A loaded model has no constraints.", "LIFE-321")
class ConstraintsAreLostOnLoad(NumpyModel):
    def save(self, path):
        kept = self.spec
        self.spec = kept.with_cells(
            lambda layer: replace(
                layer, kernel_constraint=None, recurrent_constraint=None, bias_constraint=None
            )
        )
        super().save(path)
        self.spec = kept


@plant("A loaded model trains its frozen layers.", "LIFE-321")
class FrozenLayersThawOnLoad(NumpyModel):
    def save(self, path):
        kept = self.spec
        self.spec = kept.with_cells(lambda layer: replace(layer, trainable=True))
        super().save(path)
        self.spec = kept
