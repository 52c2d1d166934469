"""What the diagnosis says of mistakes that are known: rightly named, wrongly named, or silent.

Of a planted mistake, its mutant says which words are right (``Mutant.diagnosis``). Of a change that
was drawn, nobody knows beforehand what it means: a reader has compared what was said with the line
that was changed, and what he found right stands in the file that the source names
(``Source.readings``). Whatever else is said is counted as wrong.
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from lstm_spec.mutants import Catalogue, Mutant, Source
from lstm_spec.run.local import Local, results
from lstm_spec.selftest.campaign import Worker, processes, told_of
from lstm_spec.selftest.generated.campaign import Job, drawn, findings_of
from lstm_spec.selftest.generated.changes import Change


class Named(StrEnum):
    """What became of a mistake in the diagnosis."""

    RIGHTLY = "rightly"  # everything that was said is right
    WRONGLY = "wrongly"  # something that was said is not
    SILENT = "silent"


Place = tuple[str, ...]


@dataclass(frozen=True)
class Diagnosed:
    """A mistake, and what the diagnosis said."""

    mistake: str
    """The mutant's name, or the place of the change."""
    about: str
    """The mutant's sentence, or the line before and after."""
    said: tuple[str, ...]
    named: Named
    change: Place = ()
    """File, function, and the lines before and after, if it is a change that was drawn."""


@dataclass
class Figures:
    """Everything that was diagnosed in one run."""

    seed: int
    command: str = ""
    planted: list[Diagnosed] = field(default_factory=list)
    generated: list[Diagnosed] = field(default_factory=list)
    seconds: float = 0.0

    def share_wrong(self) -> float:
        """The share of all mistakes that were named wrongly."""
        every = [*self.planted, *self.generated]
        wrong = sum(1 for one in every if one.named is Named.WRONGLY)
        return wrong / len(every) if every else 0.0


Reading = tuple[str, ...]
"""File, function, the lines before and after, and the sentence that is right about them."""


def named(said: Sequence[str], right: Callable[[str], bool]) -> Named:
    """What sentences come to of which some are right."""
    if not said:
        return Named.SILENT
    return Named.RIGHTLY if all(map(right, said)) else Named.WRONGLY


def diagnose_mutants(
    known: Catalogue, jobs: int, seed: int, saw: Callable[[], None]
) -> Iterator[Diagnosed]:
    """What is said of every mutant of a catalogue."""
    said: dict[str, tuple[str, ...]] = {}
    with processes(jobs, known) as pool:
        for name, sentences in results(pool, _said, [(one.name, seed) for one in known.mutants]):
            said[name] = sentences
            saw()
    for mutant in known.mutants:
        told = said[mutant.name]
        yield Diagnosed(mutant.name, mutant.sentence, told, named_of(mutant, told))


def named_of(mutant: Mutant, said: Sequence[str]) -> Named:
    """What sentences come to that were said of a mutant."""
    return named(said, lambda one: any(words in one for words in mutant.words))


def named_at(change: Place, said: Sequence[str], right: Collection[Reading]) -> Named:
    """What sentences come to that were said of a change."""
    return named(said, lambda one: (*change, one) in right)


def _said(name: str, seed: int) -> tuple[str, tuple[str, ...]]:
    mutant: Mutant = Worker.mutants[name]
    return name, told_of(mutant, Worker.oracle, seed)


def diagnose_changes(
    source: Source, count: int, jobs: int, seed: int, saw: Callable[[], None]
) -> Iterator[Diagnosed]:
    """What is said of changes of a source that are drawn at random."""
    right = readings(source.readings)
    _, changes = drawn(source, count, seed)
    found: dict[str, tuple[Change, tuple[str, ...]]] = {}
    work = (Job(source, change, seed) for change in changes)
    for change, said in Local(min(jobs, max(1, len(changes))))(findings_of, work):
        found[f"{change.operator} {change.occurrence} {change.module.name}"] = change, said
        saw()
    for change in changes:
        _, said = found[f"{change.operator} {change.occurrence} {change.module.name}"]
        place = change.module.file, change.inside, change.was, change.becomes
        about = f"{change.was} becomes {change.becomes}"
        yield Diagnosed(change.place, about, said, named_at(place, said, right), place)


def readings(file: Path | None) -> set[Reading]:
    """The sentences that a reader found right, in a TOML file with ``[[right]]``."""
    if file is None:
        return set()
    entries = tomllib.loads(file.read_text("utf-8")).get("right", [])
    return {
        (one["file"], one["inside"], one["was"], one["becomes"], said)
        for one in entries
        for said in one["said"]
    }


def figures(
    known: Catalogue,
    count: int,
    jobs: int,
    seed: int = 0,
    command: str = "",
    saw: Callable[[], None] = lambda: None,
) -> Figures:
    """The diagnosis of all mutants of a catalogue, and of so many changes of its sources."""
    started = time.perf_counter()
    made = Figures(seed, command)
    made.planted = list(diagnose_mutants(known, jobs, seed, saw))
    for source in known.sources if count else ():
        made.generated += diagnose_changes(source, count, jobs, seed, saw)
    made.seconds = time.perf_counter() - started
    return made
