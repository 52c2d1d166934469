"""A study in the terminal: every figure over the seeds, the published one marked."""

from __future__ import annotations

import io
import statistics
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lstm_spec.extras import install
from lstm_spec.output import targets
from lstm_spec.pipelines import find
from lstm_spec.study.claims import reached
from lstm_spec.study.results import Results

BINS, BAR = 12, 30


def show(results: Results, console: Console) -> None:
    """Print the distribution of every figure and how often each published one is reached."""
    header = results.header
    budget = "" if header["epochs"] == header["documented_epochs"] else " (not the documented ones)"
    console.rule(Text(str(header["study"])))
    console.print(
        Text(
            f"{header['implementation']} {header['version']}, {len(results.runs)} seeds, "
            f"{header['epochs']} epochs{budget}"
        )
    )
    table = Table("figure", "lowest", "median", "mean", "highest")
    for name, values in results.figures.items():
        five = (min(values), statistics.median(values), statistics.fmean(values), max(values))
        table.add_row(name, *(f"{value:.4g}" for value in five))
    console.print(table)
    for one in reached(results):
        console.print(Text(one.sentence))
        console.print(Text(histogram(results.figures[one.claim.measure], one.claim.published)))


def histogram(values: Sequence[float], published: float | None) -> str:
    """Bars over the values; the bar in which the published figure lies is marked."""
    low, high = min(values), max(values)
    if published is not None:
        low, high = min(low, published), max(high, published)
    width = (high - low) / BINS or 1.0
    counts = [0] * BINS
    for value in values:
        counts[min(int((value - low) / width), BINS - 1)] += 1
    marked = -1 if published is None else min(int((published - low) / width), BINS - 1)
    lines = []
    for number, count in enumerate(counts):
        bar = "█" * round(BAR * count / max(counts)) if count else ""
        mark = "  < published" if number == marked else ""
        if count or mark:
            lines.append(f"{low + number * width:10.4g} {bar} {count}{mark}")
    return "\n".join(lines)


def draw(results: Results, folder: Path) -> Path:
    """The distributions and the learning curves as an SVG file.

    Raises ValueError where matplotlib (the extra ``study``) is missing.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ValueError(f"--plot needs matplotlib: {install('study')} ({error})") from error
    claims = [claim for claim in find(str(results.header["study"])).claims if claim.published]
    names = sorted({claim.measure for claim in claims}) or list(results.figures)[:1]
    curves = [run["curves"] for run in results.runs if "curves" in run]
    series = sorted(curves[0]) if curves else []
    panels = [*names, *series]
    figure = Figure(figsize=(4.5 * len(panels), 3.2), layout="constrained")
    axes = figure.subplots(1, len(panels), squeeze=False)[0]
    for axis, name in zip(axes, names, strict=False):
        axis.hist(results.figures[name], bins=30, color="0.6")
        for claim in claims:
            if claim.measure == name and claim.published is not None:
                axis.axvline(claim.published, color="C3", label=f"published {claim.published:g}")
        axis.set(xlabel=name, ylabel="seeds")
        axis.legend()
    epochs = int(results.header["epochs"])
    for axis, name in zip(axes[len(names) :], series, strict=True):
        for curve in curves:
            step = max(1, epochs // len(curve[name]))
            at = [step * (place + 1) for place in range(len(curve[name]))]
            axis.plot(at, curve[name], color="0.5", linewidth=0.6)
        axis.set(xlabel="epoch", ylabel=name)
        if "loss" in name:
            axis.set_yscale("log")
    figure.suptitle(f"{results.header['study']}, {len(results.runs)} seeds")
    folder.mkdir(parents=True, exist_ok=True)
    name = str(results.header["study"]).replace(":", "--").replace(",", "-").replace("=", "-")
    file = folder / f"{name}.svg"
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    targets.write(drawn.getvalue(), file)
    return file
