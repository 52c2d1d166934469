"""What is handed from layer to layer for one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reference.scalar.calculus import Number

Vector = list[Number]


@dataclass
class Row:
    """The steps of one row.

    ``steps`` holds one vector per time step, or a single one where ``sequence`` is False;
    ``valid`` says for each step whether it counts, None that all of them do. Where a step is a
    sequence itself, it is a list of vectors, and a list of truth values.
    """

    steps: list[Any]
    valid: list[Any] | None = None
    sequence: bool = True
