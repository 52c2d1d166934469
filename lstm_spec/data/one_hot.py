"""Labels as rows with a single one, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.data.bad_input import first, integers, whole_number, without_nan


def one_hot(labels: Any, width: int | None = None) -> Array:
    """Labels of any shape (...) as float64 of shape (..., width), one 1 in every row.

    The width is the largest label + 1 unless given (Keras ``to_categorical``). Raises ValueError
    for negative or broken labels, for a label that does not fit into the width, for ragged rows,
    and where there is neither a label nor a width.
    """
    numbers = integers(labels, "labels")
    if (numbers < 0).any():
        raise ValueError(
            f"labels: {numbers[numbers < 0][0]} at {first(numbers < 0)} is negative; "
            "labels count from 0"
        )
    if width is None:
        if not numbers.size:
            raise ValueError("labels: there are none to take the width from; give the width")
        width = int(numbers.max()) + 1
    width = whole_number(width, "width", at_least=1)
    beyond = numbers >= width
    if beyond.any():
        raise ValueError(
            f"labels: {numbers[beyond][0]} at {first(beyond)} does not fit into width {width}; "
            f"it needs a width of at least {numbers[beyond][0] + 1}"
        )
    return np.equal(numbers[..., np.newaxis], np.arange(width)).astype(np.float64)


def decode(encoded: Any) -> Array:
    """The position of the largest entry along the last axis: (..., width) becomes int64 (...).

    Works for probabilities as well; the first of equals wins. Raises ValueError for NaN, for ragged
    rows and for a width of zero.
    """
    rows = without_nan(encoded, "encoded")
    if rows.ndim == 0 or rows.shape[-1] == 0:
        raise ValueError(f"encoded: shape {rows.shape} has no classes to choose from")
    return np.asarray(np.argmax(rows, axis=-1), dtype=np.int64)
