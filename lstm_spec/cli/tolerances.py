"""``tolerances``: the noise below each tolerance and the mistakes above it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from lstm_spec import mutants
from lstm_spec.cli.app import MAINTAINERS, app, err, out, plain_errors
from lstm_spec.output import targets
from lstm_spec.selftest import tolerance_margins
from lstm_spec.site import tolerances_page
from lstm_spec.subjects.find import find
from lstm_spec.vectors import cases, effects, exporting

NOISY, EXACT = "numpy-float32", "numpy"


@app.command(
    epilog="Example: lstm-spec tolerances --seeds 200 --json docs/data/tolerances.json",
    rich_help_panel=MAINTAINERS,
)
def tolerances(
    seeds: Annotated[int, typer.Option(help="Random problems for each size.", min=1)] = 20,
    with_mutants: Annotated[
        bool, typer.Option("--mutants/--no-mutants", help="The effects of mistakes (minutes).")
    ] = True,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write what was measured here, too.")
    ] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write the page here, too.")] = None,
) -> None:
    """Measure float32 against float64, and every planted mistake, beside each tolerance."""
    with plain_errors():
        targets.check(json_file, markdown)
        err.print(f"measuring {NOISY} against {EXACT} over {seeds} seeds", markup=False)
        noise = list(tolerance_margins.measured(find(NOISY), find(EXACT), range(seeds)))
        planted = mutants.catalogue().mutants if with_mutants else ()
        if planted:
            err.print(f"running {len(planted)} mutants on the vectors", markup=False)
        oracle = find(EXACT)
        vectors = [exporting.completed(one, oracle) for one in cases()] if planted else []
        found = effects.table(planted, vectors)
        option = "" if with_mutants else " --no-mutants"
        data = tolerance_margins.as_data(
            f"lstm-spec tolerances --seeds {seeds}{option} --json {tolerances_page.FILE}",
            noise,
            planted,
            found,
        )
        for title, sentence, rows in tolerances_page.sections(data):
            table = Table(*rows[0], title=title, title_justify="left")
            for row in rows[1:]:
                table.add_row(*map(Text, row))
            out.print(Text(sentence), table)
        if json_file:
            targets.write(as_text(data), json_file)
        if markdown:
            targets.write(tolerances_page.as_markdown(data), markdown)


def as_text(data: dict[str, object]) -> str:
    """The data with a line for each size and each mutant, so that a change reads well in a diff."""
    head = {name: one for name, one in data.items() if not isinstance(one, list)}
    text = json.dumps(head, indent=1).removesuffix("\n}")
    for name, entries in data.items():
        if isinstance(entries, list):
            rows = ",\n  ".join(json.dumps(one) for one in entries)
            text += f',\n "{name}": [\n  {rows}\n ]'
    return text + "\n}\n"
