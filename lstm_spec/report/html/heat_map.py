"""The differences of one comparison as a table: time steps across, units down, rows as lanes."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

SHARES = (0.005, 0.05, 0.2, 0.5)
"""From which share of the largest difference on a cell is one shade darker."""

WIDEST = 64
"""A map with more columns is not drawn: nobody could read it."""


@dataclass(frozen=True)
class Cell:
    """One difference: a shade from 0 (within the tolerance) to 5, and the number in short."""

    shade: int
    text: str


@dataclass(frozen=True)
class Lane:
    """A block of lines, such as those of one row of the batch, with its name."""

    name: str
    lines: list[tuple[str, list[Cell]]]


@dataclass(frozen=True)
class HeatMap:
    """Columns, lanes of lines of cells, and the column that diverges first."""

    across: str
    columns: list[str]
    lanes: list[Lane]
    first: int | None

    @property
    def has_lanes(self) -> bool:
        """Whether the lanes have names, and so a column of their own."""
        return any(lane.name for lane in self.lanes)


def heat_map(evidence: dict[str, Any]) -> HeatMap | None:
    """The map of the differences in the evidence of one clause; None if it has none to draw."""
    axes = list(evidence.get("axes", ()))
    if not evidence.get("difference") or not axes:
        return None
    difference = np.array(evidence["difference"], dtype=np.float64)  # None becomes NaN
    if difference.ndim != len(axes):
        return None
    if len(axes) == 1:
        difference, axes = difference[np.newaxis], ["", *axes]
    if "step" in axes:
        difference = np.moveaxis(difference, axes.index("step"), -1)
        axes = [*(one for one in axes if one != "step"), "step"]
    if difference.shape[-1] > WIDEST:
        return None
    *outer, down, across = axes
    finite = difference[np.isfinite(difference)]
    largest = float(finite.max(initial=0.0))
    tolerance = float(evidence.get("tolerance") or 0.0)
    lanes = []
    for index in itertools.product(*map(range, difference.shape[:-2])):
        name = ", ".join(f"{axis} {at}" for axis, at in zip(outer, index, strict=True))
        lines = [
            (
                f"{down} {at}" if down else "",
                [_cell(value, tolerance, largest) for value in line.tolist()],
            )
            for at, line in enumerate(difference[index])
        ]
        lanes.append(Lane(name, lines))
    first = evidence.get("first_diverging_step") if across == "step" else None
    return HeatMap(across, [str(at) for at in range(difference.shape[-1])], lanes, first)


def _cell(value: float, tolerance: float, largest: float) -> Cell:
    if not math.isfinite(value):
        return Cell(5, "inf")
    if value <= tolerance:
        return Cell(0, "·")
    return Cell(1 + sum(value >= share * largest for share in SHARES), short(value))


def short(value: float) -> str:
    """Two digits, in at most five characters."""
    if 0.01 <= value < 1000:
        return f"{value:.2f}" if value < 10 else f"{value:.0f}"
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}"
