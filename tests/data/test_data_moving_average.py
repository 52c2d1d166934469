"""The moving-average example: series, lags, means, split, and the exact words of refusals."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_spec.data import moving_average as example

SERIES = st.lists(st.floats(-1, 1, width=32), min_size=6, max_size=12)
SIZES = st.integers(1, 6)


def test_seed_1986_gives_the_series_of_the_document():
    series = example.uniform_series(1001, 0.1, np.random.RandomState(1986))
    np.testing.assert_array_equal(series, np.random.RandomState(1986).uniform(-0.1, 0.1, 1001))
    np.testing.assert_allclose(series[:3], [0.01377506, -0.08453234, 0.02169589], atol=1e-8)


def test_the_documents_own_figures_for_a_mean_of_two():
    means = example.rolling_mean([1, 2, 3, 4, 5], 2)
    np.testing.assert_array_equal(means, [np.nan, 1.5, 2.5, 3.5, 4.5])


def test_the_newest_value_comes_first():
    lags = example.lagged([1, 2, 3, 4], 3)
    nan = np.nan
    np.testing.assert_array_equal(lags, [[1, nan, nan], [2, 1, nan], [3, 2, 1], [4, 3, 2]])


@given(series=SERIES, lahead=SIZES)
def test_column_i_is_the_series_shifted_by_i(series, lahead):
    lags = example.lagged(series, lahead)
    for shift in range(lahead):
        np.testing.assert_array_equal(lags[shift:, shift], series[: len(series) - shift])
        assert np.isnan(lags[:shift, shift]).all()


@given(series=SERIES, tsteps=SIZES, lahead=SIZES)
def test_with_enough_lags_the_target_is_a_mean_of_the_input(series, tsteps, lahead):
    x, y = example.supervised(series, tsteps, lahead)
    assert len(x) == len(y) == len(series) - example.rows_to_drop(tsteps, lahead)
    if lahead >= tsteps:
        np.testing.assert_allclose(x[:, :tsteps].mean(axis=1), y, atol=1e-12)


@pytest.mark.parametrize(
    ("tsteps", "lahead", "dropped"), [(1, 1, 0), (2, 1, 1), (1, 2, 1), (3, 3, 2), (2, 7, 6)]
)
def test_the_longer_of_mean_and_lag_sets_the_rows_to_drop(tsteps, lahead, dropped):
    assert example.rows_to_drop(tsteps, lahead) == dropped


@given(
    rows=st.integers(2, 60),
    batch_size=st.integers(1, 9),
    ratio=st.floats(0.05, 0.95),
)
def test_a_split_follows_the_documents_arithmetic_or_is_refused(rows, batch_size, ratio):
    x, y = np.arange(rows), -np.arange(rows)
    to_train = int(rows * ratio)
    to_train -= to_train % batch_size
    test = list(range(rows))[to_train:]
    if rows % batch_size:
        test = test[: -(rows % batch_size)]
    if not to_train or not test:
        with pytest.raises(ValueError, match="leave a part without a whole batch"):
            example.split(x, y, batch_size, ratio)
        return
    (x_train, y_train), (x_test, y_test) = example.split(x, y, batch_size, ratio)
    assert x_train.tolist() == list(range(to_train))
    assert x_test.tolist() == test
    np.testing.assert_array_equal(y_train, -x_train)
    np.testing.assert_array_equal(y_test, -x_test)


X, Y = np.zeros((10, 2, 1)), np.zeros((10, 1))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: example.rows_to_drop(0, 1), "tsteps must be at least 1, got 0"),
        (lambda: example.rows_to_drop(1, 0), "lahead must be at least 1, got 0"),
        (
            lambda: example.uniform_series(0, 0.1, np.random.default_rng(0)),
            "length must be at least 1, got 0",
        ),
        (
            lambda: example.uniform_series(5, -0.1, np.random.default_rng(0)),
            "amplitude must be a positive number, got -0.1",
        ),
        (
            lambda: example.uniform_series(5, np.nan, np.random.default_rng(0)),
            "amplitude must be a positive number, got nan",
        ),
        (
            lambda: example.rolling_mean([1, 2], 3),
            "a series of length 2 is shorter than window = 3",
        ),
        (lambda: example.lagged([1, 2], 3), "a series of length 2 is shorter than lahead = 3"),
        (
            lambda: example.lagged([1, np.nan], 1),
            "series: NaN at position 1; drop or fill missing values first",
        ),
        (lambda: example.lagged([[1], [2]], 1), "series must be (length,), got shape (2, 1)"),
        (
            lambda: example.lagged([[1], [2, 3]], 1),
            "series: the rows differ in length; pad them first",
        ),
        (lambda: example.split(X, Y, 0), "batch_size must be at least 1, got 0"),
        (
            lambda: example.split(X, Y, 1, 1.0),
            "10 rows at ratio 1.0 leave a part without a whole batch of 1; "
            "give more rows or a smaller batch size",
        ),
        (
            lambda: example.split(X, Y[:9], 1),
            "x and y must have the same rows, got shapes (10, 2, 1) and (9, 1)",
        ),
        (
            lambda: example.split(X, Y, 9),
            "10 rows at ratio 0.8 leave a part without a whole batch of 9; "
            "give more rows or a smaller batch size",
        ),
    ],
)
def test_impossible_data_is_refused_in_plain_words(call, words):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        call()
