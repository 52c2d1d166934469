"""Which Keras reads what another one saved: the measured table, ``docs/data/saved-models.json``.

``python -m reference.saved_models.loads`` measures it: every pinned Keras loads what every other
one wrote, with its own loader, and predicts. The table lies in ``docs`` of a checkout and is packed
into a wheel.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from lstm_spec.meaning.refusals import NO_REFUSAL, Refusal, understand
from lstm_spec.output.wording import listed

NAME = "saved-models.json"
PLACES = (
    Path(__file__).parents[1] / NAME,
    Path(__file__).parents[2] / "docs" / "data" / NAME,
)

SAME = 1e-4
"""Up to this difference, as a part of the largest output, two Kerases compute the same: float32
gives 1e-6, and a word that means something else 1e-2 and more."""

Outcome = Literal["same", "other", "refused", "does not run"]


@dataclass(frozen=True)
class Result:
    """What one Keras does with one file of another.

    ``difference`` is a part of the largest output; None where it says nothing (another shape, not
    finite). ``error`` is the first line of what the loader or ``predict`` raised.
    ``without_compiling``: refused by the plain loader, while compile=False gave the outcome.
    """

    writer: str
    reader: str
    file: str
    outcome: Outcome
    difference: float | None = None
    said: str = ""
    error: str = ""
    without_compiling: bool = False

    @property
    def model(self) -> str:
        """The name of the model, without the suffix of the file."""
        return self.file.rsplit(".", 1)[0]

    @property
    def refusal(self) -> Refusal:
        """What the error means."""
        return understand(self.error) if self.error else NO_REFUSAL

    @property
    def cause(self) -> str:
        """Why it is refused or does not run: the cause, or the message where none is known."""
        return self.refusal.cause or self.error


@dataclass(frozen=True)
class Loads:
    """The whole table."""

    command: str
    versions: Mapping[str, Mapping[str, str]]
    """``keras``, ``module``, ``backend`` and ``python`` of each environment."""
    files: tuple[tuple[str, str], ...]
    results: Mapping[str, tuple[Result, ...]]
    """By reader, one for each file."""

    @property
    def readers(self) -> list[str]:
        """In the order of ``versions``, as far as they have been measured."""
        return [name for name in self.versions if name in self.results]

    @property
    def writers(self) -> list[str]:
        """In the order of ``versions``."""
        wrote = {writer for writer, _ in self.files}
        return [name for name in self.versions if name in wrote]

    def between(self, writer: str, reader: str) -> list[Result]:
        """What the reader does with the files of the writer."""
        return [one for one in self.results.get(reader, ()) if one.writer == writer]


def read(path: Path, order: Iterable[str] = ()) -> Loads:
    """The table in a file; ``order`` are the names of the environments, oldest first."""
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    known = list(order)
    names = sorted(
        data["keras"], key=lambda name: known.index(name) if name in known else len(known)
    )
    files = tuple((writer, file) for writer, file in data["files"])
    return Loads(
        data["command"],
        {name: data["keras"][name] for name in names},
        files,
        {
            reader: tuple(
                result(writer, reader, file, one, data["errors"])
                for (writer, file), one in zip(files, row, strict=True)
            )
            for reader, row in data["results"].items()
        },
    )


def result(writer: str, reader: str, file: str, one: Any, errors: list[str]) -> Result:
    """One entry in the form that the file itself describes under ``form``."""
    if isinstance(one, dict) and "refused" in one:
        error = errors[one["refused"]]
        if "without compiling" not in one:
            return Result(writer, reader, file, "refused", error=error)
        after = result(writer, reader, file, one["without compiling"], errors)
        outcome: Outcome = after.outcome
        said = (after.difference, after.said, after.error or error)
        return Result(writer, reader, file, outcome, *said, without_compiling=True)
    if isinstance(one, dict):
        return Result(writer, reader, file, "does not run", error=errors[one["predict"]])
    if isinstance(one, str):
        return Result(writer, reader, file, "other", None, one)
    return Result(writer, reader, file, "same" if one <= SAME else "other", float(one))


@cache
def shipped() -> Loads | None:
    """The table of this package; None where it is missing."""
    for place in PLACES:
        if place.exists():
            return read(place)
    return None


@dataclass
class Group:
    """Files with the same fate for the same cause."""

    cause: str
    repair: str = ""
    results: list[Result] = field(default_factory=list)

    @property
    def models(self) -> str:
        """The files, in short."""
        return listed(dict.fromkeys(one.file for one in self.results), 6)


def grouped(results: Iterable[Result]) -> list[Group]:
    """By cause, the most frequent first."""
    groups: dict[str, Group] = {}
    for one in results:
        group = groups.setdefault(one.cause, Group(one.cause, one.refusal.repair))
        group.results.append(one)
    return sorted(groups.values(), key=lambda group: -len(group.results))
