"""Masks of dropout in an LSTM, and the products through them.

A mask multiplies x or the h before a step: 0 with the probability ``rate``, else 1 / (1 - rate).
It is drawn once for a pass, so that a row has the same one at all of its steps (Gal & Ghahramani
2016). An array of masks is (1, rows, width) if the four gates share one, else (4, rows, width).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

import numpy as np

from lstm_spec.contract import Array

GATES = 4

UNSEEDED = count()
"""Where the layers begin that are given no seed: each somewhere else, and alike in every run."""


class Masks(NamedTuple):
    """What one pass multiplies x and h by; None where nothing is dropped."""

    x: Array | None = None
    h: Array | None = None


def generator(seed: int | None) -> np.random.Generator:
    """What draws the masks of one layer."""
    return np.random.default_rng([0, seed] if seed is not None else [1, next(UNSEEDED)])


def drawn(rng: np.random.Generator, rate: float, masks: int, rows: int, width: int) -> Array | None:
    """So many new masks; None for a rate of zero."""
    if rate == 0:
        return None
    kept: Array = rng.random((masks, rows, width)) >= rate
    return kept / (1 - rate)


def product(values: Array, kernel: Array, masks: Array | None) -> Array:
    """(rows, width) times a kernel (width, 4 units), each entry through its mask."""
    made: Array
    if masks is None:
        made = np.dot(values, kernel)
    elif len(masks) == 1:
        made = np.dot(values * masks[0], kernel)
    else:
        blocks = np.split(kernel, GATES, axis=1)
        parts = [np.dot(values * mask, block) for mask, block in zip(masks, blocks, strict=True)]
        made = np.concatenate(parts, axis=1)
    return made


def back(d: Array, kernel: Array, masks: Array | None) -> Array:
    """The gradient of the values from that of the product, (..., rows, 4 units)."""
    made: Array
    if masks is None:
        made = np.dot(d, kernel.T)
    elif len(masks) == 1:
        made = np.dot(d, kernel.T) * masks[0]
    else:
        of_gates, blocks = np.split(d, GATES, axis=-1), np.split(kernel, GATES, axis=1)
        triples = zip(of_gates, blocks, masks, strict=True)
        made = np.add.reduce([np.dot(one, block.T) * mask for one, block, mask in triples])
    return made


def outer(steps: Sequence[Array], d: Array, masks: Array | None) -> Array:
    """The gradient of the kernel: over all steps, the values of a step times d of it.

    ``d`` has the rows of all steps below each other, (steps * rows, 4 units).
    """
    made: Array
    if masks is None:
        made = np.dot(np.concatenate(steps).T, d)
    else:
        blocks = np.split(d, len(masks), axis=1)
        seen = [np.concatenate([step * mask for step in steps]) for mask in masks]
        pairs = zip(seen, blocks, strict=True)
        made = np.concatenate([np.dot(values.T, block) for values, block in pairs], axis=1)
    return made
