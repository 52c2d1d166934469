"""Clauses, declared beside the checks that enforce them.

The catalogue is collected from the checks: there is no clause without a check, and no check
without a clause.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from lstm_spec.contract import Capability

if TYPE_CHECKING:
    from lstm_spec.checking.trial import Trial

Check = Callable[[Any, Any, "Trial"], None]
"""``check(subject, oracle, trial)``: returns, or raises ``evidence.Deviation``."""

FAMILIES = {
    "DATA": "the contents of the arrays before they reach a network",
    "CELL": "one step: the equations, the layout of the weights, the activations",
    "SEQ": "many steps: sequences, final states, directions, stacks",
    "STATE": "which state is carried, row by row, and what a reset does",
    "LIFE": "which operations keep, change or clear the state",
    "MASK": "masked steps, which have no effect",
    "GRAD": "gradients, and where they must stop",
    "TRAIN": "losses, optimisers, updates in lockstep",
    "PIPE": "the documented experiments",
}


class Strength(StrEnum):
    """How binding a clause is."""

    MUST = "MUST"  # an implementation that differs is not an LSTM as specified
    SHOULD = "SHOULD"  # a convention of Keras from which others may differ on purpose
    CLAIM = "CLAIM"  # a statement or figure published by a document


class Level(StrEnum):
    """When a clause is run: ``smoke`` asks whether the adapter works, ``full`` trains for long."""

    SMOKE = "smoke"
    CORE = "core"
    FULL = "full"

    def includes(self, other: Level) -> bool:
        """Whether a run at this level runs a clause of that level."""
        order = list(Level)
        return order.index(other) <= order.index(self)


@dataclass(frozen=True)
class Clause:
    """One requirement: a sentence that states it, and the check that enforces it."""

    id: str
    statement: str
    strength: Strength
    source: str
    needs: frozenset[Capability]
    level: Level
    check: Check
    refutes: str = ""
    """The published statement that this clause shows to be false, paraphrased."""
    confirms: str = ""
    """The published statement that this clause shows to be true, paraphrased."""

    @property
    def family(self) -> str:
        """The first part of the id."""
        return self.id.split("-")[0]

    @property
    def title(self) -> str:
        """The name of the check, as words."""
        return self.check.__name__.replace("_", " ")

    @property
    def why(self) -> str:
        """The docstring of the check: why it looks the way it does."""
        return (self.check.__doc__ or "").strip()


_declared: dict[str, Clause] = {}


def clause(
    id: str,
    statement: str,
    *,
    source: str,
    needs: Iterable[Capability] = (Capability.FORWARD,),
    strength: Strength = Strength.MUST,
    level: Level = Level.CORE,
    refutes: str = "",
    confirms: str = "",
) -> Callable[[Check], Check]:
    """Declare the clause that the decorated check enforces.

    Raises ValueError at import for a malformed id, a second clause with the same id, or a statement
    that is not a sentence.
    """
    if not re.fullmatch(r"[A-Z]+-\d\d+", id) or id.split("-")[0] not in FAMILIES:
        raise ValueError(
            f"clause id {id!r}: write FAMILY-NN with a family of {', '.join(FAMILIES)}"
        )
    if not statement.endswith("."):
        raise ValueError(f"{id}: the statement must be one sentence and end with a full stop")

    def declare(check: Check) -> Check:
        if id in _declared and _declared[id].check.__qualname__ != check.__qualname__:
            raise ValueError(f"{id} is declared twice: {_declared[id].title!r}, {check.__name__!r}")
        _declared[id] = Clause(
            id, statement, strength, source, frozenset(needs), level, check, refutes, confirms
        )
        return check

    return declare


@cache
def catalogue() -> tuple[Clause, ...]:
    """Every clause of the specification, by family and number."""
    package = importlib.import_module("lstm_spec.conformance")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"lstm_spec.conformance.{module.name}")
    families = list(FAMILIES)
    return tuple(
        sorted(
            _declared.values(),
            key=lambda one: (families.index(one.family), int(one.id.split("-")[1])),
        )
    )


def _padded(name: str) -> set[str]:
    """The id that a name such as STATE-1 or state1 stands for, with the number in two digits."""
    found = re.fullmatch(r"([A-Z]+)[-_ ]?(\d+)", name)
    return {f"{found[1]}-{int(found[2]):02}"} if found else set()


def select(patterns: Iterable[str], level: Level = Level.FULL) -> tuple[Clause, ...]:
    """Clauses of that level whose id or family is among ``patterns`` (all if there is none).

    Raises ValueError for a pattern that names nothing, with what was probably meant.
    """
    wanted = [part.strip().upper() for pattern in patterns for part in pattern.split(",")]
    known = {one.id for one in catalogue()} | set(FAMILIES)
    for name in wanted:
        if name not in known:
            near = _padded(name) & known or get_close_matches(name, sorted(known), n=3)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise ValueError(
                f"there is no clause or family {name!r}{hint} (see lstm-spec list clauses)"
            )
    return tuple(
        one
        for one in catalogue()
        if level.includes(one.level) and (not wanted or one.id in wanted or one.family in wanted)
    )
