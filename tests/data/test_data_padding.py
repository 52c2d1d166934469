"""Padding: laws that hold for all rows, and the exact words of its refusals."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_spec.data.padding import pad_sequences

ROWS = st.lists(st.lists(st.integers(1, 99), max_size=6), min_size=1, max_size=5)
SIDE = st.sampled_from(["pre", "post"])


@given(rows=ROWS, maxlen=st.integers(0, 7), padding=SIDE, truncating=SIDE)
def test_what_is_not_padding_is_the_head_or_the_tail_of_the_row(rows, maxlen, padding, truncating):
    made = pad_sequences(rows, maxlen, padding=padding, truncating=truncating)
    assert made.shape == (len(rows), maxlen)
    for row, got in zip(rows, made.tolist(), strict=True):
        kept = [number for number in got if number]
        size = min(len(row), maxlen)
        assert kept == (row[len(row) - size :] if truncating == "pre" else row[:size])
        zeros = [0] * (maxlen - size)
        assert got == (zeros + kept if padding == "pre" else kept + zeros)


@given(rows=ROWS)
def test_mirrored_rows_under_mirrored_sides_give_the_mirrored_array(rows):
    mirrored = [row[::-1] for row in rows]
    left = pad_sequences(rows, 4)
    right = pad_sequences(mirrored, 4, padding="post", truncating="post")
    np.testing.assert_array_equal(left, right[:, ::-1])


@given(rows=ROWS)
def test_padding_twice_changes_nothing(rows):
    once = pad_sequences(rows)
    np.testing.assert_array_equal(pad_sequences(once), once)


def test_the_result_is_int32_unless_asked():
    assert pad_sequences([[1]]).dtype == np.int32
    assert pad_sequences([[1]], dtype="float32").dtype == np.float32
    assert pad_sequences([[1]], dtype=np.uint8).dtype == np.uint8


def test_vectors_keep_their_features_and_an_empty_row_is_one_of_them():
    rows = [[], [[1.5, 2.5]], [[3, 4], [5, 6], [7, 8]]]
    made = pad_sequences(rows, 2, dtype="float64", value=-1)
    expected = [[[-1, -1], [-1, -1]], [[-1, -1], [1.5, 2.5]], [[5, 6], [7, 8]]]
    np.testing.assert_array_equal(made, expected)


def test_no_rows_and_empty_rows_have_a_shape():
    assert pad_sequences([], 3).shape == (0, 3)
    assert pad_sequences([[], []]).shape == (2, 0)


def test_nan_is_a_pad_value_where_the_dtype_has_one():
    np.testing.assert_array_equal(
        pad_sequences([[1]], 2, dtype="float32", value=np.nan), [[np.nan, 1]]
    )


def test_arrays_and_tuples_are_rows_too_and_stay_as_they_are():
    row = np.array([1, 2, 3])
    np.testing.assert_array_equal(pad_sequences((row, (4,)), 2), [[2, 3], [0, 4]])
    np.testing.assert_array_equal(row, [1, 2, 3])


@pytest.mark.parametrize(
    ("rows", "options", "error", "words"),
    [
        ([[1]], {"padding": "left"}, ValueError, "padding must be 'pre' or 'post', got 'left'"),
        ([[1]], {"truncating": 1}, ValueError, "truncating must be 'pre' or 'post', got 1"),
        ([[1]], {"maxlen": -1}, ValueError, "maxlen must be at least 0, got -1"),
        ([[1]], {"maxlen": 2.0}, TypeError, "maxlen must be a whole number, got 2.0"),
        ([], {}, ValueError, "rows: there is none to take maxlen from; give maxlen"),
        ([1, 2], {}, TypeError, "row 0 must be a sequence of numbers, got 1"),
        (["AB"], {}, TypeError, "row 0 must be a sequence of numbers, got 'AB'"),
        ([[1], ["B"]], {}, TypeError, "row 1 must be numbers, got <U1"),
        ([[1, [2]]], {}, ValueError, "row 0 has entries of different shapes; all must be alike"),
        (
            [[], [[1, 2]], [[1, 2, 3]]],
            {},
            ValueError,
            "row 2 has entries of shape (3,), row 1 of shape (2,); "
            "all rows must hold the same kind of entry",
        ),
        (
            [[1]],
            {"value": 0.5},
            ValueError,
            "value: int32 cannot hold 0.5; give another dtype",
        ),
        (
            [[1]],
            {"value": np.nan},
            ValueError,
            "value: int32 cannot hold nan; give another dtype",
        ),
        (
            [[1]],
            {"value": -1, "dtype": "uint8"},
            ValueError,
            "value: uint8 cannot hold -1; give another dtype",
        ),
        (
            [[1, 2], [3, 0.25]],
            {},
            ValueError,
            "row 1: int32 cannot hold 0.25 at position 1; give another dtype",
        ),
        (
            [[1e300]],
            {"dtype": "float32"},
            ValueError,
            "row 0: float32 cannot hold 1e+300 at position 0; give another dtype",
        ),
        (
            [[1]],
            {"dtype": "str"},
            ValueError,
            "dtype must be an integer or floating type, got <U0",
        ),
    ],
)
def test_bad_rows_are_refused_in_plain_words(rows, options, error, words):
    with pytest.raises(error, match=f"^{re.escape(words)}$"):
        pad_sequences(rows, **options)
