"""``vectors first``: the cases to run first, as measured; and the measurement."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from lstm_spec import mutants
from lstm_spec.cli.app import err, given_command, out, plain_errors
from lstm_spec.extras import install, missing
from lstm_spec.output import targets
from lstm_spec.output.progress import Stand, progress
from lstm_spec.output.wording import counted
from lstm_spec.subjects.find import DEFAULT_ORACLE, find
from lstm_spec.vectors import cases, exporting, files, first_cases

KINDS = ", ".join(one.name for one in first_cases.KINDS)


def first(
    kind: Annotated[str, typer.Argument(help=f"A kind of engine: {KINDS}; else all.")] = "",
    every: Annotated[
        bool, typer.Option("--all", help="The whole smallest set, not only the ten to begin with.")
    ] = False,
    measure: Annotated[
        bool, typer.Option("--measure", help="Find the sets again (a quarter of an hour).")
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="The sets as JSON.")] = None,
) -> None:
    """Print the cases to run first: the fewest that notice what all cases notice."""
    with plain_errors():
        if kind and kind not in [one.name for one in first_cases.KINDS]:
            raise ValueError(f"there is no kind of engine {kind!r}; there are {KINDS}")
        targets.check(json_file)
        data = _measured() if measure else first_cases.recorded()
        for one in data["kinds"]:
            if kind in ("", one["name"]):
                _show(one, "smallest" if every else "first")
        if json_file:
            targets.write(files.as_text(data) + "\n", json_file)


def _measured() -> dict[str, Any]:
    """Every planted mutant on every case, and the sets that follow."""
    if missing("mutation"):
        raise ValueError(f"--measure needs the extra mutation: {install('mutation')}")
    planted, oracle = mutants.catalogue().mutants, find(DEFAULT_ORACLE)
    written = [exporting.completed(one, oracle) for one in cases()]
    stand = Stand("mutants", len(planted))
    with progress(err, stand):
        found = first_cases.measured(planted, written, stand.advance)
    return first_cases.as_data(found, written, planted, given_command())


def _show(kind: Mapping[str, Any], which: str) -> None:
    """The cases of one kind of engine in the order in which they are run."""
    smallest, few = kind["smallest"], kind["first"]
    noticed = sum(one["notices"] for one in few)
    table = Table("case", "kB", "mistakes that it adds")
    for one in kind[which]:
        adds = one["notices"] if isinstance(one["notices"], int) else len(one["notices"])
        table.add_row(Text(one["case"]), f"{one['bytes'] / 1000:.1f}", str(adds))
    out.print(Text(f"{kind['name']}: {kind['sentence']}"), table)
    out.print(
        Text(
            f"All {kind['cases']} cases notice {counted(kind['mutants'], 'planted mistake')}; "
            f"so do {len(smallest)} of them, and no fewer. "
            f"The best {len(few)} notice {noticed}."
        )
    )
