"""The file of a study: a header, then one line per seed; it survives being killed at any moment.

While a study runs, every finished seed is appended to a journal beside the file. When all seeds are
there, the file is written in the order of the seeds and put in place in one step, and the journal
goes. Nothing in it depends on when, in what order or in how many attempts the seeds were run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Run = dict[str, Any]
"""``seed``, every figure by name, and for the first seeds the learning curves."""

CURVES = "curves"

HEADER = {
    "study": str,
    "implementation": str,
    "version": str,
    "epochs": int,
    "documented_epochs": int,
    "command": str,
}
"""What is read from the first line, and of which kind it is."""

REMEDY = "lstm-spec study writes such files; take the line or the file away, and study again"


class BadResults(ValueError):
    """The file holds no results of a study; the message has the file, the line and the remedy."""


@dataclass(frozen=True)
class Results:
    """What a finished study has found."""

    header: Mapping[str, Any]
    runs: Sequence[Run] = field(default_factory=tuple)

    @property
    def figures(self) -> dict[str, list[float]]:
        """Every figure over the seeds."""
        names = [name for name in self.runs[0] if name not in ("seed", CURVES)]
        return {name: [float(run[name]) for run in self.runs] for name in names}


def read(file: Path) -> Results:
    """A finished study. Raises BadResults, with the file and the line, for what is none."""
    header, runs = _parsed(file, file.read_text("utf-8", "replace").splitlines())
    if not runs:
        raise BadResults(f"{file} has a header and no runs: {REMEDY}")
    return Results(header, tuple(runs))


def _parsed(file: Path, lines: Sequence[str]) -> tuple[dict[str, Any], list[Run]]:
    """The header and the runs of these lines. Raises BadResults."""
    entries: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
        except ValueError as error:
            raise BadResults(f"{file}, line {number} is no JSON ({error}): {REMEDY}") from error
        if lacking := _lacking(entry, HEADER if number == 1 else {"seed": int}):
            raise BadResults(f"{file}, line {number} {lacking}: {REMEDY}")
        entries.append(entry)
    if not entries:
        raise BadResults(f"{file} is empty: {REMEDY}")
    header, *runs = entries
    for number, run in enumerate(runs, 2):
        figures = [name for name in runs[0] if name not in ("seed", CURVES)]
        if not figures:
            raise BadResults(f"{file}, line {number} has a seed and no figures: {REMEDY}")
        if lacking := _lacking(run, dict.fromkeys(figures, (int, float))):
            raise BadResults(f"{file}, line {number} (seed {run['seed']}) {lacking}: {REMEDY}")
    return header, runs


def _lacking(entry: Any, wanted: Mapping[str, Any]) -> str:
    """What is wrong with an entry that should have these keys and kinds; empty if nothing is."""
    if not isinstance(entry, dict):
        return "is no JSON object"
    for name, kind in wanted.items():
        if name not in entry:
            return f"has no {name!r}"
        if not isinstance(entry[name], kind) or isinstance(entry[name], bool):
            return f"has {entry[name]!r:.40} as its {name!r}"
    return ""


class Journal:
    """The runs so far, one line each. A torn last line, as a kill may leave it, is run again."""

    def __init__(self, file: Path, header: Mapping[str, Any]) -> None:
        self.file = file
        self.journal = file.with_name(file.name + ".part")
        self.header = dict(header)
        self.runs: dict[int, Run] = {}

    def resume(self) -> None:
        """Take up what an earlier attempt, or a study of fewer seeds, has left.

        Raises ValueError where that was another study: other figures must not be mixed with these.
        """
        for source in (self.file, self.journal):
            if source.exists():
                self._take(source)
        lines = [self.header, *(self.runs[seed] for seed in sorted(self.runs))]
        _replace(self.journal, lines)

    def append(self, runs: Sequence[Run]) -> None:
        """Add finished runs, in one write."""
        text = "".join(_line(run) for run in runs)
        with self.journal.open("a") as journal:
            journal.write(text)
        self.runs.update({run["seed"]: run for run in runs})

    def finish(self, seeds: Sequence[int]) -> Results:
        """Write the file with all runs in the order of their seeds; the journal goes.

        The results are those of ``seeds``; runs of more seeds, from an earlier study, are kept.
        """
        _replace(self.file, [self.header, *(self.runs[seed] for seed in sorted(self.runs))])
        self.journal.unlink()
        return Results(self.header, tuple(self.runs[seed] for seed in seeds))

    def _take(self, source: Path) -> None:
        lines = source.read_text("utf-8", "replace").splitlines(keepends=True)
        whole = [line for line in lines if line.endswith("\n")]
        if not whole:
            return
        header, runs = _parsed(source, whole)
        for name, value in self.header.items():
            if name != "command" and header.get(name) != value:
                raise ValueError(
                    f"{source} holds another study: {name} is {header.get(name)!r} there and "
                    f"{value!r} now; give another --out or move it away"
                )
        self.runs.update({run["seed"]: run for run in runs})


def _line(data: Mapping[str, Any]) -> str:
    return json.dumps(data, separators=(",", ":")) + "\n"


def _replace(file: Path, lines: Sequence[Mapping[str, Any]]) -> None:
    """Write a file so that at any moment the old or the new one is there, whole."""
    new = file.with_name(file.name + ".new")
    with new.open("w") as handle:
        handle.writelines(map(_line, lines))
        handle.flush()
        os.fsync(handle.fileno())
    new.replace(file)
