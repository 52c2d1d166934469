"""Labels as rows with a single one, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_spec.contract import Array
from reference.scalar.data.plain import nested, shape, whole


def one_hot(labels: Any, width: int | None = None) -> Array:
    """Labels (...) as (..., width); the width is the largest label + 1 unless given."""
    plain = nested(labels, "labels")
    if width is None:
        found = innermost(plain)
        if not found:
            raise ValueError("labels: there are none to take the width from; give the width")
        width = max(whole(label, "a label", least=0) for label in found) + 1
    width = whole(width, "width", least=1)
    return np.array(encoded(plain, width), dtype=np.float64).reshape(*shape(plain), width)


def innermost(values: Any) -> list[Any]:
    """Every number in order."""
    if not isinstance(values, list):
        return [values]
    return [number for one in values for number in innermost(one)]


def encoded(values: Any, width: int) -> Any:
    """Every number replaced by its row."""
    if isinstance(values, list):
        return [encoded(one, width) for one in values]
    label = whole(values, "a label", least=0, most=width - 1)
    return [1.0 if position == label else 0.0 for position in range(width)]


def decode(encoded: Any) -> Array:
    """The position of the largest entry of every row, the first of equals."""
    plain, size = nested(encoded, "encoded"), np.shape(encoded)
    if size == () or size[-1] == 0:
        raise ValueError("encoded: no classes to choose from")
    return np.array(largest(plain), dtype=np.int64).reshape(size[:-1])


def largest(values: Any) -> Any:
    """Every row replaced by the position of its largest entry."""
    if not values or isinstance(values[0], list):
        return [largest(one) for one in values]
    best = 0
    for position, value in enumerate(values):
        if value > values[best]:
            best = position
    return best
