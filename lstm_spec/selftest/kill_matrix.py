"""The kill matrix: which clause kills which mutant, and whether that proves the suite."""

from __future__ import annotations

from dataclasses import dataclass, field

from lstm_spec.clauses import Clause
from lstm_spec.mutants import Mutant


@dataclass(frozen=True)
class Row:
    """What became of one mutant: clauses by verdict. A clause in none of the lists held."""

    mutant: str
    killers: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    """Clauses in which the mutant broke its adapter: noticed, but not counted as kills."""
    unsupported: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    """Clauses that did not judge it, because others had already killed it."""
    told: tuple[str, ...] = ()
    """What the diagnosis said, if the mutant gives words that it must contain."""
    only_at_length: tuple[str, ...] = ()
    """Those of the killers that needed the effort of ``verify``."""
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
    full: bool = True
    """Whether every mutant was judged by every clause."""
    rows: list[Row] = field(default_factory=list)
    seconds: float = 0.0
    command: str = ""
    """The command that was given, for whoever wants the same matrix again."""

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
    def missed(self) -> list[tuple[Mutant, str]]:
        """Mutants with a clause that is meant for them and has not killed them."""
        rows = {row.mutant: row for row in self.rows}
        return [
            (one, clause)
            for one in self.mutants
            for clause in one.meant_for
            if clause not in rows[one.name].killers
        ]

    @property
    def undiagnosed(self) -> list[Mutant]:
        """Mutants of which the diagnosis does not say what it should, or says something else."""
        told = {row.mutant: row.told for row in self.rows}
        return [one for one in self.mutants if one.words and not one.is_named_by(told[one.name])]

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
        """Clauses that are excused from killing and have killed; a full matrix knows them all."""
        kills = self.kills
        return [one for one in self.clauses if one.id in self.idle_reasons and kills[one.id]]

    @property
    def proven(self) -> bool:
        """Whether every mutant dies, by the clauses that are meant for it too, and is named.

        And whether every clause kills, and no argument has turned out wrong.
        """
        return not (
            self.survivors
            or self.missed
            or self.undiagnosed
            or self.unexplained
            or self.wrongly_equivalent
            or self.idle_no_more
        )
