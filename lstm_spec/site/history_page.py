"""``docs/keras-history.md``: what changes from one Keras to the next, as the reports tell it.

    python -m lstm_spec.site.history_page reports docs/keras-history.md

The order is that of the recipes, which is that of the years; each version is compared with the one
before it that has a report. ``lstm-spec upgrade FROM TO`` compares any two.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from lstm_spec import environments
from lstm_spec.comparison.matrix import Column, column
from lstm_spec.comparison.upgrade import as_text, upgrade

HEAD = """# From one Keras to the next

What holds in each Keras that has a report, and what changes for somebody who upgrades, in the words
of `lstm-spec upgrade FROM TO`. The reports come from `lstm-spec verify NAME --create-env`, which
runs that Keras in the Python that it needs; reasons come from the known deviations that are shipped
for it.

Written by `python -m lstm_spec.site.history_page reports docs/keras-history.md`; do not edit.
"""

FAMILIES = ("keras-", "tf-keras-")
"""How the names of its environments begin."""


def columns(folder: Path) -> list[Column]:
    """The reports on Keras in a folder, in the order of the recipes."""
    names = [name for name in environments.recipes() if name.startswith(FAMILIES)]
    return [column(folder / f"{one}.json") for one in names if (folder / f"{one}.json").exists()]


def as_markdown(versions: Sequence[Column]) -> str:
    """The page."""
    return "\n".join([HEAD, *_table(versions), *_steps(versions)])


def _table(versions: Sequence[Column]) -> Iterator[str]:
    yield "| name | what | Python | holds | does not | cannot be asked |"
    yield "| --- | --- | --- | ---: | ---: | ---: |"
    for one in versions:
        counts = one.counts()
        python = one.implementation.get("python", "")
        signs = " | ".join(str(counts[sign]) for sign in "✓✗·")
        yield f"| {one.name} | {one.title} | {python} | {signs} |"
    missing = [
        name
        for name in environments.recipes()
        if name.startswith(FAMILIES) and name not in {one.name for one in versions}
    ]
    if missing:
        yield f"\nWithout a report yet: {', '.join(missing)}."


def _steps(versions: Sequence[Column]) -> Iterator[str]:
    for before, after in pairwise(versions):
        text = as_text(upgrade(before, after))
        yield f"\n## From {before.name} to {after.name}\n\n```text\n{text}```"


def main() -> None:
    """Read the reports, write the page."""
    if len(sys.argv) != 3:
        sys.exit("python -m lstm_spec.site.history_page FOLDER FILE")
    folder, file = map(Path, sys.argv[1:])
    file.write_text(as_markdown(columns(folder)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
