"""DATA: a uniform series, its lagged copies and its rolling mean."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from hypothesis import strategies as st

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.data_alphabet import BUILDERS
from lstm_spec.conformance.support.data_agreement import ROUNDING, data, refused, same
from lstm_spec.contract import Implementation
from lstm_spec.subjects.guard import array

EXAMPLE = "moving-average-example"
SIZES = st.integers(1, 5)
CUBE = ("row", "step", "feature")


@clause(
    "DATA-70",
    "max(tsteps, lahead) - 1 first rows are dropped, as many as the longer of mean and lag needs.",
    source=EXAMPLE + ", to_drop",
    needs=BUILDERS,
)
def the_longer_of_mean_and_lag_sets_the_rows_to_drop(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Either may be the longer one, or both may be equal. The sum of the two would drop too many
    rows.
    """
    rows_to_drop = data(subject).moving_average.rows_to_drop
    for tsteps, lahead, expected in ((1, 1, 0), (2, 1, 1), (1, 3, 2), (5, 3, 4), (2, 2, 1)):
        got = rows_to_drop(tsteps, lahead)
        trial.assert_that(
            got == expected, f"tsteps={tsteps}, lahead={lahead}: expected {expected}, got {got}"
        )
    refused(trial, lambda: rows_to_drop(0, 1), "tsteps=0")
    refused(trial, lambda: rows_to_drop(1, 0), "lahead=0")


@clause(
    "DATA-71",
    "A series with rows_to_drop additional values gives exactly input_len rows.",
    source=EXAMPLE + ", input_len",
    needs=BUILDERS,
)
def exactly_input_len_rows_remain(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The inputs are (input_len, lahead, 1) and the targets (input_len, 1), and neither contains
    NaN.
    """
    build = data(subject).moving_average

    def prove(input_len: int, tsteps: int, lahead: int) -> None:
        series = np.linspace(-1, 1, input_len + max(tsteps, lahead) - 1)
        x, y = (array(part, "supervised") for part in build.supervised(series, tsteps, lahead))
        what = f"tsteps={tsteps}, lahead={lahead}"
        trial.assert_that(x.shape == (input_len, lahead, 1), f"{what}: x has shape {x.shape}")
        trial.assert_that(y.shape == (input_len, 1), f"{what}: y has shape {y.shape}")
        trial.assert_that(
            not np.isnan(x).any() and not np.isnan(y).any(), f"{what}: the result contains NaN"
        )

    prove(1000, 2, 1)
    trial.forall(prove, calls=1, input_len=st.integers(1, 9), tsteps=SIZES, lahead=SIZES)


@clause(
    "DATA-72",
    "The target is the mean of the last tsteps values: with two, the series 1, 2, 3, 4, 5 gives "
    "1.5 to 4.5.",
    source=EXAMPLE + ", comment on tsteps",
    needs=BUILDERS,
)
def the_rolling_mean_looks_back(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A centred window, or one that looks ahead, gives the same numbers in other rows."""
    rolling_mean = data(subject).moving_average.rolling_mean
    for series, window, means in (
        ([1, 2, 3, 4, 5], 2, [1.5, 2.5, 3.5, 4.5]),
        ([6, 0, 3, -9, 1.5], 3, [3, -2, -1.5]),
        ([4, -2], 1, [4, -2]),
    ):
        got = array(rolling_mean(series, window), "rolling mean")
        what = f"mean of {window} over {series}"
        trial.assert_that(
            got.shape == (len(series),), f"{what}: expected one mean per value, got {got}"
        )
        same(trial, got[window - 1 :], means, what, ("entry",), ROUNDING)


@clause(
    "DATA-73",
    "Column i of the lagged input is the series shifted by i, so the first step is the newest "
    "value.",
    source=EXAMPLE + ", rolling window view",
    needs=BUILDERS,
)
def the_first_step_is_the_newest_value(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Time runs backwards inside a row. The usual window, with the oldest value first, is a
    different input.
    """
    got = array(data(subject).moving_average.lagged([10, 20, 30, 40, 50], 3), "lagged")
    trial.assert_that(got.shape == (5, 3), f"expected shape (5, 3), got {got.shape}")
    same(trial, got[2:], [[30, 20, 10], [40, 30, 20], [50, 40, 30]], "full rows", ("row", "lag"))
    same(trial, got[:, 0], [10, 20, 30, 40, 50], "column 0: no shift", ("row",))
    same(trial, got[1:, 1], [10, 20, 30, 40], "column 1: a shift of one", ("row",))


@clause(
    "DATA-74",
    "Where there are too few earlier values for a mean or a lag, the result is NaN and never an "
    "invented number.",
    source=EXAMPLE + ": these rows are NaN and dropped",
    needs=BUILDERS,
)
def missing_earlier_values_give_nan(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Zeros at the beginning would be training data that never existed; fewer NaN would mean a
    shorter mean.
    """
    build = data(subject).moving_average
    means = array(build.rolling_mean([3, 1, 4, 1, 5], 3), "rolling mean")
    lags = array(build.lagged([3, 1, 4, 1, 5], 3), "lagged")
    missing = [True, True, False, False, False]
    same(trial, np.isnan(means), missing, "NaN in the rolling mean", ("row",))
    expected = [[row < lag for lag in range(3)] for row in range(5)]
    same(trial, np.isnan(lags), expected, "NaN in the lagged columns", ("row", "lag"))


@clause(
    "DATA-75",
    "The input and the target of a row end at the same point in time.",
    source=EXAMPLE,
    needs=BUILDERS,
)
def inputs_and_targets_end_at_the_same_time(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A mean over the next values, or different numbers of dropped first rows, would shift one
    relative to the other.
    """

    def prove(values: list[int], tsteps: int, lahead: int) -> None:
        build, drop = data(subject).moving_average, max(tsteps, lahead) - 1
        moments = range(drop, len(values))
        inputs = [[[values[now - lag]] for lag in range(lahead)] for now in moments]
        means = [[sum(values[now - tsteps + 1 : now + 1]) / tsteps] for now in moments]
        x, y = build.supervised(values, tsteps, lahead)
        same(trial, x, inputs, f"inputs, tsteps={tsteps}, lahead={lahead}", CUBE)
        same(trial, y, means, "targets", ("row", "feature"), ROUNDING * 100)

    values = st.lists(st.integers(-99, 99), min_size=5, max_size=9)
    prove([5, -3, 8, 0, 2, 9, -7], 3, 2)
    prove([5, -3, 8, 0, 2, 9, -7], 2, 4)
    trial.forall(prove, calls=1, values=values, tsteps=SIZES, lahead=SIZES)


@clause(
    "DATA-76",
    "The series is uniform between -amplitude and +amplitude.",
    source=EXAMPLE + ", gen_uniform_amp",
    needs=BUILDERS,
)
def the_series_is_uniform_on_both_sides_of_zero(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Mean, spread and extreme values of 20000 values must each lie within five standard errors.

    In units of the amplitude, the mean is 0 +- 0.577/sqrt(n) and the mean square is 1/3 +-
    sqrt(4/45/n). The largest of n values is smaller than 1 by about 2/n.
    """
    n = 20_000
    drawn = data(subject).moving_average.uniform_series(n, 0.1, np.random.default_rng(trial.seed))
    values = array(drawn, "series") / 0.1
    trial.assert_that(values.shape == (n,), f"expected {n} values, got shape {values.shape}")
    largest = float(np.abs(values).max())
    trial.assert_that(
        1 - 20 / n < largest <= 1, f"expected extremes near 0.1, got {largest * 0.1:.6g}"
    )
    for what, got, expected, error in (
        ("mean", values.mean(), 0.0, np.sqrt(1 / 3 / n)),
        ("mean square", np.square(values).mean(), 1 / 3, np.sqrt(4 / 45 / n)),
    ):
        near = abs(got - expected) < 5 * error
        trial.assert_that(bool(near), f"{what} / amplitude: expected {expected:.4g}, got {got:.4g}")


@clause(
    "DATA-77",
    "With NumPy's seed 1986, the series of 1001 values is the one of the document.",
    source=EXAMPLE + ", numpy seed 1986, amplitude 0.1",
    needs=BUILDERS,
    strength=Strength.CLAIM,
)
def seed_1986_gives_the_series_of_the_document(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The expected values come from the document's own call, uniform(-0.1, 0.1), on NumPy's legacy
    random source, which no longer changes.
    """
    expected = np.random.RandomState(1986).uniform(-0.1, 0.1, 1001)
    got = data(subject).moving_average.uniform_series(1001, 0.1, np.random.RandomState(1986))
    same(trial, got, expected, "series of seed 1986", ("entry",))


def _refuses(subject: Implementation, trial: Trial, series: Any, window: int, what: str) -> None:
    """Check that mean and lags reject the series, and that a good series of the same kind is
    accepted.
    """
    build = data(subject).moving_average
    for name in ("rolling_mean", "lagged"):
        refused(trial, partial(getattr(build, name), series, window), f"{name}, {what}")
    refused(trial, lambda: build.supervised(series, window, window), f"supervised, {what}")
    same(trial, build.supervised([2, 4], 2, 1)[1], [[3]], "a good series", ("row", "feature"))


@clause(
    "DATA-78",
    "A series that is shorter than its window, and a window without a value, are rejected.",
    source="data contract",
    needs=BUILDERS,
)
def a_series_shorter_than_its_window_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Only rows with NaN would be left, and all of them are dropped: training on nothing."""
    _refuses(subject, trial, [1.0, 2.0, 3.0], 4, "window 4 of 3 values")
    _refuses(subject, trial, [1.0, 2.0, 3.0], 0, "window 0")


@clause("DATA-79", "NaN in a series is rejected.", source="data contract", needs=BUILDERS)
def nan_in_a_series_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One missing value makes tsteps means and lahead inputs NaN, and the loss would be NaN from
    then on.
    """
    _refuses(subject, trial, [1.0, float("nan"), 3.0], 2, "NaN in the series")
