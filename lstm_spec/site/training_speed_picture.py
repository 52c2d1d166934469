"""How many times as long as the oracle each release takes: a panel for each work, as one picture.

The releases stand on one axis, in the order of the years; a line joins those of one library on one
backend. The picture is SVG without any script, so a page may hold it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from lstm_spec.comparison.training_speed import KERASES, Figure, Speeds, Subject, Work
from lstm_spec.output.wording import printable
from lstm_spec.site.share_picture import FOLLOWS_THE_READER

STEP, HIGH, GAP = 25, 92, 34
"""Pixels from one release to the next, of a panel, and between two panels."""

LEFT, RIGHT, TOP, BELOW = 62, 60, 46, 128
CHARACTER = 6.2
"""Pixels of one character, on average."""

COLOURS = ("#1b5e8c", "#a63d21", "#5b7f1e", "#7b4fa3", "#b8860b", "#2a8c82")
"""One for each library and backend; shapes tell them apart as well."""

SHAPES = ("circle", "square", "diamond", "up", "down", "cross")


def svg(speeds: Speeds) -> str:
    """The picture, for a file of its own."""
    releases = [one for one in speeds.subjects if one.name.startswith(KERASES)]
    place = {one.name: number for number, one in enumerate(releases)}
    width = LEFT + STEP * max(1, len(releases)) + RIGHT
    height = TOP + (HIGH + GAP) * len(speeds.works) + BELOW
    said = f"How many times as long as {speeds.oracle} each of {len(releases)} releases takes"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label={quoteattr(said)} '
        'font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" fill="currentColor">',
        FOLLOWS_THE_READER,
        f"<title>{escape(said)}</title>",
        *_legend(speeds),
    ]
    for number, work in enumerate(speeds.works):
        parts += _panel(speeds, work, place, TOP + (HIGH + GAP) * number + GAP, width)
    bottom = TOP + (HIGH + GAP) * len(speeds.works)
    for one in releases:
        x = _across(place[one.name])
        name = escape(printable(one.name))
        parts.append(
            f'<text transform="translate({x + 4},{bottom + 14}) rotate(-55)" text-anchor="end">'
            f"{name}</text>"
        )
    return "\n".join(parts) + "\n</svg>\n"


def _across(number: int) -> float:
    return LEFT + STEP * (number + 0.5)


def _legend(speeds: Speeds) -> Iterator[str]:
    """The libraries and backends, each with its shape."""
    x = float(LEFT)
    for number, (library, backend) in enumerate(speeds.chains()):
        told = escape(printable(f"{library} on {backend}" if backend else library))
        yield _mark(number, x, 16.0)
        yield f'<text x="{x + 9:g}" y="20">{told}</text>'
        x += 26 + CHARACTER * len(told)


def _panel(
    speeds: Speeds, work: Work, place: Mapping[str, int], top: int, width: int
) -> Iterator[str]:
    """One work: rules at powers of ten, the releases that have a figure, and lines between them."""
    figures = {
        name: figure for name in place if (figure := speeds.figure(name, work.name)) is not None
    }
    yield f'<text x="{LEFT}" y="{top - 6}" font-weight="bold">{escape(work.name)}</text>'
    low, high = _powers(figures.values())

    def down(ratio: float) -> float:
        return round(top + HIGH * (high - math.log10(ratio)) / (high - low), 1)

    for power in range(low, high + 1):
        y = down(10.0**power)
        yield (
            f'<line x1="{LEFT}" y1="{y:g}" x2="{width - RIGHT + 8}" y2="{y:g}" '
            'stroke="currentColor" stroke-opacity="0.25"/>'
        )
        yield f'<text x="{LEFT - 6}" y="{y + 4:g}" text-anchor="end">{10.0**power:,g}</text>'
    for number, releases in enumerate(speeds.chains().values()):
        yield from _chain(number, releases, figures, place, down)


def _chain(
    chain: int,
    releases: list[Subject],
    figures: Mapping[str, Figure],
    place: Mapping[str, int],
    down: Callable[[float], float],
) -> Iterator[str]:
    """The releases of one library on one backend."""
    colour = COLOURS[chain % len(COLOURS)]
    points = [
        (number, figures[one.name], _across(place[one.name]), down(figures[one.name].ratio.median))
        for number, one in enumerate(releases)
        if one.name in figures
    ]
    for (before, _, x, y), (after, _, to_x, to_y) in pairwise(points):
        dashes = "" if after == before + 1 else ' stroke-dasharray="3 4"'
        yield (
            f'<line x1="{x:g}" y1="{y:g}" x2="{to_x:g}" y2="{to_y:g}" stroke="{colour}" '
            f'stroke-width="1.5"{dashes}/>'
        )
    for _, figure, x, y in points:
        ratio, micros = figure.ratio, figure.microseconds
        told = (
            f"{figure.subject}: {ratio.median:.3g} times as long ({ratio.low:.3g} to "
            f"{ratio.high:.3g}), {micros.median:.3g} us"
        )
        low, high = down(ratio.low), down(ratio.high)
        yield (
            f"<g><title>{escape(printable(told))}</title>"
            f'<line x1="{x:g}" y1="{low:g}" x2="{x:g}" y2="{high:g}" stroke="{colour}"/>'
            f"{_mark(chain, x, y)}</g>"
        )


def _powers(figures: Iterable[Figure]) -> tuple[int, int]:
    """The powers of ten around all ratios; one decade at least."""
    ratios = [value for one in figures for value in (one.ratio.low, one.ratio.high)]
    if not ratios:
        return 0, 1
    low, high = math.floor(math.log10(min(ratios))), math.ceil(math.log10(max(ratios)))
    return low, max(high, low + 1)


def _mark(number: int, x: float, y: float) -> str:
    """The shape of a library, in its colour."""
    colour = COLOURS[number % len(COLOURS)]
    shape = SHAPES[number % len(SHAPES)]
    if shape == "circle":
        return f'<circle cx="{x:g}" cy="{y:g}" r="3.5" fill="{colour}"/>'
    corners = {
        "square": ((-3, -3), (3, -3), (3, 3), (-3, 3)),
        "diamond": ((0, -4.5), (4.5, 0), (0, 4.5), (-4.5, 0)),
        "up": ((0, -4.5), (4, 3), (-4, 3)),
        "down": ((0, 4.5), (4, -3), (-4, -3)),
        "cross": ((-4, -1), (4, -1), (4, 1), (-4, 1)),
    }[shape]
    points = " ".join(f"{x + right:g},{y + below:g}" for right, below in corners)
    return f'<polygon points="{points}" fill="{colour}"/>'
