"""Masks of dropout for ONE row, drawn by generators of their own: each gate has one by itself."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from lstm_spec.model import LSTM, Dropout, ModelSpec
from reference.scalar.row import Row, Vector

GATES = 4


class Drops(NamedTuple):
    """For each gate what the entries of x, and those of h, are multiplied by; none if empty."""

    x: Sequence[Vector] = ()
    h: Sequence[Vector] = ()


class Die:
    """Draws the entries of masks, one after the other."""

    def __init__(self, seed: int | str) -> None:
        self.random = random.Random(seed)

    def entry(self, rate: float) -> float:
        """0 with the probability ``rate``."""
        return 0.0 if self.random.random() < rate else 1.0 / (1.0 - rate)


class Dice(Die):
    """Draws the masks of one LSTM direction, row after row."""

    def __init__(self, layer: LSTM, place: int) -> None:
        super().__init__(place if layer.seed is None else f"seed {layer.seed}")
        self.layer = layer

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


class Thrown(NamedTuple):
    """What draws in one pass of training: for each direction, and for each Dropout layer."""

    directions: Sequence[Dice] = ()
    between: Sequence[Die] = ()

    @classmethod
    def of(cls, spec: ModelSpec) -> Thrown:
        """New dice for a model."""
        directions = [Dice(layer, place) for place, layer in enumerate(spec.cells)]
        layers = [one for one in spec.layers if isinstance(one, Dropout)]
        return cls(directions, [Die(f"between {place}") for place, _ in enumerate(layers)])


NOTHING = Thrown()
"""Outside training nothing is drawn."""


def dropped_between(layer: Dropout, row: Row, die: Die | None) -> Row:
    """A row with a mask for each number of each step; as it is where nothing is drawn."""
    if die is None:
        return row
    steps = [[x * die.entry(layer.rate) for x in step] for step in row.steps]
    return Row(steps, row.valid, row.sequence)


def dropped(values: Vector, masks: Sequence[Vector], gate: int) -> Vector:
    """The values as this gate sees them."""
    if not masks:
        return values
    return [value * factor for value, factor in zip(values, masks[gate], strict=True)]
