"""The alphabet: the documents' rows and seed, round trips, the exact words of its refusals."""

import re
import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_spec.data import alphabet
from lstm_spec.data.one_hot import one_hot
from lstm_spec.data.padding import pad_sequences


@given(text=st.text(string.ascii_uppercase, max_size=12))
def test_letters_come_back_from_their_numbers(text):
    assert alphabet.numbers_to_letters(alphabet.letters_to_numbers(text)) == text


@pytest.mark.parametrize(
    ("length", "pairs"),
    [
        (1, ["A -> B", "B -> C", "Y -> Z"]),
        (3, ["ABC -> D", "BCD -> E", "WXY -> Z"]),
    ],
)
def test_windows_are_the_pairs_that_the_documents_print(length, pairs):
    x, y = alphabet.windows(length)
    assert len(x) == len(y) == 26 - length
    made = [
        f"{alphabet.numbers_to_letters(row)} -> {alphabet.numbers_to_letters([target])}"
        for row, target in zip(x, y, strict=True)
    ]
    assert [*made[:2], made[-1]] == pairs


def test_the_documented_inputs_have_the_documented_shapes():
    one, three = alphabet.windows(1)[0], alphabet.windows(3)[0]
    assert alphabet.as_time_steps(one).shape == (25, 1, 1)
    assert alphabet.as_features(three).shape == (23, 1, 3)
    assert alphabet.as_time_steps(three).shape == (23, 3, 1)
    assert alphabet.as_time_steps(alphabet.left_padded_prefixes()[0]).shape == (25, 25, 1)
    assert one_hot(alphabet.windows(1)[1]).shape == (25, 26)


def test_scaling_ends_below_one():
    assert alphabet.scale(range(26)).tolist() == [number / 26 for number in range(26)]


def test_prefixes_grow_to_the_left():
    x, y = alphabet.left_padded_prefixes()
    assert x[3].tolist() == [0] * 21 + [0, 1, 2, 3]
    assert x[-1].tolist() == list(range(25))
    assert y.tolist() == list(range(1, 26))


def test_seed_seven_repeats_the_draws_of_the_tutorial_one_by_one():
    rng = np.random.RandomState(7)
    expected = []
    for _ in range(1000):
        start = rng.randint(26 - 2)
        end = rng.randint(start, min(start + 5, 26 - 1))
        expected.append((list(range(start, end + 1)), end + 1))
    rows, targets = alphabet.variable_length_substrings(1000, 5, np.random.RandomState(7))
    assert list(zip(rows, targets.tolist(), strict=True)) == expected


def test_seed_seven_gives_the_rows_that_the_tutorial_prints():
    rows, targets = alphabet.variable_length_substrings(9, 5, np.random.RandomState(7))
    printed = "PQRST U,W X,O P,OPQ R,IJKLM N,QRSTU V,ABCD E,X Y,GHIJ K"
    made = [
        f"{alphabet.numbers_to_letters(row)} {alphabet.numbers_to_letters([target])}"
        for row, target in zip(rows, targets, strict=True)
    ]
    assert ",".join(made) == printed


@given(seed=st.integers(0, 2**32 - 1), longest=st.integers(1, 30))
def test_substrings_are_runs_with_a_successor(seed, longest):
    rows, targets = alphabet.variable_length_substrings(20, longest, np.random.default_rng(seed))
    for row, target in zip(rows, targets, strict=True):
        assert 1 <= len(row) <= longest
        assert 0 <= row[0] <= 23
        assert row == list(range(row[0], target))
        assert target <= 25


def test_a_is_what_rows_are_padded_with():
    same = [alphabet.letters_to_numbers(text) for text in ("AB", "B")]
    assert pad_sequences(same, 5).tolist() == [[0, 0, 0, 0, 1]] * 2


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: alphabet.letters_to_numbers("ABc"),
            ValueError,
            "text: 'c' at position 2 is not one of the letters A..Z",
        ),
        (
            lambda: alphabet.numbers_to_letters([3, 26]),
            ValueError,
            "numbers: 26 at position 1 is no letter; letters are 0..25",
        ),
        (
            lambda: alphabet.numbers_to_letters([[3]]),
            ValueError,
            "numbers must be one row (length,), got shape (1, 1)",
        ),
        (lambda: alphabet.windows(0), ValueError, "length must be at least 1, got 0"),
        (lambda: alphabet.windows(26), ValueError, "length must be at most 25, got 26"),
        (lambda: alphabet.windows(1.5), TypeError, "length must be a whole number, got 1.5"),
        (
            lambda: alphabet.as_features([1, 2]),
            ValueError,
            "windows must be (n, length), got shape (2,)",
        ),
        (
            lambda: alphabet.as_time_steps([[1, 2], [3]]),
            ValueError,
            "windows: the rows differ in length; pad them first",
        ),
        (
            lambda: alphabet.scale([[0.5]]),
            ValueError,
            "numbers: 0.5 at position (0, 0) is not a whole number; "
            "encode integers, before any scaling",
        ),
        (
            lambda: alphabet.scale([-1]),
            ValueError,
            "numbers: -1 at position 0 is no letter; letters are 0..25",
        ),
        (
            lambda: alphabet.variable_length_substrings(-1, 5, np.random.default_rng(0)),
            ValueError,
            "count must be at least 0, got -1",
        ),
        (
            lambda: alphabet.variable_length_substrings(1, 0, np.random.default_rng(0)),
            ValueError,
            "max_length must be at least 1, got 0",
        ),
        (
            lambda: alphabet.variable_length_substrings(1, 5, 7),
            TypeError,
            "rng must be a numpy.random.Generator or RandomState, got 7; "
            "make one with numpy.random.default_rng(seed)",
        ),
    ],
)
def test_what_is_no_alphabet_is_refused_in_plain_words(call, error, words):
    with pytest.raises(error, match=f"^{re.escape(words)}$"):
        call()
