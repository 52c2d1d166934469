"""``docs/keras-history.md``: what changes from one Keras to the next, as the reports tell it.

The order is that of the recipes, which is that of the years; each version is compared with the one
before it that has a report. ``lstm-spec upgrade FROM TO`` compares any two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from textwrap import shorten

from lstm_spec import environments
from lstm_spec.comparison import matrix, saved_files, training_speed
from lstm_spec.comparison.matrix import Column
from lstm_spec.comparison.upgrade import as_text, upgrade
from lstm_spec.site.share_picture import picture

HEAD = """# From one Keras to the next

This page shows what passes in each Keras that has a report, and what changes if you upgrade, in the
words of `lstm-spec upgrade FROM TO`. The reports come from `lstm-spec verify NAME --create-env`,
which runs that Keras in the Python that it needs; the reasons come from the known deviations that
are shipped for it.

Written by `python -m lstm_spec.site.pages`; do not edit.
"""

WIDTH = 120
"""So many characters of a reason are shown in the table of steps."""

FAMILIES = ("keras-", "tf-keras-")
"""How the names of its environments begin."""


def columns(folder: Path) -> list[Column]:
    """The reports on Keras in a folder, in the order of the recipes."""
    return matrix.columns(folder, is_keras)


def is_keras(name: str) -> bool:
    """Whether the environment of that name has a Keras."""
    return name.startswith(FAMILIES)


def summary(versions: Sequence[Column]) -> str:
    """The versions, and in a line each what changes from one to the next."""
    parts = [HEAD, *picture("keras-history"), *_table(versions), *_steps(versions)]
    return "\n".join(parts) + "\n"


def in_full(versions: Sequence[Column]) -> str:
    """What ``lstm-spec upgrade`` says of each step."""
    return "\n\n".join(_upgrades(versions))


def _table(versions: Sequence[Column]) -> Iterator[str]:
    yield "| name | what | Python | passes | fails | not supported |"
    yield "| --- | --- | --- | ---: | ---: | ---: |"
    for one in versions:
        counts = one.counts()
        python = one.implementation.get("python", "")
        signs = " | ".join(str(counts[sign]) for sign in "✓✗·")
        yield f"| {one.name} | {one.title} | {python} | {signs} |"
    missing = [
        name
        for name in environments.recipes()
        if is_keras(name) and name not in {one.name for one in versions}
    ]
    if missing:
        yield f"\nWithout a report yet: {', '.join(missing)}."


def _steps(versions: Sequence[Column]) -> Iterator[str]:
    if len(versions) < 2:
        return
    yield "\n## Step by step\n"
    yield "| from | to | broken | fixed | defaults changed | what is broken first of all |"
    yield "| --- | --- | ---: | ---: | ---: | --- |"
    for before, after in pairwise(versions):
        found = upgrade(before, after)
        broken, fixed = (
            sum(len(one.clauses) for one in changes) for changes in (found.broken, found.fixed)
        )
        first = _shortened(found.broken[0].reason) if found.broken else ""
        yield (
            f"| {before.name} | {after.name} | {broken} | {fixed} | {len(found.defaults)} | "
            f"{first} |"
        )


def _shortened(reason: str) -> str:
    """The reason up to its first explanation, in one cell of a table."""
    words = " ".join(reason.replace("|", "\\|").split())
    return shorten(words.split(":")[0] if not words.startswith("not so") else words, WIDTH)


def _upgrades(versions: Sequence[Column]) -> Iterator[str]:
    for before, after in pairwise(versions):
        text = as_text(upgrade(before, after, saved_files.shipped(), training_speed.shipped()))
        yield f"## From {before.name} to {after.name}\n\n```text\n{text}```"
