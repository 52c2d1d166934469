"""``selftest``: every mutant must be killed, and no conforming implementation may fail."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from lstm_spec import mutants
from lstm_spec.cli import beside
from lstm_spec.cli.app import (
    AS_EXPECTED,
    DEVIATIONS,
    MAINTAINERS,
    UNUSABLE,
    app,
    err,
    given_command,
    out,
    plain_errors,
    stop,
)
from lstm_spec.cli.verify import Jobs, Seed, processes
from lstm_spec.extras import install, missing
from lstm_spec.output import targets
from lstm_spec.output.progress import Stand, progress
from lstm_spec.output.wording import counted
from lstm_spec.run.interruption import Interruption
from lstm_spec.run.local import Local
from lstm_spec.selftest import diagnosed
from lstm_spec.selftest.campaign import kill_matrix
from lstm_spec.selftest.false_alarms import repeat as repeat_on_conforming
from lstm_spec.selftest.generated.campaign import drawn
from lstm_spec.selftest.generated.campaign import generated as generate
from lstm_spec.selftest.generated.campaign import survivors as survivors_of
from lstm_spec.selftest.generated.outcome import Judged, Outcome
from lstm_spec.site import diagnosis_page as diagnosis_report
from lstm_spec.site import generated_mutants_page as generated_report
from lstm_spec.site import kill_matrix_page as report

WRONG_AT_MOST = 0.01
"""The share of mistakes that the diagnosis may name wrongly."""

EXAMPLES = """Examples:

    lstm-spec selftest --only carry

    lstm-spec selftest --catalogue my_mutants.py:catalogue

    lstm-spec selftest --generated 300 --seed 1"""


@app.command(epilog=EXAMPLES, rich_help_panel=MAINTAINERS)
def selftest(
    only: Annotated[list[str] | None, typer.Option(help="A mutant or a stage.")] = None,
    catalogue: Annotated[
        str, typer.Option(metavar="FILE.py:NAME", help="This catalogue, not the installed ones.")
    ] = "",
    repeat: Annotated[
        int,
        typer.Option(
            help="Instead, judge conforming implementations, with this many seeds.", min=0
        ),
    ] = 0,
    generated: Annotated[
        int, typer.Option(help="Instead: so many changes of an engine's source.", min=0)
    ] = 0,
    survivors: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.json", help="Instead: those that survived in an outcome of --generated."
        ),
    ] = None,
    diagnosis: Annotated[
        bool,
        typer.Option(
            "--diagnosis", help="Instead, what the diagnosis says of the mutants and changes."
        ),
    ] = False,
    vectors: Annotated[
        bool,
        typer.Option(
            "--vectors", help="Instead: whether the smallest sets of cases notice what all do."
        ),
    ] = False,
    others: Annotated[
        bool,
        typer.Option(
            "--other-suites", help="Instead: what the LSTM tests of other projects notice."
        ),
    ] = False,
    full: Annotated[
        bool,
        typer.Option(
            help="Judge every mutant with every clause, even after others have killed it."
        ),
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="The outcome as JSON.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="The matrix as Markdown.")] = None,
    jobs: Jobs = "auto",
    seed: Seed = 0,
) -> None:
    """Judge the mutants until every mutant is killed and every clause has killed one.

    Exit 0: the suite is proven; 1: it is not.
    """
    with plain_errors():
        instead = bool(repeat or generated or survivors or diagnosis or vectors or others)
        _refuse_together(instead, only=only, full=full, markdown=markdown)
        if repeat and (generated or diagnosis):
            raise ValueError("give --repeat or --generated, not both")
        if survivors and (repeat or generated or diagnosis):
            raise ValueError("--survivors says which mutants are judged: give it alone")
        known = mutants.from_file(catalogue) if catalogue else mutants.catalogue()
        targets.check(json_file, markdown)
        if vectors:
            raise typer.Exit(beside.smallest_sets(known))
        if others:
            raise typer.Exit(beside.other_suites(known, generated, seed, json_file))
        if repeat:
            raise typer.Exit(_repeat(known, repeat, seed, processes(jobs)))
        if (generated or survivors) and missing("mutation"):
            raise ValueError(f"--generated needs the extra mutation: {install('mutation')}")
        if diagnosis:
            raise typer.Exit(_diagnosis(known, generated, seed, processes(jobs), json_file))
        if generated or survivors:
            raise typer.Exit(
                _generated(known, generated, survivors, seed, processes(jobs), json_file)
            )
        if not known.mutants:
            raise ValueError(
                f"{catalogue} has no mutants"
                if catalogue
                else "no catalogue of mutants is installed (entry points lstm_spec.mutants)"
            )
        stand = Stand("mutants", len(mutants.select(known.mutants, only or [])))
        with progress(err, stand):
            matrix = kill_matrix(
                known if catalogue else None,
                only or [],
                jobs=processes(jobs),
                seed=seed,
                full=full,
                command=given_command(),
                saw=stand.advance,
            )
        report.show(matrix, out)
        if json_file:
            report.write_json(matrix, json_file)
        if markdown:
            report.write_markdown(matrix, markdown)
        raise typer.Exit(AS_EXPECTED if matrix.proven else DEVIATIONS)


def _refuse_together(instead: bool, **others: Any) -> None:
    """An option that would be ignored is an error."""
    for name, value in others.items():
        if instead and value:
            raise ValueError(f"--{name} is about the mutants of a catalogue: leave it out here")


def _generated(
    known: mutants.Catalogue,
    count: int,
    survivors: Path | None,
    seed: int,
    jobs: int,
    json_file: Path | None,
) -> int:
    """Changes of the catalogue's source against the clauses; the exit code.

    A signal ends it, but what was judged before it is shown and written.
    """
    if len(known.sources) != 1:
        raise ValueError(
            f"--generated needs one source to change, and the catalogue has {len(known.sources)}"
        )
    (source,) = known.sources
    places, changes = survivors_of(source, survivors) if survivors else drawn(source, count, seed)
    stand = Stand("mutants", len(changes))
    alive = 0

    def saw(one: Judged) -> None:
        nonlocal alive
        alive += one.outcome is Outcome.SURVIVED
        stand.advance(1, f"{alive} survived")

    workers = Local(min(jobs, max(1, len(changes))))
    with Interruption() as interruption:
        with progress(err, stand), interruption.telling(workers.stop):
            campaign = generate(source, places, changes, workers, seed, saw)
        generated_report.show(campaign, out)
        if json_file:
            generated_report.write_json(campaign, given_command(), json_file)
    if campaign.cut_short:
        stop(campaign.cut_short, interruption.exit_code if interruption else UNUSABLE)
    return DEVIATIONS if campaign.survivors or campaign.wrongly_argued else AS_EXPECTED


def _diagnosis(
    known: mutants.Catalogue, count: int, seed: int, jobs: int, json_file: Path | None
) -> int:
    """What the diagnosis says of mutants and of changes; the exit code."""
    stand = Stand("mistakes", len(known.mutants) + count * len(known.sources))
    with progress(err, stand):
        figures = diagnosed.figures(known, count, jobs, seed, given_command(), stand.advance)
    diagnosis_report.show(figures, out)
    if json_file:
        diagnosis_report.write_json(figures, json_file)
    return DEVIATIONS if figures.share_wrong() > WRONG_AT_MOST else AS_EXPECTED


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
