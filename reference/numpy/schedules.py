"""The learning rate of a batch."""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import assert_never

from lstm_spec.model import AnySchedule, CosineDecay, ExponentialDecay, Maps, PiecewiseConstant

MAPS: Maps = {
    "ExponentialDecay": ("initial_learning_rate", "decay_steps", "decay_rate", "staircase"),
    "PiecewiseConstant": ("boundaries", "values"),
    "CosineDecay": ("initial_learning_rate", "decay_steps", "alpha"),
}
"""What is computed here."""


def rate_after(batches: int, schedule: float | AnySchedule) -> float:
    """The learning rate after so many batches."""
    match schedule:
        case ExponentialDecay():
            exponent = batches / schedule.decay_steps
            if schedule.staircase:
                exponent = math.floor(exponent)
            rate: float = schedule.initial_learning_rate * schedule.decay_rate**exponent
            return rate
        case PiecewiseConstant():
            return schedule.values[bisect_left(schedule.boundaries, batches)]
        case CosineDecay():
            angle = math.pi * min(batches / schedule.decay_steps, 1.0)
            share = schedule.alpha + (1.0 - schedule.alpha) * (1.0 + math.cos(angle)) / 2.0
            return schedule.initial_learning_rate * share
        case float() | int():
            return schedule
    assert_never(schedule)
