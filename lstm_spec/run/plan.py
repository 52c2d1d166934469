"""What a run is to do, decided before it begins, so that nothing can get lost on the way."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field

from lstm_spec.checking.trial import Effort
from lstm_spec.clauses import Clause, Level
from lstm_spec.environments import Recipe
from lstm_spec.subjects.address import Address

EFFORT = {
    Level.SMOKE: Effort(seconds=0.2, most=4),
    Level.CORE: Effort(seconds=1.5, most=40),
    Level.FULL: Effort(seconds=15.0, most=500),
}
"""Hypothesis' budget for one clause at each depth."""

LOCAL = "local"
"""The executor that is this machine itself."""

LIMIT = {Level.SMOKE: 60.0, Level.CORE: 120.0, Level.FULL: 3600.0}
"""Seconds after which a clause is given up and its process ended."""


@dataclass(frozen=True)
class Plan:
    """One run: a subject, an oracle, the clauses to judge and how."""

    subject: Address
    clauses: tuple[Clause, ...]
    oracle: str | None = None
    level: Level = Level.CORE
    seed: int = 0
    jobs: int = 1
    verbose: bool = False
    limit: float | None = None
    """Seconds that a clause may take, in place of the usual limit."""
    memory_mib: int | None = None
    """What a clause may hold in memory: its judge, its subject and whatever that started."""
    effort: Effort = field(default=EFFORT[Level.CORE])
    executor: str = LOCAL
    """Who judges: processes of this machine, or the workers of a Dask scheduler."""
    trace: str = ""
    """The file that is to hold what is said to a subject in another process; none if empty."""

    def __post_init__(self) -> None:
        if self.jobs < 1:
            raise ValueError(f"at least one process has to judge, not {self.jobs}")

    @property
    def smoke(self) -> tuple[Clause, ...]:
        """The clauses that are judged first, and alone."""
        return tuple(one for one in self.clauses if one.level is Level.SMOKE)

    @property
    def seconds_per_clause(self) -> float:
        """After how long a clause is given up: later for a subject whose answers take longer."""
        if self.limit is not None:
            return self.limit
        return LIMIT[self.level] + max(0.0, self.subject.answer_seconds - Recipe.answer_seconds)

    def reproduce(self, clause_id: str) -> str:
        """The command that judges one clause of this run again."""
        words = ["lstm-spec verify", self.subject.as_arguments(), "--only", clause_id]
        if self.oracle:
            words += ["--oracle", shlex.quote(self.oracle)]
        if self.level is not Level.CORE:
            words += ["--level", str(self.level)]
        if self.limit is not None:
            words += ["--timeout", f"{self.limit:g}"]
        if self.memory_mib is not None:
            words += ["--memory", str(self.memory_mib)]
        return " ".join([*words, "--seed", str(self.seed)])
