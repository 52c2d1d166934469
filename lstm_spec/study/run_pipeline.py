"""``lstm-spec run``: train one documented pipeline, then show what its document shows.

``run`` gives the outcome as data; ``run_and_show`` adds a progress line, prints the outcome and
writes the files that were asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lstm_spec.checking.trial import describe
from lstm_spec.contract import History, Implementation
from lstm_spec.output import targets
from lstm_spec.output.progress import Stand, progress
from lstm_spec.pipelines import Pipeline, find
from lstm_spec.pipelines.demonstration import Demonstration
from lstm_spec.pipelines.pipeline import Measures
from lstm_spec.pipelines.training import Progress, train
from lstm_spec.study import plots
from lstm_spec.subjects.address import Address

Watch = Callable[[Pipeline, Progress], None]


@dataclass(frozen=True)
class PipelineRun:
    """One trained network: how it was trained, what it measures, what it shows."""

    pipeline: str
    source: str
    implementation: str
    seed: int
    epochs: int
    documented_epochs: int
    updates: int
    seconds: float
    cpu_seconds: float
    measures: Measures
    published: list[dict[str, Any]]
    demonstration: Demonstration
    history: History

    @property
    def microseconds_per_update(self) -> float:
        """Training alone, compilation included."""
        return self.seconds / self.updates * 1e6

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {**asdict(self), "microseconds_per_update": self.microseconds_per_update}


def run(
    pipeline: str,
    implementation: Implementation | str = "numpy",
    *,
    epochs: int | None = None,
    seed: int = 0,
    own_weights: bool = False,
    watch: Watch | None = None,
) -> list[PipelineRun]:
    """Train the pipeline of that name, and after it the twin that its document trains beside it.

    Raises ValueError for unknown names, for fewer than one epoch, and for an implementation that
    cannot train it. With ``own_weights`` the implementation draws its initial weights itself.
    """
    engine = Address(implementation).open() if isinstance(implementation, str) else implementation
    first = find(pipeline)
    chosen = [first] if first.companion is None else [first, first.companion]
    return [_run_one(one, engine, epochs, seed, own_weights, watch) for one in chosen]


def _run_one(
    pipeline: Pipeline,
    engine: Implementation,
    epochs: int | None,
    seed: int,
    own_weights: bool,
    watch: Watch | None,
) -> PipelineRun:
    def progress(stand: Progress) -> None:
        if watch is not None:
            watch(pipeline, stand)

    training = train(
        pipeline, engine, seed=seed, epochs=epochs, own_weights=own_weights, progress=progress
    )
    measures = training.measures()
    demonstration = pipeline.demonstrate(training.model, training.data, training.rng)
    published = [
        {**asdict(claim), "in_short": claim.in_short, "measured": measures.get(claim.measure)}
        for claim in pipeline.claims
    ]
    return PipelineRun(
        pipeline.name,
        pipeline.source,
        describe(engine),
        seed,
        training.epochs,
        pipeline.schedule.epochs,
        training.updates,
        training.seconds,
        training.cpu_seconds,
        measures,
        published,
        demonstration,
        training.history,
    )


def run_and_show(
    pipeline: str,
    implementation: Implementation | str,
    console: Console,
    *,
    epochs: int | None = None,
    seed: int = 0,
    own_weights: bool = False,
    json_file: Path | None = None,
    plot_file: Path | None = None,
    moves_on: Console | None = None,
) -> list[PipelineRun]:
    """Run with a progress line, print, write JSON and an SVG plot where a file is given.

    The progress line stands on ``moves_on``, or on ``console`` too.

    Raises ValueError like ``run``, and for a file whose folder does not exist, before training.
    """
    targets.check(json_file, plot_file)
    shown = Stand("training", 1, "building the network")
    with progress(console if moves_on is None else moves_on, shown):

        def watch(one: Pipeline, stand: Progress) -> None:
            accuracy = "" if stand.accuracy is None else f", accuracy {stand.accuracy:.2%}"
            words = f"loss {stand.loss:.4f}{accuracy}, {stand.seconds_left:.0f} s left"
            shown.what, shown.total = f"{one.name}, epoch", stand.epochs
            shown.move(stand.epoch, words)

        runs = run(
            pipeline,
            implementation,
            epochs=epochs,
            seed=seed,
            own_weights=own_weights,
            watch=watch,
        )
    for one in runs:
        show(one, console)
    if json_file is not None:
        targets.write(json.dumps([one.as_json() for one in runs], indent=2) + "\n", json_file)
    if plot_file is not None:
        targets.write(plots.svg(panels(runs), runs[0].pipeline), plot_file)
    return runs


def show(one: PipelineRun, console: Console) -> None:
    """Print a run: how it was trained, the demonstration, the figures beside the published ones."""
    console.rule(Text(one.pipeline))
    budget = "" if one.epochs == one.documented_epochs else f" of {one.documented_epochs}"
    console.print(
        Text(
            f"{one.implementation}, seed {one.seed}: {one.epochs}{budget} epochs, "
            f"{one.updates:,} updates in {one.seconds:.1f} s "
            f"({one.microseconds_per_update:.0f} microseconds each)"
        )
    )
    for section in one.demonstration.sections:
        console.print(Text(section.heading, style="bold"))
        for line in section.lines:
            console.print(Text(f"  {line}"))
        for name, curve in section.curves.items():
            console.print(Text(f"  {name}", style="dim"))
            console.print(Text(plots.terminal(curve)))
    console.print(_figures(one))


def _figures(one: PipelineRun) -> Table:
    table = Table("figure", "this run", "published")
    printed: dict[str, list[str]] = {}
    for claim in one.published:
        printed.setdefault(claim["measure"], []).append(f"{claim['in_short']} ({claim['source']})")
    for name, value in one.measures.items():
        table.add_row(name, f"{value:.4g}", Text("; ".join(printed.get(name, []))))
    return table


def panels(runs: list[PipelineRun]) -> dict[str, tuple[float, ...]]:
    """What a plot shows: the training curves of every run, then the curves of its demonstration."""
    found: dict[str, tuple[float, ...]] = {}
    for one in runs:
        for name, series in one.history.items():
            found[f"{one.pipeline}: {name} by epoch"] = tuple(series)
        for section in one.demonstration.sections:
            for name, curve in section.curves.items():
                found[f"{one.pipeline}: {name}"] = curve
    return found
