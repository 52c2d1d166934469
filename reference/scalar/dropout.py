"""Masks of dropout for ONE row, drawn by a generator of their own: each gate has one by itself."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from lstm_spec.model import LSTM
from reference.scalar.row import Vector

GATES = 4


class Drops(NamedTuple):
    """For each gate what the entries of x, and those of h, are multiplied by; none if empty."""

    x: Sequence[Vector] = ()
    h: Sequence[Vector] = ()


class Dice:
    """Draws the masks of one LSTM direction, row after row."""

    def __init__(self, layer: LSTM, place: int) -> None:
        self.layer = layer
        self.random = random.Random(place if layer.seed is None else f"seed {layer.seed}")

    def drops(self, features: int) -> Drops:
        """New masks for a row of so many features."""
        return Drops(
            self.masks(self.layer.dropout, features),
            self.masks(self.layer.recurrent_dropout, self.layer.width),
        )

    def masks(self, rate: float, width: int) -> list[Vector]:
        """One for each gate; none for a rate of zero."""
        if rate == 0:
            return []
        return [[self.entry(rate) for _ in range(width)] for _ in range(GATES)]

    def entry(self, rate: float) -> float:
        """0 with the probability ``rate``."""
        return 0.0 if self.random.random() < rate else 1.0 / (1.0 - rate)


def dropped(values: Vector, masks: Sequence[Vector], gate: int) -> Vector:
    """The values as this gate sees them."""
    if not masks:
        return values
    return [value * factor for value, factor in zip(values, masks[gate], strict=True)]
