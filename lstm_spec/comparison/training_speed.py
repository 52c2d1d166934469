"""How fast the documented pipelines train in each library: ``docs/data/speed/training.json``.

``lstm-spec bench --all-keras --json FILE`` measures it. The file lies in ``docs`` of a checkout and
is packed into a wheel.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

NAME = "training-speed.json"
PLACES = (
    Path(__file__).parents[1] / NAME,
    Path(__file__).parents[2] / "docs" / "data" / "speed" / "training.json",
)

SLOWER = 1.1
"""From this factor on, a release that takes longer than the one before it is named."""

KERASES = ("keras-", "tf-keras-")
"""How the names of the pinned Kerases begin."""


class BadSpeeds(ValueError):
    """A file does not hold measured speeds; the message says which and why."""


@dataclass(frozen=True)
class Interval:
    """The median over the rounds, with a 95 % interval of the median."""

    median: float
    low: float
    high: float

    def over(self, other: Interval) -> Interval:
        """The quotient; the widest that the two intervals allow."""
        return Interval(self.median / other.median, self.low / other.high, self.high / other.low)


@dataclass(frozen=True)
class Work:
    """What is timed."""

    name: str
    what: str
    """One piece of it: an update or a step."""
    pieces: int
    """In one repetition: an epoch, or a pass over the letters."""
    sample_steps: int
    """Time steps of all rows in one piece."""
    compared: int
    """Pieces after which the subject's numbers were compared with those of the oracle."""


@dataclass(frozen=True)
class Subject:
    """What was timed, and in which surroundings."""

    name: str
    library: str
    version: str
    backend: str
    python: str
    memory: int
    """The largest resident set, in bytes; 0 where the system does not show it."""
    threads: int
    """0 where the system does not show them."""
    group: int
    """Those of one group took turns in the same rounds."""

    @property
    def chain(self) -> tuple[str, str]:
        """Releases of one library on one backend follow each other; tf_keras follows tf.keras."""
        return self.library.replace("tf_keras", "tf.keras"), (self.backend.split() or [""])[0]


@dataclass(frozen=True)
class Figure:
    """One subject at one work."""

    subject: str
    work: str
    way: str
    """How it was asked: fit, train_on_batch, whole runs, predict or call."""
    first_seconds: float
    """Building the model, compiling, and the pieces that were compared with the oracle."""
    repetitions: int
    """In one round."""
    microseconds: Interval
    """Of one piece."""
    ratio: Interval
    """How many times as long as the oracle took in the same round."""


@dataclass(frozen=True)
class NoFigure:
    """One subject that has no figure at one work, and why."""

    subject: str
    work: str
    kind: str
    """``other work`` (its numbers are not those of the oracle), ``not supported`` or ``failed``."""
    why: str
    """What was seen: the first number that differs, or what was raised."""
    cause: str = ""
    """Why it is so, where that is known."""
    clauses: tuple[str, ...] = ()
    """Of STATE and TRAIN, which its report has as failed for that cause."""

    @property
    def sentence(self) -> str:
        """What was seen, and why it is so."""
        return f"{self.why}; the cause: {self.cause}" if self.cause else self.why


@dataclass(frozen=True)
class Slower:
    """A release that takes longer for a work than the release before it, beyond the intervals."""

    work: str
    before: str
    after: str
    factor: Interval


@dataclass
class Speeds:
    """One whole measurement."""

    command: str
    date: str
    environment: Mapping[str, str]
    rounds: int
    seconds: float
    """Of a round, at least."""
    oracle: str
    works: list[Work]
    subjects: list[Subject] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)
    """Who was not there at all, and why."""
    figures: list[Figure] = field(default_factory=list)
    without: list[NoFigure] = field(default_factory=list)

    def figure(self, subject: str, work: str) -> Figure | None:
        """The figure of a subject at a work, if it has one."""
        return next((o for o in self.figures if (o.subject, o.work) == (subject, work)), None)

    def reason(self, subject: str, work: str) -> NoFigure | None:
        """Why a subject has no figure at a work."""
        return next((o for o in self.without if (o.subject, o.work) == (subject, work)), None)

    def subject(self, name: str) -> Subject | None:
        """The subject of that name, if it was there."""
        return next((one for one in self.subjects if one.name == name), None)

    def chains(self) -> dict[tuple[str, str], list[Subject]]:
        """The pinned Kerases by library and backend, each in the order of the years."""
        found: dict[tuple[str, str], list[Subject]] = {}
        for one in self.subjects:
            if one.name.startswith(KERASES):
                found.setdefault(one.chain, []).append(one)
        return found

    def slower(self) -> list[Slower]:
        """Every step between successive releases that takes more than 10 % longer.

        Only where the intervals of the two ratios to the oracle do not overlap. A release without
        a figure at the work is passed over.
        """
        return list(self._slower())

    def _slower(self) -> Iterator[Slower]:
        for work in self.works:
            for releases in self.chains().values():
                timed = [self.figure(one.name, work.name) for one in releases]
                for before, after in pairwise(one for one in timed if one is not None):
                    factor = after.ratio.over(before.ratio)
                    if factor.median > SLOWER and after.ratio.low > before.ratio.high:
                        yield Slower(work.name, before.subject, after.subject, factor)


def as_json(speeds: Speeds) -> str:
    """The text of the file."""
    return json.dumps(_short(asdict(speeds)), indent=1) + "\n"


def _short(value: Any) -> Any:
    """Numbers with five significant digits: no clock is better than that."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {name: _short(one) for name, one in value.items()}
    return [_short(one) for one in value] if isinstance(value, (list, tuple)) else value


def read(path: Path) -> Speeds:
    """The measurement in a file. Raises BadSpeeds for a file that holds none."""
    try:
        data = json.loads(path.read_text("utf-8"))
        return Speeds(
            **{
                **data,
                "works": [Work(**one) for one in data["works"]],
                "subjects": [Subject(**one) for one in data["subjects"]],
                "figures": [_figure(one) for one in data["figures"]],
                "without": [
                    NoFigure(**{**one, "clauses": tuple(one["clauses"])}) for one in data["without"]
                ],
            }
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadSpeeds(
            f"{path} does not hold measured speeds ({error}); "
            f"lstm-spec bench --all-keras --json {path} measures them"
        ) from error


def _figure(one: Mapping[str, Any]) -> Figure:
    intervals = {name: Interval(**one[name]) for name in ("microseconds", "ratio")}
    return Figure(**{**one, **intervals})


@cache
def shipped() -> Speeds | None:
    """The measurement of this package; None where it is missing."""
    for place in PLACES:
        if place.exists():
            return read(place)
    return None
