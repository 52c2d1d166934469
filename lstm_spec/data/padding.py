"""Rows of any length as one array: pad what is short, cut what is long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.data.bad_input import first, rectangular, whole_number

Side = Literal["pre", "post"]


def pad_sequences(
    rows: Sequence[Any],
    maxlen: int | None = None,
    dtype: str = "int32",
    padding: Side = "pre",
    truncating: Side = "pre",
    value: float = 0.0,
) -> Array:
    """Rows as one array (rows, maxlen), or (rows, maxlen, features) where the entries are vectors.

    ``maxlen`` is the longest row unless given. Short rows get ``value`` before (``pre``) or after
    (``post``) their entries; long rows lose entries from their beginning (``pre``) or their end
    (``post``). Names and defaults are those of Keras' ``pad_sequences``; unlike Keras, a pad value
    or an entry that ``dtype`` cannot hold is refused, not bent.

    Raises ValueError for an unknown side, a negative ``maxlen``, no row to take ``maxlen`` from,
    entries of different shapes and numbers that do not fit; TypeError for a row that is none.
    """
    for name, side in (("padding", padding), ("truncating", truncating)):
        if side not in ("pre", "post"):
            raise ValueError(f"{name} must be 'pre' or 'post', got {side!r}")
    whole = [_row(row, index) for index, row in enumerate(rows)]
    if maxlen is None:
        if not whole:
            raise ValueError("rows: there is none to take maxlen from; give maxlen")
        maxlen = max(len(row) for row in whole)
    maxlen = whole_number(maxlen, "maxlen", at_least=0)
    shape = _shape_of_entries(whole)
    kind = np.dtype(dtype)
    padded = np.full(
        (len(whole), maxlen, *shape), _held(np.asarray(value), kind, "value"), dtype=kind
    )

    cut = [
        row[max(len(row) - maxlen, 0) :] if truncating == "pre" else row[:maxlen] for row in whole
    ]
    held = [_held(row, kind, f"row {index}") for index, row in enumerate(cut) if len(row)]
    if held:
        columns = np.arange(maxlen)
        counts = np.asarray([len(row) for row in cut])[:, np.newaxis]
        inside = columns >= maxlen - counts if padding == "pre" else columns < counts
        padded[inside] = np.concatenate(held)
    return padded


def _row(row: Any, index: int) -> Array:
    if not hasattr(row, "__len__") or isinstance(row, (str, bytes)):
        raise TypeError(f"row {index} must be a sequence of numbers, got {row!r}")
    try:
        return rectangular(row, f"row {index}")
    except ValueError:
        raise ValueError(
            f"row {index} has entries of different shapes; all must be alike"
        ) from None


def _shape_of_entries(rows: list[Array]) -> tuple[int, ...]:
    """The shape shared by the entries of all rows; an empty row has no say."""
    shapes = [(index, row.shape[1:]) for index, row in enumerate(rows) if len(row)]
    for index, shape in shapes:
        if shape != shapes[0][1]:
            raise ValueError(
                f"row {index} has entries of shape {shape}, row {shapes[0][0]} of shape "
                f"{shapes[0][1]}; all rows must hold the same kind of entry"
            )
    return shapes[0][1] if shapes else ()


def _held(numbers: Array, kind: np.dtype[Any], name: str) -> Array:
    """The numbers as ``kind``: exact for integers, without overflow for floats."""
    if kind.kind not in "iuf":
        raise ValueError(f"dtype must be an integer or floating type, got {kind}")
    with np.errstate(invalid="ignore", over="ignore"):
        held = numbers.astype(kind)
    bent = held != numbers if kind.kind in "iu" else np.isinf(held) & ~np.isinf(numbers)
    if bent.any():
        where = f" at {first(bent)}" if numbers.ndim else ""
        raise ValueError(
            f"{name}: {kind} cannot hold {numbers[bent].flat[0]}{where}; give another dtype"
        )
    return held
