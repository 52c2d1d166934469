"""Random numbers to be echoed, in windows."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_spec.contract import Array
from reference.scalar.data.alphabet import drawn
from reference.scalar.data.one_hot import one_hot
from reference.scalar.data.plain import nested, whole


def sequence(length: int, rng: Any) -> Array:
    """``length`` numbers from 0..98, drawn one by one."""
    length = whole(length, "length", least=1)
    return np.array([drawn(rng, 0, 99) for _ in range(length)], dtype=np.int64)


def windows(encoded: Any, n_in: int, n_out: int) -> tuple[Array, Array]:
    """Every run of ``n_in`` entries, and the first ``n_out`` of each."""
    n_in, n_out = whole(n_in, "n_in", least=1), whole(n_out, "n_out", least=1)
    if n_out > n_in:
        raise ValueError(f"n_out must not exceed n_in = {n_in}, got {n_out}")
    entries = nested(encoded, "encoded")
    if not isinstance(entries, list) or len(entries) < n_in:
        raise ValueError(f"the sequence has no window of {n_in}")
    x, y = [], []
    for start in range(len(entries) - n_in + 1):
        window = [entries[start + position] for position in range(n_in)]
        x.append(window)
        y.append(window[:n_out])
    return np.array(x), np.array(y)


def batch(length: int, n_in: int, n_out: int, rng: Any) -> tuple[Array, Array]:
    """A fresh sequence, one-hot of width 100, in windows."""
    return windows(one_hot(sequence(length, rng), 100), n_in, n_out)
