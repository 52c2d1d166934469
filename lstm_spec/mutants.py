"""A mutant: an implementation that is wrong on purpose, and what is known about its mistake.

Catalogues of mutants are found through the entry point group ``lstm_spec.mutants``, or in a file
that is named, so the suite proves itself against mistakes that it does not know.
``docs/mutants.md`` shows how to add one.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from lstm_spec import clauses
from lstm_spec.contract import Implementation

GROUP = "lstm_spec.mutants"


class BadCatalogue(ValueError):
    """A catalogue, or a mutant of it, cannot be used; the message says whose it is and why."""


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
    diagnosis: str | tuple[str, ...] = ()
    """Words of each sentence that the diagnosis says of it, where it is one that it can name."""
    equivalent: str = ""
    """Why nothing that an implementation promises can tell it from a right one, if that is so."""
    meant_for: tuple[str, ...] = ()
    """The clauses that are about this mistake, by id: each of them must kill it."""

    @property
    def words(self) -> tuple[str, ...]:
        """What ``diagnosis`` gives, one or several."""
        given = (self.diagnosis,) if isinstance(self.diagnosis, str) else self.diagnosis
        return tuple(one for one in given if one)

    def is_named_by(self, told: Sequence[str]) -> bool:
        """Whether these sentences say all that is right about this mistake, and nothing else."""
        said = all(any(words in one for one in told) for words in self.words)
        return said and all(any(words in one for words in self.words) for one in told)

    def make(self) -> Implementation:
        """The wrong implementation; made anew where the mutant gives a maker.

        Raises BadCatalogue where the maker raises, or makes something that builds no model.
        """
        given: Any = self.implementation
        try:
            made: Implementation = given if hasattr(given, "build") else given()
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
            raise BadCatalogue(f"the mutant {self.name} cannot be built: {told}") from error
        if not hasattr(made, "build"):
            raise BadCatalogue(f"the mutant {self.name} is {made!r:.60}, and that has no build")
        return made


@dataclass(frozen=True)
class Conforming:
    """Two right implementations, by the names under which they are found: no clause may fail."""

    subject: str
    oracle: str
    rarely: frozenset[str] = frozenset()
    """Families that are slow for this pair: they are tried with every twentieth seed only."""


@dataclass(frozen=True)
class Source:
    """An engine whose source is changed in one place at a time, to see whether a clause notices."""

    subjects: tuple[str, ...]
    """Names under which the engine is found; a change is noticed if one of them shows it."""
    packages: tuple[str, ...]
    """The packages or modules whose source may be changed."""
    arguments: Path | None = None
    """A TOML file that argues which changes nothing can notice, and which parts are left out."""
    readings: Path | None = None
    """A TOML file of what the diagnosis said of changes and a reader found right."""


@dataclass(frozen=True)
class Catalogue:
    """Mutants, the reasons for clauses that kill none of them, and engines that are right."""

    mutants: tuple[Mutant, ...]
    idle: Mapping[str, str] = field(default_factory=dict)
    """Clause id: why the clause is kept although it kills no mutant."""
    conforming: tuple[Conforming, ...] = ()
    sources: tuple[Source, ...] = ()


def catalogue() -> Catalogue:
    """All installed catalogues as one.

    Raises BadCatalogue for one that cannot be loaded, ValueError where two mutants have one name or
    where a mutant is meant for a clause that does not exist.
    """
    loaded = []
    for point in sorted(entry_points(group=GROUP)):
        loaded.append(_loaded(point))
    together = Catalogue(
        tuple(mutant for one in loaded for mutant in one.mutants),
        {clause: why for one in loaded for clause, why in one.idle.items()},
        tuple(pair for one in loaded for pair in one.conforming),
        tuple(source for one in loaded for source in one.sources),
    )
    _check(together.mutants)
    return together


def from_file(place: str) -> Catalogue:
    """The catalogue at ``FILE.py:NAME``, which need not be installed.

    The file is run as a module of its own name, and may import what lies beside it. Raises
    ValueError for a place that leads to none, and as ``catalogue`` does.
    """
    file, _, name = place.rpartition(":")
    path = Path(file)
    if not name or path.suffix != ".py":
        raise ValueError(f"a catalogue is FILE.py:NAME, got {place!r}")
    if not path.is_file():
        raise ValueError(f"there is no file {file!r} to take a catalogue from")
    sys.path.insert(0, str(path.parent.resolve()))
    try:
        module = importlib.import_module(path.stem)
    except Exception as error:
        raise ValueError(f"{file} cannot be imported: {type(error).__name__}: {error}") from error
    if Path(module.__file__ or "").resolve() != path.resolve():
        raise ValueError(
            f"{file} cannot be imported: another module is called {path.stem!r} "
            f"({module.__file__}); give the file another name"
        )
    if not hasattr(module, name):
        near = get_close_matches(name, list(vars(module)), n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise ValueError(f"{file} has no {name!r}{hint}")
    found = getattr(module, name)
    if not isinstance(found, Catalogue):
        raise ValueError(f"{place} is {found!r:.60}, not a lstm_spec.mutants.Catalogue")
    _check(found.mutants)
    return found


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


def _check(mutants: Iterable[Mutant]) -> None:
    """Refuse doubled names, and clauses whose kill could never be checked."""
    names = [one.name for one in mutants]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"mutants need names of their own; doubled: {', '.join(twice)}")
    known = {clause.id: clause for clause in clauses.catalogue()}
    for mutant in mutants:
        if isinstance(mutant.meant_for, str):
            raise ValueError(f"meant_for of the mutant {mutant.name} is a text: give a tuple")
        for name in mutant.meant_for:
            if name not in known:
                near = get_close_matches(name, sorted(known), n=3)
                hint = f"; did you mean {' or '.join(near)}?" if near else ""
                raise ValueError(
                    f"mutant {mutant.name} is meant for {name}, and there is no such clause{hint}"
                )
            if not clauses.Level.CORE.includes(known[name].level):
                raise ValueError(
                    f"mutant {mutant.name} is meant for {name}, which is judged at the level "
                    f"{known[name].level} only: name a clause of the core level"
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
