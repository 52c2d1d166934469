"""The derivative of a loss by finite differences, for the clauses and for measuring noise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array
from lstm_spec.tolerances import FINITE_DIFFERENCE_STEP


def derivative(loss: Callable[[float], float]) -> float:
    """The derivative of ``loss`` at 0 from four values around it (error of fourth order)."""
    h = FINITE_DIFFERENCE_STEP
    return (8 * (loss(h) - loss(-h)) - (loss(2 * h) - loss(-2 * h))) / (12 * h)


def signs(trial: Trial, like: Array) -> Array:
    """A random direction in which every entry takes part: plus or minus one."""
    return trial.rng.choice(np.array([-1.0, 1.0], np.float32), like.shape)
