"""The share of clauses that pass, from version to version, as a line; made from the reports.

The picture is SVG without any style of its own: the page's style sheet colours it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from lstm_spec.comparison.versions import Subject, label, share, version_of
from lstm_spec.output.wording import printable

WIDE, HIGH = 600, 150
"""Pixels of the scale: as wide as this, or wider where versions would stand too close."""

CLOSEST, FARTHEST = 76, 200
"""Pixels from one version to the next."""

LEFT, RIGHT, TOP, BELOW = 74, 40, 30, 84
MOST = 18
"""Characters of a version that are shown below its point; the rest is in its title."""

LEAST_SPAN = 5
"""Percent that the scale covers at least, so that one clause of many is no mountain."""


def svg(subject: Subject) -> str:
    """The picture of one subject; a version of which nothing was judged leaves a gap."""
    shares = [share(one) for one in subject.reports]
    bottom = _bottom([one for one in shares if one is not None])
    gaps = max(1, len(shares) - 1)
    step = min(FARTHEST, max(CLOSEST, WIDE // gaps))
    width = LEFT + step * gaps + RIGHT
    height = TOP + HIGH + BELOW
    said = f"Share of clauses that pass, by version of {printable(subject.name)}"

    def at(number: int, percent: float) -> tuple[float, float]:
        down = (100 - percent) / (100 - bottom)
        return LEFT + step * number, round(TOP + HIGH * down, 1)

    parts = [
        f'<svg class="trend" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-label={quoteattr(said)} '
        'font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" fill="currentColor">',
        f"<title>{escape(said)}</title>",
        *_scale(bottom, width),
    ]
    known = [(number, one) for number, one in enumerate(shares) if one is not None]
    for (number, percent), (following, other) in pairwise(known):
        if following == number + 1:
            (x, y), (to_x, to_y) = at(number, percent), at(following, other)
            parts.append(f'<line class="course" x1="{x}" y1="{y}" x2="{to_x}" y2="{to_y}"/>')
    for number, (report, one) in enumerate(zip(subject.reports, shares, strict=True)):
        version, whole = printable(version_of(report)), printable(label(report))
        if one is not None:
            x, y = at(number, one)
            beside = [two for two in shares[max(0, number - 1) : number + 2] if two is not None]
            words = y + 18 if one == min(beside) < max(beside) else y - 10
            parts.append(
                f"<g><title>{escape(f'{whole}: {in_percent(one)} pass')}</title>"
                f'<circle class="pass" cx="{x}" cy="{y}" r="4.5"/>'
                f'<text x="{x}" y="{words:g}" text-anchor="middle">{in_percent(one)}</text></g>'
            )
        x, y = at(number, bottom)
        shown = version if len(version) <= MOST else f"{version[: MOST - 1]}…"
        parts.append(
            f'<text transform="translate({x + 4},{y + 30}) rotate(-35)" text-anchor="end">'
            f"<title>{escape(whole)}</title>{escape(shown)}</text>"
        )
    return "\n".join(parts) + "\n</svg>\n"


def in_percent(percent: float) -> str:
    """A share with one decimal, rounded down: 100 % means that every clause passes."""
    tenths = math.floor(percent * 10 + 1e-9)
    return f"{tenths // 10} %" if tenths % 10 == 0 else f"{tenths / 10:.1f} %"


def _bottom(shares: Sequence[float]) -> int:
    """Where the scale begins: a multiple of five below every share."""
    least = min(shares, default=0.0)
    return max(0, min(100 - LEAST_SPAN, math.floor((least - 1e-9) / 5) * 5))


def _scale(bottom: int, width: int) -> Iterator[str]:
    """Lines at the top, in the middle and at the bottom, each with its percentage."""
    for part in (0, 0.5, 1):
        percent = 100 - (100 - bottom) * part
        y = TOP + HIGH * part
        yield f'<line class="rule" x1="{LEFT - 28}" y1="{y:g}" x2="{width - 8}" y2="{y:g}"/>'
        yield f'<text x="{LEFT - 34}" y="{y + 4:g}" text-anchor="end">{percent:g} %</text>'
