"""A loss that is scaled for its gradients, which shows where it should not."""

from __future__ import annotations

from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.update import NumpyOptimizer

plant = planter("loss_scales")


def factor_of(settings):
    return settings.loss_scale_factor or 1.0


@plant(
    "Gradients of a scaled loss are not divided by the factor.",
    "TRAIN-544 TRAIN-545 TRAIN-546",
)
class NotDivided(NumpyOptimizer):
    def update(self, parameters, gradient):
        super().update(parameters, gradient * factor_of(self.settings))


@plant(
    "The gradient of a scaled loss is limited before it is divided by the factor.",
    "TRAIN-544 TRAIN-545 TRAIN-546",
)
class LimitedFirst(NumpyOptimizer):
    def clipped(self, gradient):
        factor = factor_of(self.settings)
        return super().clipped(gradient * factor) / factor


@plant(
    "What is told of a scaled loss is multiplied by the factor.",
    "TRAIN-545 TRAIN-546",
)
class ToldAsScaled(NumpyModel):
    def train_on_batch(self, *args, **given):
        told = super().train_on_batch(*args, **given)
        return told | {"loss": told["loss"] * factor_of(self.spec.optimizer)}


@plant(
    "A gradient is divided by the factor of a loss that has not been scaled.",
    "TRAIN-544 TRAIN-545 TRAIN-546",
)
class DividedOnly(NumpyOptimizer):
    def update(self, parameters, gradient):
        super().update(parameters, gradient / factor_of(self.settings))
