"""Whatever comes in as plain Python numbers and lists; what is no number is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def nested(values: Any, what: str) -> Any:
    """A number or nested lists of numbers, none of them NaN, all rows of the same shape."""
    if hasattr(values, "tolist"):
        values = values.tolist()
    if isinstance(values, (list, tuple, range)):
        rows = [nested(one, what) for one in values]
        if any(shape(row) != shape(rows[0]) for row in rows):
            raise ValueError(f"{what}: the rows differ in length; pad them first")
        return rows
    if isinstance(values, bool) or not isinstance(values, (int, float)):
        raise TypeError(f"{what}: {values!r} is not a number")
    if math.isnan(values):
        raise ValueError(f"{what}: NaN; drop or fill missing values first")
    return values


def shape(values: Any) -> tuple[int, ...]:
    """The shape of nested lists that are not ragged."""
    if not isinstance(values, list):
        return ()
    return (len(values), *shape(values[0])) if values else (0,)


def whole(value: Any, what: str, least: int | None = None, most: int | None = None) -> int:
    """The value as an int within bounds; a float only where it has no fraction."""
    if isinstance(value, (np.integer, np.floating)):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{what} must be a whole number, got {value!r}")
    if value != value or value in (math.inf, -math.inf) or value != int(value):
        raise ValueError(f"{what} must be a whole number, got {value!r}")
    if least is not None and value < least:
        raise ValueError(f"{what} must be at least {least}, got {value}")
    if most is not None and value > most:
        raise ValueError(f"{what} must be at most {most}, got {value}")
    return int(value)
