"""Running averages of the weights, and gradients that are accumulated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.update import NumpyOptimizer

plant = planter("averages")


class WithOther(NumpyOptimizer):
    """A setting has another value than the one that was asked for."""

    other: dict[str, object]

    def __init__(self, settings, *of):
        super().__init__(replace(settings, **self.other), *of)


@plant(
    "No average of the weights is kept.",
    "TRAIN-340 TRAIN-341 TRAIN-342 LIFE-304",
    diagnosis="averages do not replace the weights in training",
)
class NoAverage(WithOther):
    other = {"use_ema": False}  # noqa: RUF012


@plant(
    "The average never replaces the weights during training.",
    "TRAIN-341 TRAIN-342 TRAIN-346",
    diagnosis="averages do not replace the weights in training",
)
class NeverOverwrites(WithOther):
    other = {"ema_overwrite_frequency": 0}  # noqa: RUF012


@plant("fit ends without putting the average in place of the weights.", "TRAIN-340")
class DoesNotFinish(NumpyOptimizer):
    def finish(self, parameters):
        """Nothing."""


@plant("The average starts from zero.", "TRAIN-340 TRAIN-341")
class StartsFromZero(NumpyOptimizer):
    def take_average(self, parameters):
        self.t += 1
        super().take_average(parameters)
        self.t -= 1


@plant(
    "The new weights count ema_momentum in the average.",
    "TRAIN-340 TRAIN-341",
    diagnosis="ema_momentum is the share of the new weights",
)
class ExchangedShares(NumpyOptimizer):
    def __init__(self, settings, *of):
        super().__init__(replace(settings, ema_momentum=1 - settings.ema_momentum), *of)


@plant(
    "The average is that of the weights before the update, and replaces those.",
    "TRAIN-340 TRAIN-341",
    diagnosis="averages do not replace the weights in training",
)
class AverageOfBefore(NumpyOptimizer):
    def update(self, parameters, gradient):
        self.before = parameters.copy()
        super().update(parameters, gradient)

    def take_average(self, parameters):
        super().take_average(self.before)


@plant("A reset of the states starts a new average.", "TRAIN-342")
class ResetForgetsTheAverage(NumpyModel):
    def reset_states(self):
        super().reset_states()
        if hasattr(self, "optimizer"):
            self.optimizer.average[...] = 0


@plant("A loaded model has no average.", "LIFE-304")
class AverageIsLost(NumpyOptimizer):
    def restore(self, memory):
        super().restore({**memory, "average": np.zeros_like(self.average)})


@plant(
    "Gradients are not accumulated.",
    "TRAIN-343 TRAIN-344 TRAIN-345 TRAIN-346 LIFE-305",
    diagnosis="gradients are not accumulated",
)
class NotAccumulated(WithOther):
    other = {"gradient_accumulation_steps": 0}  # noqa: RUF012


@plant(
    "Accumulated gradients are added up, not averaged.",
    "TRAIN-343 TRAIN-345",
    diagnosis="accumulated gradients are added up and not averaged",
)
class AddedUp(NumpyOptimizer):
    def mean_gradient(self):
        return self.sum.copy()


@plant("An update takes the gradient of its own batch alone.", "TRAIN-343 TRAIN-344 TRAIN-345")
class LastGradientOnly(NumpyOptimizer):
    def is_early(self):
        early = super().is_early()
        if early:
            self.sum[...] = 0
        return early


@plant("What was accumulated is a part of all later updates.", "TRAIN-343 TRAIN-345")
class NeverCleared(NumpyOptimizer):
    def update(self, parameters, gradient):
        early, kept = (self.batches + 1) % 3, self.sum + gradient if len(self.sum) else None
        super().update(parameters, gradient)
        if kept is not None and not early:
            self.sum[...] = kept


@plant("Adam counts batches where gradients are accumulated.", "TRAIN-344")
class CountsBatches(NumpyOptimizer):
    def move(self, parameters, gradient):
        updates, self.t = self.t, self.batches
        super().move(parameters, gradient)
        self.t = updates


@plant("Weights decay after every batch where gradients are accumulated.", "TRAIN-344")
class DecaysEveryBatch(NumpyOptimizer):
    def is_early(self):
        return super().is_early()

    def update(self, parameters, gradient):
        waiting = self.settings.gradient_accumulation_steps and (self.batches + 1) % 3
        if waiting and self.settings.weight_decay:
            self.decay(parameters)
        super().update(parameters, gradient)


@plant("The state is carried on by batches with an update only.", "TRAIN-345")
class CarriesWithUpdates(NumpyModel):
    def train_step(self, x, y):
        before, updates = list(self.states), self.optimizer.t
        metrics = super().train_step(x, y)
        if self.optimizer.t == updates:
            self.states = before
        return metrics


@plant("The average takes in the weights after every batch.", "TRAIN-346")
class AveragesEveryBatch(NumpyOptimizer):
    def is_early(self):
        early = super().is_early()
        if early and self.settings.use_ema and self.t:
            self.average *= self.settings.ema_momentum
            self.average += (1 - self.settings.ema_momentum) * self.parameters
        return early

    def update(self, parameters, gradient):
        self.parameters = parameters
        super().update(parameters, gradient)


@plant("What has been accumulated is not saved.", "LIFE-305")
class SumIsLost(NumpyOptimizer):
    def restore(self, memory):
        super().restore({**memory, "sum": np.zeros_like(self.sum)})
