"""The echo experiments: draws, windows, and the exact words of their refusals."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_spec.data import echo
from lstm_spec.data.one_hot import decode


def test_a_legacy_source_repeats_the_notebooks_draws_one_by_one():
    rng = np.random.RandomState(3)
    expected = [rng.randint(0, 99) for _ in range(25)]
    assert echo.sequence(25, np.random.RandomState(3)).tolist() == expected


def test_every_number_below_99_occurs():
    assert set(echo.sequence(5000, np.random.default_rng(0)).tolist()) == set(range(99))


@given(length=st.integers(1, 12), n_in=st.integers(1, 12), n_out=st.integers(1, 12))
def test_window_i_starts_at_step_i_and_its_target_is_its_head(length, n_in, n_out):
    n_in = min(n_in, length)
    n_out = min(n_out, n_in)
    steps = np.arange(2 * length).reshape(length, 2)
    x, y = echo.windows(steps, n_in, n_out)
    assert x.shape == (length - n_in + 1, n_in, 2)
    assert y.shape == (length - n_in + 1, n_out, 2)
    for start in range(len(x)):
        np.testing.assert_array_equal(x[start], steps[start : start + n_in])
        np.testing.assert_array_equal(y[start], steps[start : start + n_out])


def test_windows_are_copies_so_that_one_can_be_changed_alone():
    x, y = echo.windows(np.arange(5.0), 3, 2)
    x[0, 1] = 99.0
    assert x[1, 0] == 1.0
    assert y[0, 1] == 1.0


@pytest.mark.parametrize(("n_in", "n_out", "rows"), [(6, 6, 20), (5, 2, 21), (5, 4, 21)])
def test_documented_batches_have_documented_shapes(n_in, n_out, rows):
    x, y = echo.batch(25, n_in, n_out, np.random.default_rng(1))
    assert x.shape == (rows, n_in, 100)
    assert y.shape == (rows, n_out, 100)
    np.testing.assert_array_equal(decode(x)[:, :n_out], decode(y))
    np.testing.assert_array_equal(decode(x)[1:, :-1], decode(x)[:-1, 1:])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: echo.windows(np.zeros(9), 2, 3), "n_out must not exceed n_in = 2, got 3"),
        (lambda: echo.windows(np.zeros(4), 5, 3), "a sequence of length 4 has no window of 5"),
        (lambda: echo.windows(np.zeros(4), 0, 0), "n_in must be at least 1, got 0"),
        (lambda: echo.windows(np.zeros(4), 2, 0), "n_out must be at least 1, got 0"),
        (lambda: echo.windows(3, 1, 1), "encoded must be (length, ...), got a single number"),
        (
            lambda: echo.windows([[1], [2, 3]], 1, 1),
            "encoded: the rows differ in length; pad them first",
        ),
        (
            lambda: echo.sequence(0, np.random.default_rng(0)),
            "length must be at least 1, got 0",
        ),
    ],
)
def test_impossible_windows_are_refused_in_plain_words(call, words):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        call()
