"""``bench``: speed side by side, for those that do the same work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from lstm_spec import expectations
from lstm_spec.bench import SECONDS_PER_ROUND, Refusal, every_library, gate, show_all, workloads
from lstm_spec.bench import bench as measure
from lstm_spec.bench import show as report
from lstm_spec.bench.documented import chosen as documented
from lstm_spec.bench.side_by_side import Settings
from lstm_spec.bench.subject_process import SubjectFailed
from lstm_spec.bench.threshold import times_to_threshold
from lstm_spec.cli.app import DEVIATIONS, UNUSABLE, app, err, given_command, out, plain_errors, stop
from lstm_spec.cli.verify import Jobs, processes
from lstm_spec.comparison import training_speed
from lstm_spec.output import targets
from lstm_spec.pipelines import PIPELINES
from lstm_spec.saved_models.engines.names import kerases

ANSWER_SECONDS = 120.0
"""After so long an answer of a subject is given up, unless its recipe or --timeout says more."""


@app.command(
    epilog="""Examples:

    lstm-spec bench numpy jax --pipeline alphabet-stateful

    lstm-spec bench --all-keras torch jax --json speeds.json"""
)
def bench(
    implementations: Annotated[
        list[str] | None,
        typer.Argument(help="Names; the first is what the others are compared with."),
    ] = None,
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
    all_keras: Annotated[
        bool,
        typer.Option(
            "--all-keras", help="Every pinned Keras and the names given, beside the oracle."
        ),
    ] = False,
    timeout: Annotated[
        float | None, typer.Option(help="Of an answer, in seconds; with --all-keras.", min=1)
    ] = None,
    jobs: Jobs = "auto",
) -> None:
    """Judge STATE and TRAIN, then time whoever keeps them. Exit 1: somebody was refused.

    With --all-keras the first epochs of each work are compared with those of the oracle in the
    process that is timed; who differs has no figure but the reason, which is a result: exit 0.
    """
    with plain_errors():
        targets.check(json_file, plot)
        if all_keras:
            strange = {
                "--kind": kind,
                "--expect": expect,
                "--to-threshold": to_threshold,
                "--plot": plot,
            }
            for option, given in strange.items():
                if given:
                    raise ValueError(
                        f"{option} is for named implementations: --all-keras times the documented "
                        "pipelines and one step at a time; leave one of the two out"
                    )
            settings = Settings(rounds, seconds, timeout or ANSWER_SECONDS)
            _every_keras(implementations or [], pipeline or [], settings, json_file)
            return
        if not implementations:
            raise ValueError("name the implementations, or give --all-keras")
        if timeout is not None:
            raise ValueError("--timeout is for --all-keras: add that, or leave --timeout out")
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


def _every_keras(
    names: list[str],
    pipelines: list[str],
    settings: Settings,
    json_file: Path | None,
) -> None:
    """Every pinned Keras and the names given; the figures so far are kept after each group."""
    for name in names:
        every_library.check(name)
    years = kerases()

    def keep(speeds: training_speed.Speeds) -> None:
        if json_file is not None:
            targets.write(training_speed.as_json(speeds), json_file)

    try:
        speeds = every_library.measure(
            [*(name for name in names if name not in years), *years],
            documented(pipelines),
            settings,
            given_command(),
            say=lambda what: err.print(Text(what, style="dim")),
            keep=keep,
        )
    except SubjectFailed as failed:
        stop(str(failed), UNUSABLE)
    show_all.show(speeds, out)
