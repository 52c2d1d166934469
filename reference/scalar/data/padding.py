"""Rows of any length as one array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from lstm_spec.contract import Array
from reference.scalar.data.plain import nested, shape, whole

Side = Literal["pre", "post"]


def pad_sequences(
    rows: Sequence[Any],
    maxlen: int | None = None,
    dtype: str = "int32",
    padding: Side = "pre",
    truncating: Side = "pre",
    value: float = 0.0,
) -> Array:
    """Rows (of numbers, or of vectors) as (rows, maxlen, ...): long ones cut, short ones filled."""
    for name, side in (("padding", padding), ("truncating", truncating)):
        if side not in ("pre", "post"):
            raise ValueError(f"{name} must be 'pre' or 'post', got {side!r}")
    plain = []
    for row in rows:
        if not hasattr(row, "__len__") or isinstance(row, (str, bytes)):
            raise TypeError(f"every row must be a sequence of numbers, got {row!r}")
        plain.append(entries(row))
    entry = next((shape(row)[1:] for row in plain if row), ())
    if any(row and shape(row)[1:] != entry for row in plain):
        raise ValueError("the entries of the rows differ in shape")
    if maxlen is None:
        if not plain:
            raise ValueError("rows: there is none to take maxlen from; give maxlen")
        maxlen = max(len(row) for row in plain)
    maxlen = whole(maxlen, "maxlen", least=0)
    kind = np.dtype(dtype)
    if kind.kind not in "iuf":
        raise ValueError(f"dtype must be an integer or floating type, got {kind}")
    filler = filled(entry, held(value, kind))
    padded = []
    for row in plain:
        if len(row) > maxlen:
            row = row[len(row) - maxlen :] if truncating == "pre" else row[:maxlen]
        row = each(row, kind)
        missing = [filler] * (maxlen - len(row))
        padded.append(missing + row if padding == "pre" else row + missing)
    return np.array(padded, dtype=kind).reshape(len(plain), maxlen, *entry)


def entries(row: Any) -> list[Any]:
    """A row as a list; NaN may be padded, so it is taken for a number here."""
    listed = row.tolist() if hasattr(row, "tolist") else list(row)
    nested([_without_nan(entry) for entry in listed], "a row")
    return [entry.tolist() if hasattr(entry, "tolist") else entry for entry in listed]


def _without_nan(values: Any) -> Any:
    if hasattr(values, "tolist"):
        values = values.tolist()
    if isinstance(values, (list, tuple)):
        return [_without_nan(one) for one in values]
    return 0.0 if isinstance(values, float) and values != values else values


def filled(entry: tuple[int, ...], value: float) -> Any:
    """The value in the shape of one entry."""
    return [filled(entry[1:], value) for _ in range(entry[0])] if entry else value


def each(values: Any, kind: np.dtype[Any]) -> Any:
    """Every number as one that the dtype can hold."""
    if isinstance(values, (list, tuple)):
        return [each(one, kind) for one in values]
    return held(values, kind)


def held(number: Any, kind: np.dtype[Any]) -> Any:
    """The number, if an array of this dtype can hold it: integers exactly, floats in range."""
    if kind.kind in "iu":
        limits = np.iinfo(kind)
        return whole(number, f"an entry of {kind}", int(limits.min), int(limits.max))
    if abs(number) > float(np.finfo(kind).max) and abs(number) != float("inf"):
        raise ValueError(f"{kind} cannot hold {number}; give another dtype")
    return float(number)
