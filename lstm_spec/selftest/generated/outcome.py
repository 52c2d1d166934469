"""What became of a change, and what is argued of those that change nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from lstm_spec.selftest.generated.changes import Change


class Outcome(StrEnum):
    """How a changed engine ended."""

    KILLED = "killed"  # a clause failed
    RAISED = "raised"  # the engine raised an exception where a result was due
    TIMED_OUT = "timed out"
    SURVIVED = "survived"
    EQUIVALENT = "equivalent"  # survived, and somebody has argued that it must


NOTICED = (Outcome.KILLED, Outcome.RAISED, Outcome.TIMED_OUT)


@dataclass(frozen=True)
class Judged:
    """A change and what became of it."""

    change: Change
    outcome: Outcome
    clause: str = ""
    """The clause that noticed it; "" for one that could not even be imported."""
    told: str = ""
    """What the clause said, the exception, or the argument that it changes nothing."""
    subject: str = ""
    """Which of the engine's subjects it was noticed in."""
    seconds: float = 0.0


@dataclass(frozen=True)
class Argument:
    """Why a change of a source changes nothing that an implementation promises."""

    file: str
    inside: str
    was: str
    becomes: tuple[str, ...]
    """What the lines may become: the argument is about all of these."""
    why: str

    def __post_init__(self) -> None:
        given: str | Sequence[str] = self.becomes
        several = (given,) if isinstance(given, str) else tuple(given)
        object.__setattr__(self, "becomes", several)

    def is_about(self, change: Change) -> bool:
        """Whether this is the change; lines may have moved."""
        mine = self.file, self.inside, self.was
        place = change.module.file, change.inside, change.was
        return mine == place and change.becomes in self.becomes


@dataclass(frozen=True)
class LeftOut:
    """A function, a class or a whole file (``inside`` is "") whose changes are not drawn."""

    file: str
    inside: str
    why: str

    def holds(self, file: str, inside: str) -> bool:
        """Whether a place is in it."""
        return file == self.file and (not self.inside or f"{inside}.".startswith(f"{self.inside}."))


@dataclass(frozen=True)
class Arguments:
    """All that is argued of a source."""

    equivalent: tuple[Argument, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def of(self, change: Change) -> Argument | None:
        """The argument about this change, if there is one."""
        return next((one for one in self.equivalent if one.is_about(change)), None)

    def leaves_out(self, file: str, inside: str) -> bool:
        """Whether a place is in a part that is left out."""
        return any(one.holds(file, inside) for one in self.left_out)


def read_arguments(file: Path | None) -> Arguments:
    """The arguments in a TOML file with ``[[equivalent]]`` and ``[[left_out]]``.

    Raises ValueError, with the name of the file, for an entry that lacks something.
    """
    if file is None:
        return Arguments()
    data = tomllib.loads(file.read_text("utf-8"))
    try:
        return Arguments(
            tuple(Argument(**one) for one in data.pop("equivalent", [])),
            tuple(LeftOut(**one) for one in data.pop("left_out", [])),
        )
    except TypeError as error:
        raise ValueError(f"{file.name}: {error}") from error


@dataclass
class Campaign:
    """One draw, judged."""

    asked: int
    seed: int
    sites: int
    """How many places the draw is from."""
    arguments: Arguments
    judged: list[Judged] = field(default_factory=list)
    seconds: float = 0.0
    cut_short: str = ""
    """Why not all that was asked for has been judged; "" where all has."""

    def count(self, *outcomes: Outcome) -> int:
        """How many ended in one of these ways."""
        return sum(1 for one in self.judged if one.outcome in outcomes)

    @property
    def survivors(self) -> list[Judged]:
        """Those that nothing noticed and nobody has argued away."""
        return [one for one in self.judged if one.outcome is Outcome.SURVIVED]

    @property
    def wrongly_argued(self) -> list[Judged]:
        """Those of which it is argued that nothing can notice them, and something did."""
        return [
            one
            for one in self.judged
            if one.outcome in NOTICED and self.arguments.of(one.change) is not None
        ]

    @property
    def noticed(self) -> int:
        """How many were noticed, in whatever way."""
        return self.count(*NOTICED)

    @property
    def counted(self) -> int:
        """How many could have been noticed: all but the equivalent ones."""
        return len(self.judged) - self.count(Outcome.EQUIVALENT)

    @property
    def rate(self) -> float:
        """The share of those that could have been noticed that was."""
        return self.noticed / self.counted if self.counted else 1.0

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """The exact (Clopper-Pearson) interval of the rate; needs the extra ``mutation``."""
        from scipy.stats import binomtest

        if not self.counted:
            return 0.0, 1.0
        found = binomtest(self.noticed, self.counted).proportion_ci(confidence, "exact")
        return float(found.low), float(found.high)
