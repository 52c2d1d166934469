"""``docs/pipelines.md`` from the declarations, the calibration and the recorded full runs.

No figure on that page is typed: each comes from the declarations, from ``claims.json``
(``calibrate``), or from ``docs/pipeline-runs.json`` (``full_runs``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import Any

from lstm_spec.pipelines.claims import Outcome, calibration, figures, outcomes
from lstm_spec.pipelines.moving_average import stateless_bound
from lstm_spec.pipelines.pipeline import Pipeline
from lstm_spec.pipelines.registry import PIPELINES, VARIANTS, find
from lstm_spec.pipelines.statements import STATEMENTS

FIGURES = ("accuracy", "recited", "cold_start", "fresh_accuracy", "last_accuracy", "rmse")
"""The figures of a full run that its table shows, where the pipeline has them."""
TEMPLATE = Path(__file__).with_name("pipelines.md")


def page(runs: list[dict[str, Any]]) -> str:
    """The whole page."""
    places = {
        "PIPELINES": declared(),
        "RUNS": full_runs(runs),
        "PUBLISHED": published(),
        "MOVING": moving_averages(),
        "CURVES": curves(),
        "STATEMENTS": statements(),
    }
    text = TEMPLATE.read_text()
    for place, made in places.items():
        text = text.replace(f"{{{place}}}", made)
    return text


def declared() -> str:
    """What each pipeline is."""
    rows = []
    for pipeline in PIPELINES.values():
        data = pipeline.data(pipeline.rng(0))
        rows.append(
            [
                f"`{pipeline.id}`",
                pipeline.source,
                f"{data.x.shape} to {data.y.shape}",
                ", ".join(layer.in_words for layer in pipeline.spec.layers),
                f"{pipeline.spec.parameter_count:,}",
                schedule(pipeline),
                f"{pipeline.budget:,}",
            ]
        )
    columns = ["pipeline", "document", "x to y", "network", "weights", "training", "updates"]
    return table(columns, rows)


def schedule(pipeline: Pipeline) -> str:
    """A schedule in a few words."""
    how = pipeline.schedule
    parts = [
        f"{how.epochs:,} epochs",
        f"batch {how.batch_size}",
        "shuffled" if how.shuffle else "in order",
    ]
    if how.fresh_data_each_epoch:
        parts.append("new data each epoch")
    if how.reset_each_epoch:
        parts.append("reset after each epoch")
    if how.validate:
        parts.append("validated in every fit")
    return ", ".join(parts)


def full_runs(runs: Iterable[dict[str, Any]]) -> str:
    """The recorded runs, engines side by side."""
    order = [*PIPELINES, *VARIANTS]
    listed = sorted(
        (one for one in runs if one["pipeline"] in order),
        key=lambda one: (order.index(one["pipeline"]), one["implementation"], one["seed"]),
    )
    rows = [
        [
            f"`{one['pipeline']}`",
            one["version"],
            str(one["seed"]),
            f"{one['updates']:,}",
            ", ".join(
                f"{name} {one['measures'][name]:g}" for name in FIGURES if name in one["measures"]
            ),
            f"{one['seconds']:,.1f}",
            f"{one['cpu_seconds']:,.1f}",
            f"{one['cpu_seconds'] / one['updates'] * 1e6:,.0f}",
        ]
        for one in listed
    ]
    columns = ["pipeline", "engine", "seed", "updates", "figures", "seconds", "CPU seconds"]
    columns += ["CPU µs per update"]
    return table(columns, rows)


def published() -> str:
    """Every published figure beside the distribution of conforming runs."""
    rows = []
    for name in names_with_claims():
        for outcome in outcomes(find(name)):
            engine = str(calibration()[name]["engine"])
            rows.append([f"`{name}`", *row_of(outcome, engine)])
    columns = ["pipeline", "figure", "published", "runs", "least", "mean", "most"]
    return table([*columns, "limits", "as good", "conclusion"], rows)


def names_with_claims() -> list[str]:
    """The eleven, their variants, and every other variant that has been calibrated."""
    known = [*PIPELINES, *VARIANTS]
    return [*known, *(name for name in calibration() if name not in known)]


def row_of(outcome: Outcome, engine: str) -> list[str]:
    """One published figure."""
    claim, known = outcome.claim, outcome.distribution
    low, high = known.limits
    assert claim.published is not None  # outcomes() leaves the others out
    return [
        f"{claim.measure}: {claim.statement}",
        f"{claim.published:g}",
        f"{len(known.values)} on {engine}",
        f"{min(known.values):.4g}",
        f"{fmean(known.values):.4g}",
        f"{max(known.values):.4g}",
        "all runs" if claim.always else f"{low:.3g} to {high:.3g}",
        f"{known.reached(claim.published)} of {len(known.values)}",
        "confirmed" if outcome.confirmed else "**refuted**",
    ]


def moving_averages() -> str:
    """The RMSE of the twins over seeds, and how many runs a stateless network could not have."""
    bound = stateless_bound(tsteps=2, lahead=1)
    rows = []
    for name in calibration():
        if name.partition(":")[0] == "moving-average":
            values = list(figures(name, "rmse"))
            spread_of = (min(values), median(values), max(values))
            rows.append(
                [
                    f"`{name}`",
                    str(len(values)),
                    *(f"{value:.4f}" for value in spread_of),
                    f"{sum(value < bound for value in values)} of {len(values)}",
                    f"{sum(value < bound / 2 for value in values)} of {len(values)}",
                ]
            )
    columns = ["pipeline", "runs", "least", "median", "most", f"under {bound:.4f}", "under half"]
    return table(columns, rows)


def curves() -> str:
    """What the echo notebook printed every 250 epochs, beside the same epochs of other runs."""
    parts = []
    for pipeline in PIPELINES.values():
        runs = calibration().get(pipeline.name, {}).get("runs")
        if pipeline.curve is None or not runs:
            continue
        rows = []
        for index, (loss, accuracy) in enumerate(
            zip(pipeline.curve.loss, pipeline.curve.accuracy, strict=True)
        ):
            rows.append(
                [
                    f"{(index + 1) * pipeline.curve.every:,}",
                    f"{accuracy:.2f}",
                    *spread([run["accuracy_curve"][index] for run in runs]),
                    f"{loss:.2f}",
                    *spread([run["loss_curve"][index] for run in runs]),
                ]
            )
        columns = ["epoch", "printed accuracy", "least", "mean", "most"]
        columns += ["printed loss", "least", "mean", "most"]
        parts.append(f"`{pipeline.name}`, {len(runs)} seeds:\n\n{table(columns, rows)}")
    return "\n\n".join(parts)


def spread(values: Sequence[float]) -> list[str]:
    """Least, mean and most."""
    return [f"{value:.2f}" for value in (min(values), fmean(values), max(values))]


def statements() -> str:
    """The twelve statements with their conclusions."""
    rows = [
        [
            str(one.number),
            one.text,
            one.source,
            one.conclusion if one.conclusion == "confirmed" else f"**{one.conclusion}**",
            ", ".join(one.clauses),
            one.note,
        ]
        for one in STATEMENTS
    ]
    return table(["", "statement", "document", "conclusion", "clauses", "what is true"], rows)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
