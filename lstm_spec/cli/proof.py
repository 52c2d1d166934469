"""``selftest``: every mutant must be killed, and no conforming implementation may fail."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from lstm_spec import mutants
from lstm_spec.cli.app import AS_EXPECTED, DEVIATIONS, MAINTAINERS, app, err, out, plain_errors
from lstm_spec.cli.verify import Jobs, Seed, processes
from lstm_spec.output import targets
from lstm_spec.output.progress import Stand, progress
from lstm_spec.output.wording import counted
from lstm_spec.selftest.campaign import kill_matrix
from lstm_spec.selftest.false_alarms import repeat as repeat_on_conforming
from lstm_spec.site import kill_matrix_page as report


@app.command(epilog="Example: lstm-spec selftest --only carry", rich_help_panel=MAINTAINERS)
def selftest(
    only: Annotated[list[str] | None, typer.Option(help="A mutant or a stage.")] = None,
    repeat: Annotated[
        int,
        typer.Option(
            help="Instead, judge conforming implementations, with this many seeds.", min=0
        ),
    ] = 0,
    full: Annotated[
        bool,
        typer.Option(
            help="Judge every mutant with every clause, even after others have killed it."
        ),
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="The matrix as JSON.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="The matrix as Markdown.")] = None,
    jobs: Jobs = "auto",
    seed: Seed = 0,
) -> None:
    """Judge the mutants until every mutant is killed and every clause has killed one.

    Exit 0: the suite is proven; 1: it is not.
    """
    with plain_errors():
        known = mutants.catalogue()
        if not known.mutants:
            raise ValueError(
                "no catalogue of mutants is installed (entry points lstm_spec.mutants)"
            )
        if repeat:
            raise typer.Exit(_repeat(known, repeat, seed, processes(jobs)))
        targets.check(json_file, markdown)
        chosen = mutants.select(known.mutants, only or [])
        stand = Stand("mutants", len(chosen))
        with progress(err, stand):
            matrix = kill_matrix(chosen, processes(jobs), seed, stand.advance, full)
        report.show(matrix, out)
        if json_file:
            report.write_json(matrix, json_file)
        if markdown:
            report.write_markdown(matrix, markdown)
        raise typer.Exit(AS_EXPECTED if matrix.proven else DEVIATIONS)


def _repeat(known: mutants.Catalogue, seeds: int, first: int, jobs: int) -> int:
    """Judge conforming implementations with every clause; the exit code."""
    stand = Stand("seeds", seeds * len(known.conforming))
    with progress(err, stand):
        result = repeat_on_conforming(known.conforming, seeds, jobs, first, stand.advance)
    for alarm in result.alarms:
        out.print(Text(f"false alarm: {alarm}", style="red"))
    for pair, count in result.judgements.items():
        out.print(f"{pair}: {counted(seeds, 'seed')}, {counted(count, 'judgement')}")
    out.print(f"{counted(len(result.alarms), 'false alarm')}, {result.seconds:.0f} s")
    return DEVIATIONS if result.alarms else AS_EXPECTED
