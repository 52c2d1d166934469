"""Which rows meet in a batch, and which row continues which."""

from __future__ import annotations

from typing import Any

from lstm_spec.contract import Array
from lstm_spec.data.bad_input import rectangular, whole_number


def interleaved(series: Any, slot: int, batch_size: int) -> Array:
    """The rows that one slot of the batch sees, one after the other: series[slot::batch_size].

    A stateful model carries a state per slot, so it reads ``batch_size`` slower series at once.
    """
    rows = rectangular(series, "series")
    if rows.ndim == 0:
        raise ValueError("series must be (length, ...), got a single number")
    batch_size = whole_number(batch_size, "batch_size", at_least=1)
    return rows[whole_number(slot, "slot", at_least=0, at_most=batch_size - 1) :: batch_size]


def whole_batches(count: int, batch_size: int) -> int:
    """How many batches ``count`` rows make. Raises ValueError where rows would be left over."""
    count = whole_number(count, "count", at_least=0)
    batch_size = whole_number(batch_size, "batch_size", at_least=1)
    batches, left = divmod(count, batch_size)
    if left:
        raise ValueError(
            f"{count} rows do not make whole batches of {batch_size}: {left} left over; "
            f"drop {'it' if left == 1 else 'them'} or choose a batch size that divides {count}"
        )
    return batches
