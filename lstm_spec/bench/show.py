"""The figures of a bench: a table, JSON, a log-log plot of the sweep."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lstm_spec.bench.bench import Measurement
from lstm_spec.bench.gate import Refusal
from lstm_spec.bench.threshold import TimeToThreshold
from lstm_spec.extras import install
from lstm_spec.output import targets
from lstm_spec.study.study import environment

Facts = Mapping[str, Mapping[str, Any]]


def show(
    found: Sequence[Measurement], facts: Facts, met: Mapping[str, Sequence[str]], console: Console
) -> None:
    """One line per workload and subject; the first subject is the reference of the ratios."""
    for name, fact in facts.items():
        backend = f" on {fact['backend']}" if fact["backend"] else ""
        deviates = f"; known deviations: {', '.join(met[name])}" if met.get(name) else ""
        console.print(
            Text(
                f"{name}: {fact['name']} {fact['version']}{backend}, Python {fact['python']}, "
                f"{fact['threads']} threads on {fact['cores']} core, "
                f"at most {fact['memory'] / 1e6:.0f} MB{deviates}"
            )
        )
    table = Table("workload", "subject", "us", "spread", "us/sample-step", "per s", "first", "x")
    references: dict[str, Measurement] = {}
    for one in found:
        name = one.workload.name
        if one.error:
            table.add_row(name, one.subject, Text(one.error, style="red"))
            continue
        reference = references.setdefault(name, one)
        times = sorted(one.microseconds)
        table.add_row(
            "" if reference is not one else f"{name} (per {one.workload.what})",
            one.subject,
            f"{one.median:.3g}",
            f"{times[0]:.3g} to {times[-1]:.3g}",
            f"{one.median / one.workload.sample_steps:.3g}",
            f"{1e6 / one.median:,.0f}",
            f"{one.first_seconds:.2f} s",
            f"{one.ratio(reference):.3g}",
        )
    console.print(table)
    console.print(
        Text(
            "us: median of the rounds, microseconds of one update, batch or call; first: building, "
            "tracing and compiling; x: times as fast as the first subject, median over rounds",
            style="dim",
        )
    )


def show_thresholds(times: Sequence[TimeToThreshold], console: Console) -> None:
    """Time to the published accuracy, if it was asked for."""
    if not times:
        return
    table = Table("pipeline", "subject", "accuracy", "seeds", "never", "updates", "seconds")
    for one in times:
        table.add_row(
            one.pipeline,
            one.subject,
            f"{one.accuracy:g}",
            str(one.seeds),
            str(one.failures),
            "-" if one.median_updates is None else f"{one.median_updates:,.0f}",
            "-" if one.median_seconds is None else f"{one.median_seconds:.3g}",
        )
    console.print(table)


def write(
    found: Sequence[Measurement],
    facts: Facts,
    met: Mapping[str, Sequence[str]],
    refused: Sequence[Refusal],
    thresholds: Sequence[TimeToThreshold],
    command: str,
    file: Path,
) -> None:
    """Everything as JSON."""
    data = {
        "command": command,
        "environment": environment(),
        "subjects": {
            name: {**one, "known_deviations": list(met.get(name, ()))}
            for name, one in facts.items()
        },
        "refused": {one.subject: dict(one.clauses) for one in refused},
        "measurements": [one.as_json() for one in found],
        "time_to_threshold": [one.as_json() for one in thresholds],
    }
    targets.write(json.dumps(data, indent=1) + "\n", file)


def draw(found: Sequence[Measurement], file: Path) -> None:
    """Microseconds per update over units, steps and batch size, both axes logarithmic.

    Raises ValueError where matplotlib (the extra ``study``) is missing or nothing was swept.
    """
    swept = [one for one in found if one.workload.kind == "sweep" and not one.error]
    if not swept:
        raise ValueError("--plot draws the sweep: add --kind sweep")
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ValueError(f"--plot needs matplotlib: {install('study')} ({error})") from error
    figure = Figure(figsize=(12, 3.6), layout="constrained")
    common = {"units": 32, "steps": 8, "batch_size": 16}
    for axis, size in zip(figure.subplots(1, 3), common, strict=True):
        fixed = {name: value for name, value in common.items() if name != size}
        for subject in dict.fromkeys(one.subject for one in swept):
            points = sorted(
                (getattr(one.workload, size), one.median)
                for one in swept
                if one.subject == subject
                and all(getattr(one.workload, name) == value for name, value in fixed.items())
            )
            axis.loglog(*zip(*points, strict=True), marker="o", label=subject)
        axis.set(xlabel=size.replace("_", " "), ylabel="microseconds per update")
        axis.legend()
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    targets.write(drawn.getvalue(), file)
