"""Numbers with fewer digits than float32, and the sentences about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from lstm_spec.contract import Array


def to_float16(a: Array) -> Array:
    """Through float16: 11 bits."""
    narrow: Array = np.asarray(a).astype(np.float16).astype(np.float64)
    return narrow


def to_bfloat16(a: Array) -> Array:
    """Through bfloat16: the upper half of a float32, 8 bits."""
    bits = np.ascontiguousarray(a, np.float32).view(np.uint32) & np.uint32(0xFFFF0000)
    narrow: Array = bits.view(np.float32).astype(np.float64)
    return narrow


ROUNDINGS: Mapping[str, Callable[[Array], Array]] = {
    "float16": to_float16,
    "bfloat16": to_bfloat16,
}
