"""The self-test: the mutants of the installed catalogues against the clauses.

The suite is proven if no mutant survives (except those that are argued to be equivalent) and if
every clause kills at least one mutant or has a reason for killing none. For this, a mutant need
not be judged by every clause: it is judged until ``ENOUGH`` clauses have killed it, and a clause
that has killed nothing by then is run with mutants until it has killed one. A full run fills in
the whole matrix. The result is the same for any number of processes.
"""

from __future__ import annotations

import itertools
import signal
import time
import warnings
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import Any, ClassVar, TypeVar

import numpy as np

from lstm_spec.checking.trial import Effort, draw_from_the_seed_alone
from lstm_spec.clauses import Clause, Level
from lstm_spec.clauses import select as select_clauses
from lstm_spec.contract import Implementation
from lstm_spec.mutants import Catalogue, Mutant, catalogue
from lstm_spec.run.judge import judge
from lstm_spec.selftest.cached_oracle import CachedOracle
from lstm_spec.selftest.kill_matrix import Matrix, Row
from lstm_spec.subjects.find import find
from lstm_spec.verdicts import Verdict

ORACLE = "numpy"

EFFORT = Effort(seconds=0.02, most=4, fewest=2)
"""Designed traces decide; Hypothesis adds a few examples, and little time to shrink them."""

PATIENCE = 20.0
"""Seconds after which a clause that a mutant has sent round in circles is given up."""

ENOUGH = 2
"""Clauses that kill a mutant before it is let go, so that no proof hangs on one clause alone."""

TOGETHER = 10
"""Mutants of a stage that one process takes at a time; it begins with what has killed the last."""

Item = TypeVar("Item")


def kill_matrix(
    mutants: Sequence[Mutant],
    jobs: int,
    seed: int = 0,
    saw: Callable[[int], None] = lambda count: None,
    full: bool = False,
) -> Matrix:
    """The mutants against the clauses of the core level, in so many processes.

    ``saw`` hears how many more mutants are done. A part of the catalogue is always asked in full.
    """
    started = time.perf_counter()
    known: Catalogue = catalogue()
    clauses = select_clauses([], Level.CORE)
    whole = len(mutants) == len(known.mutants)
    full = full or not whole
    matrix = Matrix(tuple(mutants), clauses, dict(known.idle), seed, whole, full)
    rows: dict[str, Row] = {}
    with ProcessPoolExecutor(jobs, initializer=begin) as pool:
        enough = None if full else ENOUGH
        groups = list(_groups([(one.stage, one.name) for one in mutants]))
        for done in as_completed([pool.submit(face, one, seed, enough) for one in groups]):
            rows |= {row.mutant: row for row in done.result()}
            saw(len(done.result()))
        killers = {killer for row in rows.values() for killer in row.killers}
        idle = [one for one in clauses if one.id not in killers and one.id not in known.idle]
        if not full:
            turns = [one.name for one in in_turn(mutants, lambda one: one.stage)]
            earned = [pool.submit(earn, one.id, turns, seed) for one in idle]
            for name, clause in (one.result() for one in earned):
                if name:
                    rows[name] = _killed_too(rows[name], clause)
    matrix.rows = [rows[one.name] for one in mutants]
    matrix.seconds = time.perf_counter() - started
    return matrix


def in_turn(items: Iterable[Item], kind: Callable[[Item], Hashable]) -> list[Item]:
    """The first of every kind, then the second of every kind, and so on."""
    kinds: dict[Hashable, list[Item]] = {}
    for one in items:
        kinds.setdefault(kind(one), []).append(one)
    rounds = itertools.zip_longest(*kinds.values())
    return [one for each in rounds for one in each if one is not None]


def _groups(mutants: Sequence[tuple[str, str]]) -> Iterator[list[str]]:
    """The names of (stage, name) by stage, at most ``TOGETHER`` at once."""
    stages: dict[str, list[str]] = {}
    for stage, name in mutants:
        stages.setdefault(stage, []).append(name)
    for names in stages.values():
        for start in range(0, len(names), TOGETHER):
            yield names[start : start + TOGETHER]


def _killed_too(row: Row, clause: str) -> Row:
    """The row with a kill that was looked for later."""
    left = tuple(one for one in row.unasked if one != clause)
    return replace(row, killers=(*row.killers, clause), unasked=left)


class Worker:
    """What a process that judges mutants holds from its beginning."""

    mutants: ClassVar[dict[str, Mutant]] = {}
    oracle: ClassVar[Any] = None


def begin() -> None:
    """Load the catalogue and the oracle once."""
    draw_from_the_seed_alone()
    Worker.mutants = {one.name: one for one in catalogue().mutants}
    Worker.oracle = CachedOracle(find(ORACLE))


def face(names: Sequence[str], seed: int, enough: int | None = None) -> list[Row]:
    """Mutants of one stage against the clauses, each until so many have killed it."""
    clauses = select_clauses([], Level.CORE)
    turns = in_turn(clauses, lambda one: one.family)
    killed: Counter[str] = Counter()
    rows = []
    for name in names:
        started = time.perf_counter()
        found: dict[Verdict, list[str]] = {verdict: [] for verdict in Verdict}
        asked = set()
        for clause in sorted(turns, key=lambda one: -killed[one.id]):
            if enough is not None and len(found[Verdict.FAIL]) >= enough:
                break
            verdict = verdict_of(clause, Worker.mutants[name], Worker.oracle, seed)
            found[verdict].append(clause.id)
            asked.add(clause.id)
        killed.update(found[Verdict.FAIL])
        killers, errors, unsupported = (
            tuple(one.id for one in clauses if one.id in found[verdict])
            for verdict in (Verdict.FAIL, Verdict.ERROR, Verdict.UNSUPPORTED)
        )
        unasked = tuple(one.id for one in clauses if one.id not in asked)
        seconds = time.perf_counter() - started
        rows.append(Row(name, killers, errors, unsupported, unasked, seconds))
    return rows


def earn(clause_id: str, names: Sequence[str], seed: int) -> tuple[str, str]:
    """The first of the mutants that a clause kills, or "", and the clause."""
    clause = next(one for one in select_clauses([], Level.CORE) if one.id == clause_id)
    for name in names:
        if verdict_of(clause, Worker.mutants[name], Worker.oracle, seed) is Verdict.FAIL:
            return name, clause_id
    return "", clause_id


def verdict_of(clause: Clause, mutant: Mutant, oracle: Implementation, seed: int = 0) -> Verdict:
    """What one clause says of one mutant."""
    with warnings.catch_warnings(), np.errstate(all="ignore"), time_limit(PATIENCE):
        warnings.simplefilter("ignore")  # a mutant may divide by zero: that is its nature
        subject: Any = Hurried(mutant.make())
        return judge(clause, subject, oracle, seed=seed, effort=EFFORT).verdict


class Hurried:
    """A mutant that says it is slow, so that the widest pipelines are tried with narrow layers."""

    slow = True

    def __init__(self, mutant: Implementation) -> None:
        self._mutant = mutant

    def __getattr__(self, name: str) -> Any:
        return getattr(self._mutant, name)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt what takes longer: an exception inside the mutant becomes its verdict."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"no verdict within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
