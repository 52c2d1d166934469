"""Schedules of the learning rate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.model import CosineDecay, ExponentialDecay, PiecewiseConstant
from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.schedules import rate_after
from reference.numpy.update import NumpyOptimizer

plant = planter("schedules")


@plant(
    "Every batch has the learning rate of the first.",
    "TRAIN-347 TRAIN-348 TRAIN-349 LIFE-306",
    diagnosis="every batch has the first learning rate of a schedule",
)
class NoSchedule(NumpyOptimizer):
    def rate(self):
        return rate_after(0, self.settings.learning_rate)


@plant(
    "A schedule counts the batch itself.",
    "TRAIN-347 TRAIN-348 LIFE-306",
    diagnosis="a schedule counts the batch itself",
)
class OneAhead(NumpyOptimizer):
    def rate(self):
        return rate_after(self.batches, self.settings.learning_rate)


@plant("A schedule counts updates, not batches.", "TRAIN-349")
class CountsUpdates(NumpyOptimizer):
    def rate(self):
        return rate_after(self.t - 1, self.settings.learning_rate)


@plant("Weights decay with the first learning rate of a schedule.", "TRAIN-348")
class DecayWithTheFirstRate(NumpyOptimizer):
    def decay(self, parameters):
        first = rate_after(0, self.settings.learning_rate)
        parameters *= 1 - first * self.settings.weight_decay


class OtherSchedule(NumpyOptimizer):
    """One kind of schedule is another one."""

    def __init__(self, settings, *of):
        super().__init__(replace(settings, learning_rate=self.other(settings.learning_rate)), *of)

    def other(self, schedule):
        return schedule


@plant(
    "A boundary of a schedule is the first batch of the next piece.",
    "TRAIN-347 TRAIN-349",
    diagnosis="a boundary is the first batch of the next piece",
)
class BoundaryTooEarly(OtherSchedule):
    def other(self, schedule):
        if isinstance(schedule, PiecewiseConstant):
            return replace(schedule, boundaries=tuple(one - 1 for one in schedule.boundaries))
        return schedule


@plant(
    "The stairs of an exponential schedule are ignored.",
    "TRAIN-347 TRAIN-348",
    diagnosis="the stairs of a schedule are ignored",
)
class WithoutStairs(OtherSchedule):
    def other(self, schedule):
        if isinstance(schedule, ExponentialDecay):
            return replace(schedule, staircase=False)
        return schedule


@plant(
    "A cosine schedule ends at zero.",
    "TRAIN-347 TRAIN-348",
    diagnosis="a cosine schedule ends at zero",
)
class CosineToZero(OtherSchedule):
    def other(self, schedule):
        return replace(schedule, alpha=0.0) if isinstance(schedule, CosineDecay) else schedule


@plant("A cosine schedule goes up again after its end.", "TRAIN-347 TRAIN-348")
class CosineGoesOn(NumpyOptimizer):
    def rate(self):
        schedule, n = self.settings.learning_rate, self.batches - 1
        if isinstance(schedule, CosineDecay) and n > schedule.decay_steps:
            return rate_after(abs(2 * schedule.decay_steps - n), schedule)
        return super().rate()


@plant("A reset of the states starts the schedule anew.", "TRAIN-349")
class ResetStartsAnew(NumpyModel):
    def reset_states(self):
        super().reset_states()
        if hasattr(self, "optimizer"):
            self.optimizer.batches = 0


@plant("fit starts the schedule anew.", "TRAIN-347")
class FitStartsAnew(NumpyModel):
    def fit(self, x, y, **how):
        self.optimizer.batches = 0
        return super().fit(x, y, **how)


@plant("A loaded model starts its schedule anew.", "LIFE-306")
class LoadStartsAnew(NumpyOptimizer):
    def restore(self, memory):
        super().restore({**memory, "batches": np.asarray(0)})
