"""The echo experiments: random integers, one-hot, cut into windows that the model repeats."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from lstm_spec.contract import Array
from lstm_spec.data.bad_input import rectangular, whole_number
from lstm_spec.data.draws import RandomSource, integers
from lstm_spec.data.one_hot import one_hot

WIDTH = 100
"""Width of the one-hot rows; the largest number that is ever drawn is 98."""


def sequence(length: int, rng: RandomSource) -> Array:
    """Random integers from 0..98, (length,): the notebook's upper bound 99 is exclusive."""
    length = whole_number(length, "length", at_least=1)
    return integers(rng, 0, WIDTH - 1, length)


def windows(encoded: Any, n_in: int, n_out: int) -> tuple[Array, Array]:
    """Windows over the first axis, each one step later than the one before.

    From (length, ...) to x (length - n_in + 1, n_in, ...) and y (length - n_in + 1, n_out, ...),
    the first ``n_out`` entries of every window. Raises ValueError where n_out > n_in (a model
    cannot echo what it has not seen) and where the sequence is shorter than a window.
    """
    made = rectangular(encoded, "encoded")
    if made.ndim == 0:
        raise ValueError("encoded must be (length, ...), got a single number")
    n_in = whole_number(n_in, "n_in", at_least=1)
    n_out = whole_number(n_out, "n_out", at_least=1)
    if n_out > n_in:
        raise ValueError(f"n_out must not exceed n_in = {n_in}, got {n_out}")
    if len(made) < n_in:
        raise ValueError(f"a sequence of length {len(made)} has no window of {n_in}")
    x = np.moveaxis(sliding_window_view(made, n_in, axis=0), -1, 1).copy()
    return x, x[:, :n_out].copy()


def batch(length: int, n_in: int, n_out: int, rng: RandomSource) -> tuple[Array, Array]:
    """A fresh sequence, one-hot of width 100, in windows: what one epoch trains on.

    x (length - n_in + 1, n_in, 100), y (length - n_in + 1, n_out, 100).
    """
    return windows(one_hot(sequence(length, rng), WIDTH), n_in, n_out)
