"""``bench``: speed side by side, for those that do the same work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from lstm_spec import expectations
from lstm_spec.bench import SECONDS_PER_ROUND, Refusal, gate, workloads
from lstm_spec.bench import bench as measure
from lstm_spec.bench import show as report
from lstm_spec.bench.subject_process import SubjectFailed
from lstm_spec.bench.threshold import times_to_threshold
from lstm_spec.cli.app import DEVIATIONS, UNUSABLE, app, err, given_command, out, plain_errors, stop
from lstm_spec.cli.verify import Jobs, processes
from lstm_spec.output import targets
from lstm_spec.pipelines import PIPELINES


@app.command(epilog="Example: lstm-spec bench numpy jax --pipeline alphabet-stateful")
def bench(
    implementations: Annotated[
        list[str], typer.Argument(help="Names; the first is what the others are compared with.")
    ],
    kind: Annotated[
        list[str] | None, typer.Option(help="train, predict, step or sweep; may be repeated.")
    ] = None,
    pipeline: Annotated[list[str] | None, typer.Option(help="Only these pipelines.")] = None,
    expect: Annotated[
        list[str] | None, typer.Option(help="File (or shipped name) of known deviations.")
    ] = None,
    rounds: Annotated[int, typer.Option(help="Timed rounds.", min=3)] = 7,
    seconds: Annotated[
        float, typer.Option(help="Of a round, at least; more where fit takes long to begin.", min=0)
    ] = SECONDS_PER_ROUND,
    to_threshold: Annotated[
        int, typer.Option(help="Also: time to the published accuracy, over N seeds.", min=0)
    ] = 0,
    json_file: Annotated[Path | None, typer.Option("--json", help="All figures.")] = None,
    plot: Annotated[Path | None, typer.Option(help="A log-log plot of the sweep (SVG).")] = None,
    jobs: Jobs = "auto",
) -> None:
    """Judge STATE and TRAIN, then time whoever keeps them. Exit 1: somebody was refused."""
    with plain_errors():
        targets.check(json_file, plot)
        chosen = workloads(kind or ["train", "predict", "step"], pipeline or [])
        known: dict[str, expectations.Expectation] = {}
        for one in expect or []:
            known |= expectations.read(one)
        admitted: list[str] = []
        refused: list[Refusal] = []
        met: dict[str, tuple[str, ...]] = {}
        for name in implementations:
            err.print(Text(f"judging STATE and TRAIN of {name}", style="dim"))
            refusal, met[name] = gate(name, known, jobs=processes(jobs))
            if refusal is None:
                admitted.append(name)
            else:
                refused.append(refusal)
                err.print(Text(refusal.sentence, style="red"))
        if not admitted:
            raise typer.Exit(DEVIATIONS)
        try:
            found, facts = measure(
                admitted,
                chosen,
                rounds=rounds,
                seconds=seconds,
                progress=lambda what: err.print(Text(what, style="dim")),
            )
        except SubjectFailed as failed:
            stop(str(failed), UNUSABLE)
        thresholds = times_to_threshold(admitted, pipeline or list(PIPELINES), to_threshold, found)
        report.show(found, facts, met, out)
        report.show_thresholds(thresholds, out)
        if json_file is not None:
            report.write(found, facts, met, refused, thresholds, given_command(), json_file)
        if plot is not None:
            report.draw(found, plot)
    if refused:
        raise typer.Exit(DEVIATIONS)
