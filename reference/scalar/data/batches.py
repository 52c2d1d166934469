"""Which rows share a slot, and how many batches there are."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_spec.contract import Array
from reference.scalar.data.plain import nested, whole


def interleaved(series: Any, slot: int, batch_size: int) -> Array:
    """The rows whose position leaves the remainder ``slot`` when divided by the batch size."""
    rows = nested(series, "series")
    if not isinstance(rows, list):
        raise ValueError("series must be (length, ...), got a single number")
    batch_size = whole(batch_size, "batch_size", least=1)
    slot = whole(slot, "slot", least=0, most=batch_size - 1)
    seen = [row for position, row in enumerate(rows) if position % batch_size == slot]
    size = np.shape(series)
    return np.array(seen, dtype=np.asarray(series).dtype).reshape(len(seen), *size[1:])


def whole_batches(count: int, batch_size: int) -> int:
    """How often the batch size can be taken from the count until nothing is left."""
    left, batches = whole(count, "count", least=0), 0
    batch_size = whole(batch_size, "batch_size", least=1)
    while left >= batch_size:
        left -= batch_size
        batches += 1
    if left:
        raise ValueError(f"{count} rows do not make whole batches of {batch_size}")
    return batches
