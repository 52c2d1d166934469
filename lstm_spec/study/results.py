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
    """A finished study. Raises ValueError, with the file's name, for what is none."""
    try:
        header, *runs = (json.loads(line) for line in file.read_text().splitlines())
        if "study" not in header or not runs:
            raise ValueError("no header or no runs")
    except (ValueError, TypeError) as error:
        raise ValueError(f"{file} is no file of results of lstm-spec study: {error}") from error
    return Results(header, tuple(runs))


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
        lines = source.read_text().splitlines(keepends=True)
        whole = [line for line in lines if line.endswith("\n")]
        if not whole:
            return
        try:
            header, *runs = (json.loads(line) for line in whole)
        except ValueError as error:
            raise ValueError(f"{source} is no file of results: {error}; move it away") from error
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
