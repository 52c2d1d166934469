"""CELL: initializers with settings of their own. The bounds are those of ``cell_initializers``."""

from __future__ import annotations

from itertools import product
from typing import get_args

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.cell_initializers import FEATURES, NEEDS, ROUNDED, UNITS, fresh
from lstm_spec.contract import Array, Implementation
from lstm_spec.initial_weights import SPREAD_OF_TRUNCATED
from lstm_spec.model import (
    Constant,
    Distribution,
    FanMode,
    Identity,
    Orthogonal,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    VarianceScaling,
)

SCALE, FANS = 3.0, {"fan_in": FEATURES, "fan_out": 4 * UNITS, "fan_avg": FEATURES / 2 + 2 * UNITS}

EXTREMES = {
    "uniform": (0.99 * 3**0.5, 3**0.5),
    "truncated_normal": (1.9, 2 / SPREAD_OF_TRUNCATED),
    "untruncated_normal": (2.9, 7.0),
}
"""Between what the largest of 9600 numbers lies, in standard deviations: ``is_drawn`` says why."""


def is_spread(trial: Trial, drawn: Array, centre: float, spread: float, of: str, what: str) -> None:
    """Numbers around ``centre`` with a standard deviation ``spread``, of one distribution."""
    scaled = (drawn - centre) / spread
    largest, square, mean = np.abs(scaled).max(), np.square(scaled).mean(), scaled.mean()
    least, most = EXTREMES[of]
    trial.assert_that(
        least < largest < most + ROUNDED and abs(square - 1) < 0.2 and abs(mean) < most / 8,
        f"{what}: expected numbers around {centre} with a standard deviation of {spread:.3g}, the "
        f"farthest {least:.2f} to {most:.2f} of these away; got a mean of {drawn.mean():.3g}, "
        f"{square**0.5:.3g} times that deviation, and the farthest {largest:.3g} away",
    )


@clause(
    "CELL-500",
    "An initializer that scales the variance draws with the variance scale / n, where n is the "
    "number of features, that of columns or the mean of both, uniform, normal or normal and cut "
    "off, as it is told.",
    source="Keras documentation of VarianceScaling",
    needs=NEEDS,
    strength=Strength.SHOULD,
)
def a_variance_is_scaled_as_it_is_told(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """60 features and 160 columns: the three variances are at least 1.45 times each other."""
    for mode, distribution in product(get_args(FanMode), get_args(Distribution)):
        how = VarianceScaling(SCALE, mode, distribution)
        spread = float(np.sqrt(SCALE / FANS[mode]))
        drawn = fresh(subject, kernel_initializer=how)[0]
        is_spread(trial, drawn, 0.0, spread, distribution, f"the new kernel, {how}")


@clause(
    "CELL-501",
    "An initializer that draws numbers without a scale draws them around the mean, with the "
    "deviation or between the limits that it is given.",
    source="Keras documentation of RandomUniform, RandomNormal and TruncatedNormal",
    needs=NEEDS,
    strength=Strength.SHOULD,
)
def numbers_are_drawn_where_they_are_told(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """No centre is zero; each for the kernel, and the first for the recurrent kernel too."""
    uniform = RandomUniform(0.25, 0.75)
    kernel, recurrent, _ = fresh(subject, kernel_initializer=uniform, recurrent_initializer=uniform)
    for drawn, what in ((kernel, "kernel"), (recurrent, "recurrent kernel")):
        is_spread(trial, drawn, 0.5, 0.25 / 3**0.5, "uniform", f"the new {what}, {uniform}")
    normal, cut = RandomNormal(0.5, 0.25), TruncatedNormal(-0.5, 0.25)
    drawn = fresh(subject, kernel_initializer=normal)[0]
    is_spread(trial, drawn, 0.5, 0.25, "untruncated_normal", f"the new kernel, {normal}")
    drawn, spread = fresh(subject, kernel_initializer=cut)[0], 0.25 * SPREAD_OF_TRUNCATED
    is_spread(trial, drawn, -0.5, spread, "truncated_normal", f"the new kernel, {cut}")


@clause(
    "CELL-502",
    "An identity is the gain where row and column have the same number and zero elsewhere, "
    "orthogonal rows are as long as the gain, and a constant is its value.",
    source="Keras documentation of Identity, Orthogonal and Constant; Le et al. 2015",
    needs=NEEDS,
)
def gains_and_values_are_used(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Both kernels are wider than they are high: beyond the last row an identity is zero."""
    kernel, recurrent, _ = fresh(
        subject, kernel_initializer=Orthogonal(0.5), recurrent_initializer=Identity(0.75)
    )
    wanted = 0.25 * np.eye(FEATURES)
    trial.assert_close(kernel @ kernel.T, wanted, "kernel times its transpose", ROUNDED)
    trial.assert_equal(recurrent, 0.75 * np.eye(UNITS, 4 * UNITS), "the new recurrent kernel")
    kernel, recurrent, _ = fresh(
        subject, kernel_initializer=Identity(), recurrent_initializer=Constant(-0.375)
    )
    trial.assert_equal(kernel, np.eye(FEATURES, 4 * UNITS), "the new kernel")
    trial.assert_equal(recurrent, np.full((UNITS, 4 * UNITS), -0.375), "the new recurrent kernel")
