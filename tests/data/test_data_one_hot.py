"""One-hot encoding: round trips and the exact words of its refusals."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lstm_spec.data.one_hot import decode, one_hot

LABELS = arrays.arrays(
    np.int64, arrays.array_shapes(max_dims=3, max_side=4), elements=st.integers(0, 9)
)


@given(labels=LABELS, spare=st.integers(0, 3))
def test_decoding_inverts_encoding_for_labels_of_any_shape(labels, spare):
    width = int(labels.max()) + 1 + spare
    encoded = one_hot(labels, width)
    assert encoded.shape == (*labels.shape, width)
    assert encoded.dtype == np.float64
    np.testing.assert_array_equal(decode(encoded), labels)
    np.testing.assert_array_equal(encoded.sum(axis=-1), 1.0)


@given(labels=LABELS)
def test_the_width_is_the_largest_label_plus_one(labels):
    assert one_hot(labels).shape[-1] == labels.max() + 1


def test_one_label_is_one_row_and_no_labels_are_no_rows():
    np.testing.assert_array_equal(one_hot(2), [0, 0, 1])
    assert one_hot([], 4).shape == (0, 4)


def test_whole_floats_are_labels_as_padding_may_have_made_them():
    np.testing.assert_array_equal(one_hot(np.float32([1.0, 0.0])), [[0, 1], [1, 0]])


def test_decoding_takes_the_first_of_equals():
    assert decode([0.1, 0.45, 0.45]) == 1


@pytest.mark.parametrize(
    ("labels", "width", "error", "words"),
    [
        ([0, -1], None, ValueError, "labels: -1 at position 1 is negative; labels count from 0"),
        (
            [[0, 1], [2, 5]],
            5,
            ValueError,
            "labels: 5 at position (1, 1) does not fit into width 5; "
            "it needs a width of at least 6",
        ),
        (
            [1.0, 0.5],
            None,
            ValueError,
            "labels: 0.5 at position 1 is not a whole number; encode integers, before any scaling",
        ),
        (
            [0.0, np.nan],
            3,
            ValueError,
            "labels: NaN at position 1; drop or fill missing values first",
        ),
        (
            [0.0, np.inf],
            3,
            ValueError,
            "labels: inf at position 1 is not a whole number; encode integers, before any scaling",
        ),
        ([[1, 2], [0]], 3, ValueError, "labels: the rows differ in length; pad them first"),
        ([], None, ValueError, "labels: there are none to take the width from; give the width"),
        ([1], 0, ValueError, "width must be at least 1, got 0"),
        ([1], 2.5, TypeError, "width must be a whole number, got 2.5"),
        (["B"], 3, TypeError, "labels must be numbers, got <U1"),
        ([True], 3, TypeError, "labels must be numbers, got bool"),
    ],
)
def test_bad_labels_are_refused_in_plain_words(labels, width, error, words):
    with pytest.raises(error, match=f"^{re.escape(words)}$"):
        one_hot(labels, width)


@pytest.mark.parametrize(
    ("encoded", "words"),
    [
        (3.0, "encoded: shape () has no classes to choose from"),
        (np.zeros((2, 0)), "encoded: shape (2, 0) has no classes to choose from"),
        (
            [[0.5, np.nan]],
            "encoded: NaN at position (0, 1); drop or fill missing values first",
        ),
    ],
)
def test_nothing_to_decode_is_refused_in_plain_words(encoded, words):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        decode(encoded)
