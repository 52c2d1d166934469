"""``docs/claims.md``: every published figure beside what conforming networks do, from the data."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lstm_spec.output import targets
from lstm_spec.pipelines import Pipeline, find
from lstm_spec.site import claims_picture
from lstm_spec.site.claims_convergence import convergence
from lstm_spec.site.claims_power import power_of
from lstm_spec.study.bounds import bounds
from lstm_spec.study.claims import Reached, interval, reached, threshold
from lstm_spec.study.results import Results, read

HEAD = """# How often are the published figures reached?

A published figure is one run of one unknown build. Here every pipeline was trained with its
documented budget from many seeds, and each figure is shown with the fraction of seeds that reach
it. An accuracy reaches a figure if it is at least as high, a loss if it is at least as low, to the
printed digits. The intervals are exact binomial intervals (Clopper and Pearson) at 95 %. "2017"
uses the gates and the epsilon of Keras 1 and 2.0, with which the figures were made; "today" uses
those of Keras since 2.3.

This page is written by `{command}`.
Each file in `{folder}` begins with the
command that made it.
"""

UNITS = """
## 16 or 50 units for the alphabet by heart

The tutorial of 2017 says that 16 units and 300 epochs are enough; its revision of 2018 uses 50
units "for 100 % accuracy". Each line shows many seeds, trained for 300 epochs with the state
carried through the alphabet.
"""

THRESHOLDS = """
## Thresholds

A subject fails if all of its k runs, from seeds of its own, are beyond the threshold. The bound for
false alarms is valid with 95 % confidence over the seeds of the study, and assumes no particular
distribution: it is the exact upper limit of the fraction of conforming runs beyond the threshold,
to the power of k.
"""

BOUNDS = """
## Bounds from theory

| pipeline | figure | bound or chance | median of the seeds | why |
| --- | --- | --- | --- | --- |
"""


def write(folder: Path, file: Path, command: str, picture: Path | None = None) -> int:
    """Write the page from every study in ``folder``, and its picture; how many studies there were.

    Raises ValueError where there is none, or a file that is no study.
    """
    targets.check(file, picture)
    studies = studies_in(folder)
    seen_from_page = ""
    if picture is not None:
        targets.write(claims_picture.svg(studies), picture)
        seen_from_page = Path(os.path.relpath(picture, file.parent)).as_posix()
    page = as_markdown(studies, folder, folder.as_posix(), command, seen_from_page)
    targets.write(page, file)
    return len(studies)


def studies_in(folder: Path) -> dict[str, Results]:
    """Every study at the documented budget, by name.

    Raises ValueError where there is none, or a file that is no study.
    """
    studies = {}
    for one in sorted(folder.glob("*.jsonl")):
        results = read(one)
        try:
            find(str(results.header["study"]))
        except ValueError as error:
            raise ValueError(f"{one}: {error}") from error
        if results.header["epochs"] == results.header["documented_epochs"]:
            studies[str(results.header["study"])] = results
    if not studies:
        raise ValueError(f"{folder} holds no study at the documented budget: lstm-spec study first")
    return studies


PICTURE = """
## At a glance

How the figures are distributed over the seeds: above the axis with the gates of today, below it
with those of 2017, and in red what was published. The tables below have the numbers.

![Distributions over seeds, published figures marked]({picture})
"""


def as_markdown(
    studies: Mapping[str, Results], folder: Path, name: str, command: str, picture: str = ""
) -> str:
    """The page; ``name`` is what it calls the folder of the studies.

    ``picture`` is where the picture of the distributions lies, as seen from the page, if it is
    there.

    Raises ValueError for a file among the studies of mutants that is none.
    """
    pipelines = {name: find(name) for name in studies}
    parts = [HEAD.format(command=command, folder=name)]
    if picture:
        parts.append(PICTURE.format(picture=picture))
    parts += _figures(pipelines, studies)
    parts += _units(pipelines, studies)
    parts += convergence(pipelines, studies)
    parts += thresholds(pipelines, studies)
    parts += power_of(folder, pipelines, studies)
    parts += _bounds(pipelines, studies)
    return "".join(parts)


def _today(pipeline: Pipeline) -> bool:
    return pipeline.options.get("generation", "today") == "today"


def _name(pipeline: Pipeline, *, without: str = "generation") -> str:
    """The name without one option."""
    kept = ",".join(f"{key}={value}" for key, value in pipeline.options.items() if key != without)
    return f"{pipeline.id}:{kept}" if kept else pipeline.id


def _figures(pipelines: Mapping[str, Pipeline], studies: Mapping[str, Results]) -> Iterator[str]:
    """One table: a line for each published figure and generation."""
    yield "\n## Published figures\n\n"
    yield "| pipeline | claim (source) | published | generation | seeds | reach it | 95 % | just it | lowest, median, highest |\n"  # noqa: E501
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
    for name, results in sorted(studies.items(), key=lambda one: _order(pipelines[one[0]])):
        pipeline = pipelines[name]
        if "units" in pipeline.options and pipeline.options["units"] != 50:
            continue  # the documents have 16 and 50; the others are a section of their own
        for one in reached(results):
            yield _figure(pipeline, one, results.figures[one.claim.measure])


def _order(pipeline: Pipeline) -> tuple[str, bool]:
    return _name(pipeline), _today(pipeline)


def _figure(pipeline: Pipeline, one: Reached, values: Sequence[float]) -> str:
    low, high = interval(one.count, one.seeds)
    spread = f"{min(values):.4g}, {statistics.median(values):.4g}, {max(values):.4g}"
    return (
        f"| `{_name(pipeline)}` | {one.claim.statement} ({one.claim.source}) | "
        f"{one.claim.published:g} | {'today' if _today(pipeline) else '2017'} | {one.seeds} | "
        f"{one.count / one.seeds:.1%} | {low:.1%} to {high:.1%} | {one.same / one.seeds:.1%} | "
        f"{spread} |\n"
    )


def _units(pipelines: Mapping[str, Pipeline], studies: Mapping[str, Results]) -> Iterator[str]:
    """The share of seeds with all answers right, over the number of units."""
    found = [
        (pipeline.spec.recurrent_layers[0].units, _today(pipeline), studies[name].figures)
        for name, pipeline in pipelines.items()
        if pipeline.id == "alphabet-stateful"
    ]
    if not found:
        return
    yield UNITS
    measures = {
        "accuracy": "accuracy 100 %",
        "recited": "recites B to Z",
        "cold_start": "cold K: B to F",
        "any_start": "any cold letter: B to F",
    }
    yield f"\n| units | generation | seeds | {' | '.join(measures.values())} | median loss |\n"
    yield "| --- | --- | --- " + "| --- " * len(measures) + "| --- |\n"
    for units, today, figures in sorted(found, key=lambda one: one[:2]):
        cells = []
        for measure in measures:
            values = figures[measure]
            count = sum(value == 1.0 for value in values)
            low, high = interval(count, len(values))
            cells.append(f"{count / len(values):.1%} ({low:.1%} to {high:.1%})")
        loss = statistics.median(figures["loss"])
        generation = "today" if today else "2017"
        seeds = len(figures["loss"])
        yield f"| {units} | {generation} | {seeds} | {' | '.join(cells)} | {loss:.3g} |\n"
    yield from _sixteen_or_fifty({one[:2]: one[2] for one in found})


def _sixteen_or_fifty(
    found: Mapping[tuple[int, bool], Mapping[str, Sequence[float]]],
) -> Iterator[str]:
    """The answer in words, where all four studies are there."""
    if not all((units, today) in found for units in (16, 50) for today in (False, True)):
        return

    def perfect(units: int, today: bool) -> str:
        values = found[units, today]["accuracy"]
        return f"{sum(value == 1.0 for value in values) / len(values):.1%}"

    def loss(units: int, today: bool) -> str:
        return f"{statistics.median(found[units, today]['loss']):.2g}"

    yield (
        "\nSo 16 units are enough for some seeds and not for others: with the gates of 2017 "
        f"{perfect(16, False)} of the networks are without a mistake after 300 epochs, with "
        f"today's gates {perfect(16, True)}. With 50 units it is {perfect(50, False)} and "
        f"{perfect(50, True)}. The reason: 300 epochs do not bring 16 units to the end. Their "
        f"median loss is still {loss(16, False)} (2017) and {loss(16, True)} (today), where 50 "
        f"units are at {loss(50, False)} and {loss(50, True)}. At such a loss the right letter "
        "leads by little, and whether the last letters of the alphabet are among those that lead "
        "is a matter of the seed. The published 100 % for 16 units was a likely draw, not a rule; "
        "the revision made it a rule.\n"
    )


def thresholds(pipelines: Mapping[str, Pipeline], studies: Mapping[str, Results]) -> Iterator[str]:
    """The table of thresholds: one line for every figure that a document claims."""
    yield THRESHOLDS
    yield "\n| study | figure | seeds | k | fails if all are | false alarms at most |\n"
    yield "| --- | --- | --- | --- | --- | --- |\n"
    for name in sorted(studies):
        measures = list(dict.fromkeys(claim.measure for claim in pipelines[name].claims))
        for measure in measures:
            found = threshold(studies[name], measure)
            seeds = len(studies[name].runs)
            if found is None:
                yield f"| `{name}` | {measure} | {seeds} | - | too few seeds | - |\n"
                continue
            if found.below and found.value <= 0:
                nothing = "none: seeds of the study give 0"
                yield f"| `{name}` | {measure} | {seeds} | - | {nothing} | - |\n"
                continue
            side = "below" if found.below else "above"
            yield (
                f"| `{name}` | {measure} | {seeds} | {found.runs} | {side} {found.value:.4g} | "
                f"{found.false_alarms:.1e} |\n"
            )


def _bounds(pipelines: Mapping[str, Pipeline], studies: Mapping[str, Results]) -> Iterator[str]:
    yield BOUNDS
    for name in sorted(studies):
        if "generation" in pipelines[name].options or "units" in pipelines[name].options:
            continue  # the data, and so the bounds, are the same
        for bound in bounds(pipelines[name]):
            seen = statistics.median(studies[name].figures[bound.measure])
            yield (
                f"| `{name}` | {bound.measure} | {bound.value:.4g} | {seen:.4g} | "
                f"{bound.sentence} |\n"
            )
