"""Every face of a finished run is put out on its own: what one of them loses, the others still say.

The text comes first. What could not be put out is returned, with its path and the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from lstm_spec.output import targets
from lstm_spec.output.terminal import PipeClosed
from lstm_spec.report import Report, json_report, junit, text


class Files(NamedTuple):
    """Where the files of a report are to be written, each if anywhere."""

    json: Path | None = None
    junit: Path | None = None
    html: Path | None = None

    def check(self) -> None:
        """Raise CannotWrite before the run for what could not be written after it."""
        targets.check(*self)

    @property
    def take_standard_output(self) -> bool:
        """Whether one of them is standard output, so that the text has to go elsewhere."""
        return any(map(targets.is_standard_output, self))


def put_out(
    report: Report, files: Files, console: Console, *, verbose: bool = False
) -> list[Exception | PipeClosed]:
    """Print the text, then write each file that was asked for; everything that failed."""
    failures: list[Exception | PipeClosed] = []

    def attempt(face: Callable[[], None]) -> None:
        try:
            face()
        except (Exception, PipeClosed) as failure:
            failures.append(failure)

    attempt(lambda: text.show(report, console, verbose=verbose))
    if (path := files.json) is not None:
        attempt(lambda: json_report.write(report, path))
    if (page := files.html) is not None:
        attempt(lambda: _html(report, page))
    if (xml := files.junit) is not None:
        attempt(lambda: junit.write(report, xml))
    return failures


def _html(report: Report, path: Path) -> None:
    from lstm_spec.report import html  # no other run waits for the template engine

    html.write(json_report.as_data(report), path)
