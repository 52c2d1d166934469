"""Which planted mistakes a clause notices, as the last ``lstm-spec selftest`` has written it down.

The matrix lies in ``docs`` of a checkout and is packed beside this file into a wheel.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

NAME = "kill-matrix.json"
PLACES = (Path(__file__).parents[1] / NAME, Path(__file__).parents[2] / "docs" / NAME)


@dataclass(frozen=True)
class Kill:
    """One mistake that a clause notices."""

    name: str
    sentence: str
    address: str
    """The real bug that it stands for, where there is one."""
    killers: int
    """How many clauses notice it: the fewer, the more it says about each of them."""


@dataclass(frozen=True)
class Record:
    """What is written down of one clause."""

    kills: tuple[Kill, ...]
    """The most telling first."""
    idle: str
    """Why the clause is kept although it kills nothing, if that is so."""


def of(clause: str) -> Record | None:
    """The record of a clause; None if the matrix is missing or older than the clause."""
    return _records().get(clause)


@cache
def _records() -> dict[str, Record]:
    """Every clause of the matrix."""
    data = _matrix()
    kills: dict[str, list[Kill]] = {one["id"]: [] for one in data["clauses"]}
    for mutant in data["mutants"]:
        killers = mutant["killed_by"]
        kill = Kill(mutant["name"], mutant["sentence"], mutant["address"], len(killers))
        for killer in killers:
            kills[killer].append(kill)
    return {
        one["id"]: Record(
            tuple(sorted(kills[one["id"]], key=lambda kill: kill.killers)), one["idle"]
        )
        for one in data["clauses"]
    }


def _matrix() -> dict[str, Any]:
    for place in PLACES:
        if place.is_file():
            data: dict[str, Any] = json.loads(place.read_text("utf-8"))
            return data
    return {"clauses": [], "mutants": []}
