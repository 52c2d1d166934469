"""What a user of Keras can choose, and how fast each choice is: ``docs/data/speed/choices.json``.

``python -m benchmarks.keras_choices --json FILE`` measures it, in a checkout.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lstm_spec.comparison.training_speed import Interval


class BadChoices(ValueError):
    """A file does not hold measured choices; the message says which and why."""


@dataclass(frozen=True)
class PlainWay:
    """The way with which the choices of one work are compared."""

    work: str
    what: str
    """What is done, in a few words."""
    piece: str
    """What is counted: a row that is trained, or a step."""
    code: str
    """What a user writes."""
    backend: str
    first_seconds: float
    """Building, compiling, and the repetitions that are compared."""
    microseconds: Interval
    """Of one piece."""


@dataclass(frozen=True)
class Choice:
    """Another way to do the same work, which gives the same numbers."""

    work: str
    code: str
    """What a user writes in place of the plain way, or besides."""
    backend: str
    numbers: str
    """With what its numbers were compared, and how near they are."""
    another_training: bool
    """Whether the updates are others by definition, as those of a larger batch are."""
    narrow: bool
    """Whether it computes in a narrower type, and so with larger roundings."""
    first_seconds: float
    repetitions: int
    """In a round."""
    microseconds: Interval
    """Of one piece."""
    times_as_fast: Interval
    """Plain way over this choice, of neighbours in one round."""


@dataclass(frozen=True)
class NoFigure:
    """A choice that has no figure."""

    work: str
    code: str
    backend: str
    why: str


@dataclass
class Choices:
    """One whole measurement."""

    command: str
    date: str
    environment: Mapping[str, str]
    libraries: dict[str, str]
    """The version of Keras and of its backend, by the name of the backend."""
    rounds: int
    seconds: float
    """Of a round, at least."""
    plain: list[PlainWay] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    without: list[NoFigure] = field(default_factory=list)

    def of(self, work: str) -> list[Choice]:
        """The choices of a work that have a figure, in the order of the measurement."""
        return [one for one in self.choices if one.work == work]


def as_json(choices: Choices) -> str:
    """The text of the file."""
    return json.dumps(_short(asdict(choices)), indent=1) + "\n"


def _short(value: Any) -> Any:
    """Numbers with five significant digits: no clock is better than that."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {name: _short(one) for name, one in value.items()}
    return [_short(one) for one in value] if isinstance(value, list) else value


def read(path: Path) -> Choices:
    """The measurement in a file. Raises BadChoices for a file that holds none."""
    try:
        data = json.loads(path.read_text("utf-8"))
        found = Choices(
            **{
                **data,
                "plain": [PlainWay(**_measured(one)) for one in data["plain"]],
                "choices": [Choice(**_measured(one)) for one in data["choices"]],
                "without": [NoFigure(**one) for one in data["without"]],
            }
        )
        _check(found)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadChoices(
            f"{path} does not hold measured choices ({type(error).__name__}: {error}); "
            f"python -m benchmarks.keras_choices --json {path} measures them"
        ) from error
    return found


def _measured(one: Mapping[str, Any]) -> dict[str, Any]:
    """With its intervals as such."""
    named = [name for name in ("microseconds", "times_as_fast") if name in one]
    return {**one, **{name: Interval(**one[name]) for name in named}}


def _check(found: Choices) -> None:
    """Raise ValueError for what no measurement can give."""
    works = [one.work for one in found.plain]
    if not works:
        raise ValueError("it has no plain way")
    entries: list[Choice | NoFigure] = [*found.choices, *found.without]
    for entry in entries:
        if entry.work not in works:
            raise ValueError(f"{entry.code!r} is of {entry.work!r}, which has no plain way")
    every: list[PlainWay | Choice] = [*found.plain, *found.choices]
    for timed in every:
        _check_interval(timed.code, timed.microseconds)
    for choice in found.choices:
        _check_interval(choice.code, choice.times_as_fast)


def _check_interval(code: str, one: Interval) -> None:
    if not 0 < one.low <= one.median <= one.high:
        raise ValueError(f"{code!r} has an interval that is none: {one}")
