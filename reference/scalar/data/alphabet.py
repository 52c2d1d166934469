"""Letters as numbers, windows of letters, and the letter that follows."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_spec.contract import Array
from reference.scalar.data.plain import nested, shape, whole

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def letters_to_numbers(text: str) -> Array:
    """A..Z as 0..25."""
    numbers = []
    for letter in text:
        if letter not in ALPHABET:
            raise ValueError(f"text: {letter!r} is not one of the letters A..Z")
        numbers.append(ALPHABET.index(letter))
    return np.array(numbers, dtype=np.int64)


def numbers_to_letters(numbers: Any) -> str:
    """0..25 as A..Z."""
    row = nested(numbers, "numbers")
    if len(shape(row)) != 1:
        raise ValueError("numbers must be one row (length,)")
    return "".join(ALPHABET[whole(number, "a letter", 0, 25)] for number in row)


def windows(length: int) -> tuple[Array, Array]:
    """Every run of ``length`` letters before Z: x (26 - length, length), y (26 - length,)."""
    length = whole(length, "length", least=1, most=25)
    x, y = [], []
    for start in range(26 - length):
        x.append([start + position for position in range(length)])
        y.append(start + length)
    return np.array(x, dtype=np.int64), np.array(y, dtype=np.int64)


def as_features(windows: Any) -> Array:
    """(n, length) as (n, 1, length)."""
    rows = _rows(windows)
    return np.array([[row] for row in rows]).reshape(len(rows), 1, shape(rows)[1])


def as_time_steps(windows: Any) -> Array:
    """(n, length) as (n, length, 1)."""
    rows = _rows(windows)
    return np.array([[[one] for one in row] for row in rows]).reshape(*shape(rows), 1)


def _rows(windows: Any) -> Any:
    rows = nested(windows, "windows")
    if len(shape(rows)) != 2:
        raise ValueError(f"windows must be (n, length), got shape {shape(rows)}")
    return rows


def scale(numbers: Any) -> Array:
    """Every number divided by 26."""

    def scaled(values: Any) -> Any:
        if isinstance(values, list):
            return [scaled(one) for one in values]
        return whole(values, "a letter", 0, 25) / 26

    return np.array(scaled(nested(numbers, "numbers")), dtype=np.float64)


def left_padded_prefixes() -> tuple[Array, Array]:
    """A, AB, ABC, ... with zeros before them: x (25, 25), y (25,)."""
    x, y = [], []
    for last in range(25):
        x.append([0] * (24 - last) + list(range(last + 1)))
        y.append(last + 1)
    return np.array(x, dtype=np.int64), np.array(y, dtype=np.int64)


def variable_length_substrings(
    count: int, max_length: int, rng: Any
) -> tuple[list[list[int]], Array]:
    """Random runs of letters: start from 0..23, end from start..min(start + max_length - 1, 24)."""
    count = whole(count, "count", least=0)
    max_length = whole(max_length, "max_length", least=1)
    rows: list[list[int]] = []
    targets = []
    for _ in range(count):
        start = drawn(rng, 0, 24)
        end = drawn(rng, start, min(start + max_length - 1, 24) + 1)
        rows.append([start + position for position in range(end - start + 1)])
        targets.append(end + 1)
    return rows, np.array(targets, dtype=np.int64)


def drawn(rng: Any, low: int, below: int) -> int:
    """One integer from low..below - 1, from either kind of NumPy source."""
    return int(rng.integers(low, below) if hasattr(rng, "integers") else rng.randint(low, below))
