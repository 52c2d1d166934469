"""A mutant: an implementation that is wrong on purpose, and what is known about its mistake.

Catalogues of mutants are found through the entry point group ``lstm_spec.mutants``, so the suite
proves itself against mistakes that it does not know. ``docs/mutants.md`` shows how to add one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from lstm_spec import clauses
from lstm_spec.contract import Implementation

GROUP = "lstm_spec.mutants"


@dataclass(frozen=True)
class Mutant:
    """One planted mistake."""

    name: str
    sentence: str
    """What is wrong, as a sentence."""
    stage: str
    """Where the mistake lives: gates, carry, masks, optimizers, ..."""
    implementation: Implementation | Callable[[], Implementation]
    address: str = ""
    """The real bug that it stands for, where there is one."""
    diagnosis: str = ""
    """Words that the diagnosis must contain, where the mistake is one that it can name."""
    equivalent: str = ""
    """Why nothing that an implementation promises can tell it from a right one, if that is so."""
    meant_for: tuple[str, ...] = ()
    """The clauses that are about this mistake, by id: each of them must kill it."""

    def make(self) -> Implementation:
        """The wrong implementation; made anew where the mutant gives a maker."""
        given: Any = self.implementation
        made: Implementation = given if hasattr(given, "build") else given()
        return made


@dataclass(frozen=True)
class Conforming:
    """Two right implementations, by the names under which they are found: no clause may fail."""

    subject: str
    oracle: str
    rarely: frozenset[str] = frozenset()
    """Families that are slow for this pair: they are tried with every twentieth seed only."""


@dataclass(frozen=True)
class Catalogue:
    """Mutants, the reasons for clauses that kill none of them, and engines that are right."""

    mutants: tuple[Mutant, ...]
    idle: Mapping[str, str] = field(default_factory=dict)
    """Clause id: why the clause is kept although it kills no mutant."""
    conforming: tuple[Conforming, ...] = ()


class BadCatalogue(ValueError):
    """An installed catalogue cannot be used; the message says whose it is and why."""


def catalogue() -> Catalogue:
    """All installed catalogues as one.

    Raises BadCatalogue for one that cannot be loaded, ValueError where two mutants have one name or
    where a mutant is meant for a clause that does not exist.
    """
    mutants: list[Mutant] = []
    idle: dict[str, str] = {}
    conforming: list[Conforming] = []
    for point in sorted(entry_points(group=GROUP)):
        loaded = _loaded(point)
        mutants += loaded.mutants
        idle |= loaded.idle
        conforming += loaded.conforming
    names = [one.name for one in mutants]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"mutants need names of their own; doubled: {', '.join(twice)}")
    _check_clauses(mutants)
    return Catalogue(tuple(mutants), idle, tuple(conforming))


def _loaded(point: EntryPoint) -> Catalogue:
    """What an entry point leads to. Raises BadCatalogue, with the package to be repaired."""
    package = f"of the package {point.dist.name}" if point.dist else "of an unnamed package"
    try:
        found = point.load()
    except Exception as error:
        raise BadCatalogue(
            f"the catalogue of mutants {point.name!r} {package} cannot be loaded from "
            f"{point.value}: {type(error).__name__}: {error}; repair the package, or uninstall it"
        ) from error
    if not isinstance(found, Catalogue):
        raise BadCatalogue(
            f"the entry point {point.name!r} {package} leads to {found!r:.60} in {point.value}; "
            f"the group {GROUP} is for objects of the class lstm_spec.mutants.Catalogue"
        )
    return found


def _check_clauses(mutants: Iterable[Mutant]) -> None:
    """Refuse the id of a clause that does not exist: its kill could never be checked."""
    known = {clause.id for clause in clauses.catalogue()}
    for mutant in mutants:
        for name in mutant.meant_for:
            if name not in known:
                near = get_close_matches(name, sorted(known), n=3)
                hint = f"; did you mean {' or '.join(near)}?" if near else ""
                raise ValueError(
                    f"mutant {mutant.name} is meant for {name}, and there is no such clause{hint}"
                )


def select(mutants: Iterable[Mutant], patterns: Iterable[str]) -> tuple[Mutant, ...]:
    """The mutants whose name or stage is among the patterns (all if there is none).

    Raises ValueError for a pattern that names nothing, with what was probably meant.
    """
    everything = tuple(mutants)
    wanted = [part.strip().replace("-", "_") for one in patterns for part in one.split(",")]
    known = {one.name for one in everything} | {one.stage for one in everything}
    for name in wanted:
        if name not in known:
            near = get_close_matches(name, sorted(known), n=3)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise ValueError(f"there is no mutant or stage {name!r}{hint}")
    return tuple(one for one in everything if not wanted or {one.name, one.stage} & set(wanted))
