"""The kill matrix: every mutant of the installed catalogues against every clause.

The suite is proven if no mutant survives (but for those that are argued to be equivalent) and if
every clause kills at least one mutant or says why it is kept. Nothing stops at the first kill: the
matrix is complete.
"""

from __future__ import annotations

import signal
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, ClassVar

import numpy as np

from lstm_spec.clauses import Clause, Depth
from lstm_spec.clauses import select as select_clauses
from lstm_spec.contract import Implementation
from lstm_spec.judge import judge
from lstm_spec.mutants import Catalogue, Mutant, catalogue
from lstm_spec.subjects.find import find
from lstm_spec.trial import Effort, draw_from_the_seed_alone
from lstm_spec.verdicts import Verdict

ORACLE = "numpy"

EFFORT = Effort(seconds=0.02, most=4, fewest=2)
"""Designed traces decide; Hypothesis adds a few examples, and little time to shrink them."""

PATIENCE = 20.0
"""Seconds after which a clause that a mutant has sent round in circles is given up."""


@dataclass(frozen=True)
class Row:
    """What became of one mutant: clauses by verdict. A clause in none of the lists held."""

    mutant: str
    killers: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    """Clauses in which the mutant broke its adapter: noticed, but not counted as kills."""
    unsupported: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass
class Matrix:
    """The outcome of a self-test."""

    mutants: tuple[Mutant, ...]
    clauses: tuple[Clause, ...]
    idle_reasons: dict[str, str]
    seed: int
    whole: bool
    """Whether every mutant took part; only then can a clause be called idle."""
    rows: list[Row] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def survivors(self) -> list[Mutant]:
        """Mutants that no clause killed and nobody argued to be equivalent."""
        killed = {row.mutant for row in self.rows if row.killers}
        return [one for one in self.mutants if one.name not in killed and not one.equivalent]

    @property
    def wrongly_equivalent(self) -> list[Mutant]:
        """Mutants that are argued to be equivalent and were killed."""
        killed = {row.mutant for row in self.rows if row.killers}
        return [one for one in self.mutants if one.name in killed and one.equivalent]

    @property
    def kills(self) -> dict[str, int]:
        """How many mutants each clause killed."""
        counts = {clause.id: 0 for clause in self.clauses}
        for row in self.rows:
            for killer in row.killers:
                counts[killer] += 1
        return counts

    @property
    def idle(self) -> list[Clause]:
        """Clauses that killed nothing."""
        kills = self.kills
        return [one for one in self.clauses if self.whole and not kills[one.id]]

    @property
    def unexplained(self) -> list[Clause]:
        """Clauses that killed nothing and for which no reason is written down."""
        return [one for one in self.idle if one.id not in self.idle_reasons]

    @property
    def idle_no_more(self) -> list[Clause]:
        """Clauses that are excused from killing and have killed."""
        kills = self.kills
        return [one for one in self.clauses if one.id in self.idle_reasons and kills[one.id]]

    @property
    def proven(self) -> bool:
        """No survivor, no unexplained idle clause, no argument that has turned out wrong."""
        return not (
            self.survivors or self.unexplained or self.wrongly_equivalent or self.idle_no_more
        )


def kill_matrix(
    mutants: Sequence[Mutant],
    jobs: int,
    seed: int = 0,
    saw: Callable[[Row], None] = lambda row: None,
) -> Matrix:
    """Every one of the mutants against every clause of the core level, in so many processes."""
    started = time.perf_counter()
    known: Catalogue = catalogue()
    matrix = Matrix(
        tuple(mutants),
        select_clauses([], Depth.CORE),
        dict(known.idle),
        seed,
        whole=len(mutants) == len(known.mutants),
    )
    with ProcessPoolExecutor(jobs, initializer=begin) as pool:
        waiting = [pool.submit(face, one.name, seed) for one in mutants]
        for done in as_completed(waiting):
            matrix.rows.append(done.result())
            saw(matrix.rows[-1])
    order = {one.name: index for index, one in enumerate(mutants)}
    matrix.rows.sort(key=lambda row: order[row.mutant])
    matrix.seconds = time.perf_counter() - started
    return matrix


class Worker:
    """What a process that judges mutants holds from its beginning."""

    mutants: ClassVar[dict[str, Mutant]] = {}
    oracle: ClassVar[Any] = None


def begin() -> None:
    """Load the catalogue and the oracle once."""
    draw_from_the_seed_alone()
    Worker.mutants = {one.name: one for one in catalogue().mutants}
    Worker.oracle = find(ORACLE)


def face(name: str, seed: int) -> Row:
    """One mutant against every clause; each gets a mutant that has seen no other clause."""
    mutant, oracle = Worker.mutants[name], Worker.oracle
    killers, errors, unsupported = [], [], []
    started = time.perf_counter()
    for clause in select_clauses([], Depth.CORE):
        verdict = verdict_of(clause, mutant, oracle, seed)
        if verdict is Verdict.FAIL:
            killers.append(clause.id)
        elif verdict is Verdict.ERROR:
            errors.append(clause.id)
        elif verdict is Verdict.UNSUPPORTED:
            unsupported.append(clause.id)
    seconds = time.perf_counter() - started
    return Row(name, tuple(killers), tuple(errors), tuple(unsupported), seconds)


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
