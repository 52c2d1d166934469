"""What is installed here, and which implementations can be verified, now or after one command."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lstm_spec import SPEC_VERSION, __version__, environments
from lstm_spec.environments.create import MissingInterpreter, interpreter, node_programs
from lstm_spec.extras import extras, install, missing
from lstm_spec.subjects.find import UnusableSubject, find, known


def examine(console: Console) -> None:
    """Print everything, the most useful last."""
    console.print(
        Text(
            f"lstm-spec {__version__}, specification {SPEC_VERSION}, "
            f"Python {platform.python_version()} ({sys.executable})"
        )
    )
    console.print(_extras())
    console.print(_pinned())
    console.print(_installed())


def _extras() -> Table:
    table = Table("extra", "installed?", title="Optional parts", title_justify="left")
    for name in extras():
        lacking = missing(name)
        told = f"no: {install(name)} (lacks {', '.join(lacking)})" if lacking else "yes"
        table.add_row(name, Text(told, style="" if lacking else "green"))
    return table


def _installed() -> Table:
    table = Table(
        "implementation", "can it be verified?", title="In this Python", title_justify="left"
    )
    for name in known():
        try:
            found = find(name)
            told = Text(f"yes: lstm-spec verify {name} (version {found.version})", style="green")
        except UnusableSubject as error:
            told = Text(f"no: {error}")
        table.add_row(name, told)
    return table


def _pinned() -> Table:
    title = "In environments of their own"
    table = Table("state", "names", title=title, title_justify="left", show_lines=True)
    ready = [one.name for one in environments.recipes().values() if one.is_ready]
    if ready:
        table.add_row("ready: lstm-spec verify NAME", Text(", ".join(ready), style="green"))
    possible: list[str] = []
    reasons: dict[str, list[str]] = {}
    for one, reason in _obstacles():
        if not reason:
            possible.append(one)
        else:
            reasons.setdefault(reason, []).append(one)
    if possible:
        table.add_row("after lstm-spec env create NAME", ", ".join(possible))
    for reason, names in reasons.items():
        table.add_row(Text(f"no: {reason}"), ", ".join(names))
    return table


def _obstacles() -> Iterator[tuple[str, str]]:
    """Every recipe that is not ready, with what is in its way, if anything is."""
    known_pythons: dict[str, str] = {}
    for one in environments.recipes().values():
        if one.is_ready:
            continue
        key = "node" if one.packages else one.python
        if key not in known_pythons:
            try:
                if one.packages:
                    node_programs()
                else:
                    interpreter(one.python)
                known_pythons[key] = ""
            except MissingInterpreter as error:
                known_pythons[key] = str(error)
        yield one.name, known_pythons[key]
