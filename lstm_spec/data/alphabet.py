"""The alphabet of the tutorials: A..Z as 0..25, windows of letters and the letter that follows."""

from __future__ import annotations

import string
from typing import Any

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.data.bad_input import first, integers, rectangular, whole_number
from lstm_spec.data.draws import RandomSource, integer
from lstm_spec.data.padding import pad_sequences

ALPHABET = string.ascii_uppercase


def letters_to_numbers(text: str) -> Array:
    """A..Z as int64 0..25, (length,). Raises ValueError for any other character."""
    numbers = [ALPHABET.find(letter) for letter in text]
    if -1 in numbers:
        raise ValueError(
            f"text: {text[numbers.index(-1)]!r} at position {numbers.index(-1)} is not one of the "
            "letters A..Z"
        )
    return np.asarray(numbers, dtype=np.int64)


def numbers_to_letters(numbers: Any) -> str:
    """0..25, (length,), as text. Raises ValueError for other numbers and other shapes."""
    row = _letters(numbers)
    if row.ndim != 1:
        raise ValueError(f"numbers must be one row (length,), got shape {row.shape}")
    return "".join(ALPHABET[number] for number in row)


def windows(length: int) -> tuple[Array, Array]:
    """All runs of ``length`` letters that have a successor: x (n, length), y (n,), n = 26 - length.

    Row i starts at letter i. Raises ValueError unless 1 <= length <= 25.
    """
    length = whole_number(length, "length", at_least=1, at_most=len(ALPHABET) - 1)
    starts = np.arange(len(ALPHABET) - length)
    return starts[:, np.newaxis] + np.arange(length), starts + length


def as_features(windows: Any) -> Array:
    """Windows (n, length) as one step with ``length`` features: (n, 1, length)."""
    return _two_axes(windows)[:, np.newaxis, :]


def as_time_steps(windows: Any) -> Array:
    """Windows (n, length) as ``length`` steps of one feature: (n, length, 1)."""
    return _two_axes(windows)[:, :, np.newaxis]


def scale(numbers: Any) -> Array:
    """Letter numbers of any shape as float64, divided by 26: A is 0, Z is 25/26, 1 never occurs."""
    scaled: Array = _letters(numbers) / len(ALPHABET)
    return scaled


def left_padded_prefixes() -> tuple[Array, Array]:
    """A, AB, ABC, ... padded with 0 on the left: x (25, 25), and the letter that follows, y (25,).

    Row i ends with letter i. The pad value is the number of A.
    """
    longest = len(ALPHABET) - 1
    prefixes = [range(end + 1) for end in range(longest)]
    return pad_sequences(prefixes, dtype="int64"), np.arange(1, longest + 1)


def variable_length_substrings(
    count: int, max_length: int, rng: RandomSource
) -> tuple[list[list[int]], Array]:
    """``count`` random runs of 1 to ``max_length`` letters, and the letters that follow, (count,).

    Two draws a row, in the order of the tutorials: the start from 0..23, then the end from
    start..min(start + max_length - 1, 24). ``RandomState(7)`` gives the documented data.
    """
    count = whole_number(count, "count", at_least=0)
    max_length = whole_number(max_length, "max_length", at_least=1)
    last = len(ALPHABET) - 1
    rows: list[list[int]] = []
    for _ in range(count):
        start = integer(rng, 0, last - 1)
        end = integer(rng, start, min(start + max_length, last))
        rows.append(list(range(start, end + 1)))
    return rows, np.asarray([row[-1] + 1 for row in rows], dtype=np.int64)


def _letters(numbers: Any) -> Array:
    made = integers(numbers, "numbers")
    outside = (made < 0) | (made >= len(ALPHABET))
    if outside.any():
        raise ValueError(
            f"numbers: {made[outside][0]} at {first(outside)} is no letter; letters are 0..25"
        )
    return made


def _two_axes(windows: Any) -> Array:
    made = rectangular(windows, "windows")
    if made.ndim != 2:
        raise ValueError(f"windows must be (n, length), got shape {made.shape}")
    return made
