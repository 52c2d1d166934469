"""Refusals: each names the input, what came, and the remedy, before anything is computed."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from lstm_spec.contract import Array


def whole_number(value: Any, name: str, *, at_least: int, at_most: int | None = None) -> int:
    """The value as an int within bounds; TypeError or ValueError otherwise."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, got {value!r}") from None
    if number < at_least:
        raise ValueError(f"{name} must be at least {at_least}, got {number}")
    if at_most is not None and number > at_most:
        raise ValueError(f"{name} must be at most {at_most}, got {number}")
    return number


def rectangular(values: Any, name: str) -> Array:
    """The values as an array of numbers; ValueError where rows differ in length."""
    try:
        made = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name}: the rows differ in length; pad them first") from None
    if made.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be numbers, got {made.dtype}")
    return made


def without_nan(values: Any, name: str) -> Array:
    """The values as an array of numbers; ValueError where one of them is NaN."""
    made = rectangular(values, name)
    missing = np.isnan(made)
    if missing.any():
        raise ValueError(f"{name}: NaN at {first(missing)}; drop or fill missing values first")
    return made


def integers(values: Any, name: str) -> Array:
    """The values as int64, floats only where they are whole; no NaN, no fraction, no ragged row."""
    made = without_nan(values, name)
    with np.errstate(invalid="ignore"):
        held = made.astype(np.int64)
    broken = held != made
    if broken.any():
        raise ValueError(
            f"{name}: {made[broken][0]} at {first(broken)} is not a whole number; "
            "encode integers, before any scaling"
        )
    return held


def first(where: Array) -> str:
    """The position of the first true entry, in words."""
    index = np.argwhere(where)[0].tolist()
    return f"position {index[0] if len(index) == 1 else tuple(index)}"
