"""Learning rates, from the formulas of the papers."""

from __future__ import annotations

import math

from lstm_spec.model import AnySchedule, CosineDecay, ExponentialDecay, Maps, PiecewiseConstant

MAPS: Maps = {
    "ExponentialDecay": ("initial_learning_rate", "decay_steps", "decay_rate", "staircase"),
    "PiecewiseConstant": ("boundaries", "values"),
    "CosineDecay": ("initial_learning_rate", "decay_steps", "alpha"),
}
"""What is computed here."""


def scheduled(rate: float | AnySchedule, seen: int) -> float:
    """The rate of the batch before which so many were seen."""
    if isinstance(rate, ExponentialDecay):
        periods = seen // rate.decay_steps if rate.staircase else seen / rate.decay_steps
        return rate.initial_learning_rate * math.pow(rate.decay_rate, periods)
    if isinstance(rate, PiecewiseConstant):
        passed = [boundary for boundary in rate.boundaries if boundary < seen]
        return rate.values[len(passed)]
    if isinstance(rate, CosineDecay):
        end = rate.alpha * rate.initial_learning_rate
        if seen >= rate.decay_steps:
            return end
        halfway = math.cos(math.pi * seen / (2 * rate.decay_steps))
        return end + (rate.initial_learning_rate - end) * halfway * halfway
    return rate
