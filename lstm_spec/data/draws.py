"""Random draws from either kind of NumPy source.

The documents seed the legacy source: ``numpy.random.RandomState(7)`` repeats what
``numpy.random.seed(7)`` gave them. New work draws from ``numpy.random.default_rng``.
"""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import Array

RandomSource = np.random.Generator | np.random.RandomState


def integers(rng: RandomSource, low: int, high: int, size: int) -> Array:
    """``size`` integers from low..high - 1, (size,) int64."""
    drawn = (
        rng.integers(low, high, size)
        if isinstance(rng, np.random.Generator)
        else _legacy(rng).randint(low, high, size)
    )
    return np.asarray(drawn, dtype=np.int64)


def integer(rng: RandomSource, low: int, high: int) -> int:
    """One integer from low..high - 1."""
    return int(integers(rng, low, high, 1)[0])


def uniform(rng: RandomSource, low: float, high: float, size: int) -> Array:
    """``size`` float64 values from low..high, (size,)."""
    source = rng if isinstance(rng, np.random.Generator) else _legacy(rng)
    return np.asarray(source.uniform(low, high, size), dtype=np.float64)


def _legacy(rng: np.random.RandomState) -> np.random.RandomState:
    if not isinstance(rng, np.random.RandomState):
        raise TypeError(
            f"rng must be a numpy.random.Generator or RandomState, got {rng!r}; "
            "make one with numpy.random.default_rng(seed)"
        )
    return rng
