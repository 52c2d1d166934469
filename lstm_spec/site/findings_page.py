"""``docs/findings.md``: what is wrong in released libraries, from the heads of the scripts.

Each script in the folder begins with its title, the fields ``Library``, ``Clauses`` and
``Documented``, what is expected and what happens, and the command that runs it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

HEAD = """# What the suite has found in released libraries

Each entry is a deviation from the specification that `lstm-spec verify` has found, and a script
shows it with the library alone. The command creates the library's pinned environment if there is
none yet, and runs the script in it. The script prints what is expected and what happens. It exits
with 1 while the deviation exists, and with 0 when it is gone.

If a library differs on purpose and says so (the initial bias, where Adam adds epsilon, two biases),
that is not a finding. `lstm-spec explain CLAUSE` says what a clause requires.

`python -m lstm_spec.site.pages` writes this page from the scripts; do not edit it.
"""

OF_FILES = "none; found by the fixtures of saved models"
FIELDS = ("Library", "Clauses", "Documented", "Run")


class BadHead(ValueError):
    """The head of a script is incomplete; the message says what is missing."""


@dataclass(frozen=True)
class Entry:
    """One deviation of one library."""

    script: str
    title: str
    library: str
    clauses: tuple[str, ...]
    documented: str
    text: str
    command: str

    @property
    def name(self) -> str:
        """The library without its version."""
        return re.split(r" \d", self.library)[0]


def entries(folder: Path) -> list[Entry]:
    """Every script of the folder, by library and script. Raises BadHead."""
    files = [file for file in folder.iterdir() if file.suffix in (".py", ".js")]
    found = [entry(file) for file in files]
    return sorted(found, key=lambda one: (one.name.casefold(), one.library, one.script))


def entry(file: Path) -> Entry:
    """What the head of a script says. Raises BadHead."""
    title, *paragraphs = re.split(r"\n\s*\n", _head(file))
    fields: dict[str, str] = {}
    text = []
    for paragraph in paragraphs:
        if not paragraph.startswith(tuple(f"{name}: " for name in FIELDS)):
            text.append(paragraph)
            continue
        for part in re.split(rf"\n(?=(?:{'|'.join(FIELDS)}): )", paragraph):
            name, _, value = part.partition(": ")
            fields[name] = " ".join(value.split())
    missing = [name for name in FIELDS if not fields.get(name)]
    if not text:
        missing.append("what is expected and what happens")
    if missing:
        raise BadHead(f"{file.name} lacks {', '.join(missing)}")
    return Entry(
        file.name,
        " ".join(title.split()),
        fields["Library"],
        () if fields["Clauses"] == OF_FILES else tuple(fields["Clauses"].split(", ")),
        fields["Documented"],
        " ".join(" ".join(text).split()),
        fields["Run"],
    )


def _head(file: Path) -> str:
    """The docstring of a Python script, or the comment that a JavaScript one begins with."""
    source = file.read_text("utf-8")
    if file.suffix == ".py":
        return ast.get_docstring(ast.parse(source)) or ""
    comment = re.match(r"/\*\*(.*?)\*/", source, re.DOTALL)
    lines = comment.group(1).splitlines() if comment else []
    return "\n".join(line.removeprefix(" *").removeprefix(" ") for line in lines).strip()


def as_markdown(found: Sequence[Entry]) -> str:
    """The whole page: a table of the libraries, then every entry."""
    groups = [(name, list(group)) for name, group in groupby(found, lambda one: one.name)]
    parts = [HEAD, "| library | deviations | clauses |", "| --- | ---: | ---: |"]
    for name, group in groups:
        clauses = {clause for one in group for clause in one.clauses}
        parts.append(f"| {name} | {len(group)} | {len(clauses)} |")
    for name, group in groups:
        parts += ["", f"## {name}"]
        for one in group:
            parts += ["", *_entry(one)]
    return "\n".join(parts) + "\n"


def _entry(one: Entry) -> list[str]:
    """A heading, the facts, the command."""
    several = "s" if len(one.clauses) > 1 else ""
    by = f"Clause{several} {', '.join(one.clauses)}" if one.clauses else "Clauses: " + OF_FILES
    return [
        f"### {one.title.removesuffix('.')}",
        "",
        f"{one.library}. {by}. Documented: {one.documented}.",
        "",
        one.text,
        "",
        f"    {one.command}",
    ]
