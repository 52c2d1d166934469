"""The self-test: the mutants of a catalogue against the clauses.

The suite is proven if no mutant survives (except those that are argued to be equivalent), if each
clause that is meant for a mutant kills it, and if every clause kills at least one mutant or has a
reason for killing none. For this, a mutant need not be judged by every clause: it is judged by
those that are meant for it, then by others until ``ENOUGH`` have killed it; and a clause that has
killed nothing by then is run with mutants until it has killed one. A full run fills in the whole
matrix. The result is the same for any number of processes. A mutant that is still alive is judged
once more, at the effort of ``verify``, before it is called a survivor.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

import numpy as np

from lstm_spec.checking.trial import Effort, draw_from_the_seed_alone
from lstm_spec.clauses import Clause, Level
from lstm_spec.clauses import select as select_clauses
from lstm_spec.contract import Implementation
from lstm_spec.diagnosis import diagnose
from lstm_spec.mutants import Catalogue, Mutant, catalogue, select
from lstm_spec.run.judge import judge
from lstm_spec.run.local import deaf_to_signals, end_with, ended_with_the_block, results
from lstm_spec.run.plan import EFFORT as EFFORTS
from lstm_spec.selftest.cached_oracle import CachedOracle
from lstm_spec.selftest.kill_matrix import Matrix, Row
from lstm_spec.selftest.time_limit import OutOfTime, time_limit
from lstm_spec.subjects.find import find
from lstm_spec.verdicts import Verdict

ORACLE = "numpy"

LEVEL = Level.CORE

EFFORT = Effort(seconds=0.02, most=4, fewest=2, shrinks=False)
"""Designed traces decide; Hypothesis adds a few examples."""

IN_PASSING = replace(EFFORT, rows=6)
"""For a clause that is not about the mutant: of a covering array, the first rows alone."""

AT_LENGTH = replace(EFFORTS[LEVEL], call_cost=2e-4, shrinks=False)
"""What ``verify`` spends on an engine whose call takes so many seconds, whatever the machine."""

PATIENCE = 20.0
"""Seconds after which a clause that a mutant has sent round in circles is given up."""

ENOUGH = 2
"""Clauses that kill a mutant before it is let go, so that no proof hangs on one clause alone."""

TOGETHER = 10
"""Mutants of a stage that one process takes at a time; it begins with what has killed the last."""

Item = TypeVar("Item")


def kill_matrix(
    known: Catalogue | None = None,
    only: Iterable[str] = (),
    *,
    jobs: int = 1,
    seed: int = 0,
    full: bool = False,
    command: str = "",
    saw: Callable[[int], None] = lambda count: None,
) -> Matrix:
    """The mutants of a catalogue against the clauses of the core level, in so many processes.

    Without a catalogue, those that are installed are taken; ``only`` names mutants or stages.
    ``saw`` hears how many more mutants are done. A part of the installed mutants, and a catalogue
    that is given, meet every clause, and say nothing about clauses that kill none of them. Where a
    process cannot safely be copied with all that it holds (anywhere but on Linux), one process does
    it all.

    Raises ValueError for a name in ``only`` that is none.
    """
    started = time.perf_counter()
    wanted, installed = tuple(only), known is None
    known = known or catalogue()
    mutants = select(known.mutants, wanted)
    whole = installed and len(mutants) == len(known.mutants)
    clauses = select_clauses([], LEVEL)
    full = full or not whole
    matrix = Matrix(mutants, clauses, dict(known.idle), seed, whole, full, command=command)
    rows: dict[str, Row] = {}
    with processes(jobs, known) as pool:
        enough = None if full else ENOUGH
        groups = list(_groups([(one.stage, one.name) for one in mutants]))
        for done in results(pool, face, [(one, seed, enough) for one in groups]):
            rows |= {row.mutant: row for row in done}
            saw(len(done))
        killers = {killer for row in rows.values() for killer in row.killers}
        idle = [one for one in clauses if one.id not in killers and one.id not in known.idle]
        if not full:
            turns = [one.name for one in in_turn(mutants, lambda one: one.stage)]
            for name, clause in sorted(
                results(pool, earn, [(one.id, turns, seed) for one in idle])
            ):
                if name:
                    rows[name] = _killed_too(rows[name], clause)
        alive = [name for name, row in rows.items() if not row.killers]
        for name, clause in results(pool, at_length, [(name, seed) for name in alive]):
            if clause:
                rows[name] = replace(_killed_too(rows[name], clause), only_at_length=(clause,))
    matrix.rows = [rows[one.name] for one in mutants]
    matrix.seconds = time.perf_counter() - started
    return matrix


@contextmanager
def processes(jobs: int, known: Catalogue) -> Iterator[Executor]:
    """Processes that hold the catalogue as it is: a mutant may be what no file can hold.

    They end with the block, whatever they are doing.
    """
    if sys.platform == "linux":
        context = multiprocessing.get_context("fork")
        pool = ProcessPoolExecutor(jobs, context, _begin_apart, (known, os.getpid()))
        with ended_with_the_block(pool):
            with deaf_to_signals():
                pool.submit(int)  # starts all processes
            yield pool
    else:
        begin(known)
        yield _Here()


class _Here(Executor):
    """Does at once, in this process, what it is given."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The result, in the form of one that is still to come."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


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


def _begin_apart(known: Catalogue, parent: int) -> None:
    """In a new process."""
    end_with(parent)
    begin(known)


def begin(known: Catalogue) -> None:
    """Take the catalogue and the oracle once."""
    draw_from_the_seed_alone()
    Worker.mutants = {one.name: one for one in known.mutants}
    Worker.oracle = CachedOracle(find(ORACLE))


def face(names: Sequence[str], seed: int, enough: int | None = None) -> list[Row]:
    """Mutants of one stage against the clauses, each until so many have killed it.

    The clauses that are meant for a mutant come first, and all of them.
    """
    clauses = select_clauses([], LEVEL)
    turns = in_turn(clauses, lambda one: one.family)
    killed: Counter[str] = Counter()
    rows = []
    for name in names:
        mutant = Worker.mutants[name]
        started = time.perf_counter()
        found: dict[Verdict, list[str]] = {verdict: [] for verdict in Verdict}
        asked = set()
        for clause in sorted(
            turns, key=lambda one: (one.id not in mutant.meant_for, -killed[one.id])
        ):
            dead = enough is not None and len(found[Verdict.FAIL]) >= enough
            if dead and clause.id not in mutant.meant_for:
                break
            effort = EFFORT if clause.id in mutant.meant_for else IN_PASSING
            found[verdict_of(clause, mutant, Worker.oracle, seed, effort)].append(clause.id)
            asked.add(clause.id)
        killed.update(found[Verdict.FAIL])
        killers, errors, unsupported = (
            tuple(one.id for one in clauses if one.id in found[verdict])
            for verdict in (Verdict.FAIL, Verdict.ERROR, Verdict.UNSUPPORTED)
        )
        unasked = tuple(one.id for one in clauses if one.id not in asked)
        told = told_of(mutant, Worker.oracle, seed) if mutant.words else ()
        seconds = time.perf_counter() - started
        rows.append(Row(name, killers, errors, unsupported, unasked, told, seconds=seconds))
    return rows


def earn(clause_id: str, names: Sequence[str], seed: int) -> tuple[str, str]:
    """The first of the mutants that a clause kills, or "", and the clause."""
    clause = next(one for one in select_clauses([], LEVEL) if one.id == clause_id)
    for name in names:
        if verdict_of(clause, Worker.mutants[name], Worker.oracle, seed) is Verdict.FAIL:
            return name, clause_id
    return "", clause_id


def at_length(name: str, seed: int) -> tuple[str, str]:
    """A mutant, and the first clause that kills it at the effort of ``verify``, or ""."""
    for clause in select_clauses([], LEVEL):
        if verdict_of(clause, Worker.mutants[name], Worker.oracle, seed, AT_LENGTH) is Verdict.FAIL:
            return name, clause.id
    return name, ""


def told_of(mutant: Mutant, oracle: Implementation, seed: int = 0) -> tuple[str, ...]:
    """What the diagnosis says of a mutant."""
    with quietly():
        try:
            with time_limit(PATIENCE):
                return tuple(one.sentence for one in diagnose(mutant.make(), oracle, seed))
        except OutOfTime:
            return ()


def verdict_of(
    clause: Clause,
    mutant: Mutant,
    oracle: Implementation,
    seed: int = 0,
    effort: Effort = EFFORT,
) -> Verdict:
    """What one clause says of one mutant; with little effort, of its narrow pipelines."""
    with quietly():
        try:
            with time_limit(PATIENCE):
                subject: Any = mutant.make() if effort is AT_LENGTH else Hurried(mutant.make())
                return judge(clause, subject, oracle, seed=seed, effort=effort).verdict
        except OutOfTime:
            return Verdict.ERROR


@contextmanager
def quietly() -> Iterator[None]:
    """Inside, a mutant may divide by zero without a warning: that is its nature."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


class Hurried:
    """A mutant that says it is slow, so that the widest pipelines are tried with narrow layers."""

    slow = True

    def __init__(self, mutant: Implementation) -> None:
        self._mutant = mutant

    def __getattr__(self, name: str) -> Any:
        return getattr(self._mutant, name)
