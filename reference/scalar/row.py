"""What is handed from layer to layer for one row."""

from __future__ import annotations

from dataclasses import dataclass

from reference.scalar.calculus import Number

Vector = list[Number]


@dataclass
class Row:
    """The steps of one row.

    ``steps`` holds one vector per time step, or a single one where ``sequence`` is False;
    ``valid`` says for each step whether it counts, None that all of them do.
    """

    steps: list[Vector]
    valid: list[bool] | None = None
    sequence: bool = True
