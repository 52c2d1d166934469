"""Every distribution over seeds as a small picture, the published figures marked in it.

One panel for each figure of each pipeline. The seeds of today's networks stand above the axis,
those of networks as Keras built them in 2017 below it; a line shows where the published figure
lies. The picture is SVG made from the studies alone, so that the same studies give the same file.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from lstm_spec.pipelines import Pipeline, find
from lstm_spec.site.share_picture import FOLLOWS_THE_READER
from lstm_spec.study.claims import lower_is_better
from lstm_spec.study.results import Results

TODAY, OF_2017, PUBLISHED = "#2f7ebc", "#d98a3d", "#b3261e"
BINS, ACROSS = 30, 3
WIDE, HIGH, GAP = 300, 130, 22
"""Pixels of a panel and between two panels."""

AXIS, TALL = 76, 30
"""Where the axis of a panel lies, and how tall its tallest bar is."""

ROOM = 34
"""Pixels that the number of a published figure needs beside the next."""

WIDELY_SPREAD = 20.0
"""A loss whose largest value is so many times the smallest is drawn on a logarithmic axis."""

STARTS = 28
"""Pixels above the first panels, for the legend."""


@dataclass
class Panel:
    """One figure of one pipeline: its values by generation, and what documents print."""

    pipeline: str
    measure: str
    values: dict[str, Sequence[float]] = field(default_factory=dict)
    published: dict[float, None] = field(default_factory=dict)


def panels(studies: Mapping[str, Results]) -> list[Panel]:
    """A panel for each figure that a document publishes, in the order of the table below it."""
    found: dict[tuple[str, str], Panel] = {}
    for name, results in sorted(studies.items()):
        pipeline = find(name)
        if pipeline.options.get("units", 50) != 50:
            continue  # the documents have 16 and 50; the others are no publications
        for claim in pipeline.claims:
            if claim.published is None:
                continue
            key = (_without_generation(pipeline), claim.measure)
            panel = found.setdefault(key, Panel(*key))
            panel.values[_generation(pipeline)] = results.figures[claim.measure]
            panel.published[float(claim.published)] = None
    return [found[key] for key in sorted(found)]


def svg(studies: Mapping[str, Results]) -> str:
    """The picture of all panels."""
    every = panels(studies)
    rows = math.ceil(len(every) / ACROSS)
    width = ACROSS * (WIDE + GAP)
    height = STARTS + rows * HIGH + 4
    said = f"Distributions of {len(every)} published figures over seeds"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label={quoteattr(said)} '
        'font-family="Verdana,DejaVu Sans,sans-serif" font-size="10" fill="currentColor">',
        FOLLOWS_THE_READER,
        f"<title>{said}</title>",
        *_legend(),
    ]
    for number, panel in enumerate(every):
        row, column = divmod(number, ACROSS)
        x, y = column * (WIDE + GAP) + GAP // 2, STARTS + row * HIGH
        parts.append(f'<g transform="translate({x},{y})">')
        parts += _panel(panel)
        parts.append("</g>")
    return "\n".join(parts) + "\n</svg>\n"


def _generation(pipeline: Pipeline) -> str:
    return str(pipeline.options.get("generation", "today"))


def _without_generation(pipeline: Pipeline) -> str:
    kept = ",".join(f"{k}={v}" for k, v in pipeline.options.items() if k != "generation")
    return f"{pipeline.id}:{kept}" if kept else pipeline.id


def _legend() -> Iterable[str]:
    x = GAP // 2
    for colour, words in (
        (TODAY, "today, above the axis"),
        (OF_2017, "2017, below the axis"),
        (PUBLISHED, "published"),
    ):
        yield f'<rect x="{x}" y="4" width="12" height="12" fill="{colour}"/>'
        yield f'<text x="{x + 17}" y="14">{words}</text>'
        x += 190


def _panel(panel: Panel) -> Iterable[str]:
    """Title, bars of both generations, axis with its ends, and the published figures."""
    every = [value for values in panel.values.values() for value in values] + [*panel.published]
    low, high = min(every), max(every)
    log = lower_is_better(panel.measure) and low > 0 and high / low > WIDELY_SPREAD
    scale = math.log if log else float
    start, end = scale(low), scale(high)
    if start == end:
        start, end = start - 0.5, end + 0.5

    def place(value: float) -> float:
        return (scale(value) - start) / (end - start)

    yield f'<text y="12" font-weight="bold">{escape(panel.pipeline)}</text>'
    measure = escape(panel.measure.replace("_", " ")) + (" (logarithmic)" if log else "")
    yield f'<text y="25">{measure}</text>'
    for generation, values in sorted(panel.values.items()):
        colour, up = (TODAY, True) if generation == "today" else (OF_2017, False)
        yield from _bars([place(one) for one in values], colour, up)
    yield f'<rect y="{AXIS}" width="{WIDE}" height="1" fill="currentColor"/>'
    below = AXIS + TALL + 13
    if low == high:
        yield f'<text x="{WIDE / 2:g}" y="{below}" text-anchor="middle">{low:.4g}, always</text>'
    else:
        yield f'<text y="{below}">{low:.4g}</text>'
        yield f'<text x="{WIDE}" y="{below}" text-anchor="end">{high:.4g}</text>'
    yield from _published({value: round(place(value) * WIDE, 1) for value in panel.published})


def _published(at: Mapping[float, float]) -> Iterable[str]:
    """A line at each published figure with its number; close neighbours share one text."""
    waiting: list[float] = []
    ordered = sorted(at)
    for value, following in zip(ordered, [*ordered[1:], None], strict=True):
        x = at[value]
        yield (
            f'<path d="M{x} {AXIS - TALL - 4}V{AXIS + TALL + 2}" stroke="{PUBLISHED}" '
            'stroke-width="2"/>'
        )
        waiting.append(value)
        if following is not None and at[following] - x < ROOM:
            continue
        anchor = "start" if x < WIDE / 3 else "end" if x > 2 * WIDE / 3 else "middle"
        words = ", ".join(f"{one:g}" for one in waiting)
        yield (
            f'<text x="{x}" y="{AXIS - TALL - 7}" fill="{PUBLISHED}" text-anchor="{anchor}">'
            f"{words}</text>"
        )
        waiting = []


def _bars(places: Sequence[float], colour: str, up: bool) -> Iterable[str]:
    """How many of the places, from 0 to 1, lie in each bin; the most is as tall as can be."""
    counts = [0] * BINS
    for one in places:
        counts[min(int(one * BINS), BINS - 1)] += 1
    step = WIDE / BINS
    for number, count in enumerate(counts):
        if count:
            tall = max(1.0, TALL * count / max(counts))
            y = AXIS - tall if up else AXIS + 1
            yield (
                f'<rect x="{number * step:g}" y="{y:.1f}" width="{step - 1:g}" '
                f'height="{tall:.1f}" fill="{colour}"/>'
            )
