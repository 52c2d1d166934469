"""How much of each family passes in each implementation, as one picture made from the reports.

Implementations stand side by side, families one below the other. Each cell has the share of clauses
that pass, of those that could be judged, as a figure and as a colour. The picture is SVG without
any style sheet or script, so a page may hold it, and so may a file beside a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from lstm_spec.clauses import FAMILIES
from lstm_spec.comparison.matrix import Column
from lstm_spec.output.wording import printable

WIDE, HIGH = 34, 24
"""Pixels of a cell."""

LEFT, MARGIN = 62, 8
CHARACTER = 6.2
"""Pixels of one character of a name, on average."""

COLOURS = (
    (100, "#1b5e8c", "#ffffff"),
    (95, "#5f9fce", "#000000"),
    (80, "#b3d3ea", "#000000"),
    (60, "#f3e3b3", "#000000"),
    (30, "#eba35b", "#000000"),
    (0, "#a63d21", "#ffffff"),
)
"""From which share in percent on a cell has which colour, and the colour of its figure.

Blue and orange are told apart by everyone, and each figure has a contrast of at least 4.5.
"""

NOBODY = ("#e6e6e6", "#595959")
"""The colours of a cell of which no clause could be judged."""

FOLLOWS_THE_READER = (
    "<style>svg{color:#1f2328}@media(prefers-color-scheme:dark){svg{color:#e6edf3}}</style>"
)
"""For a picture in a file of its own: its words are dark or bright, as the reader's pages are."""


def svg(columns: Sequence[Column], *, of_its_own: bool = False) -> str:
    """The picture; ``of_its_own`` for a file, else its words have the colour of the page's."""
    families = [name for name in FAMILIES if any(_judged(one, name) for one in columns)]
    top = round(max((len(one.name) for one in columns), default=0) * CHARACTER * 0.87) + 16
    width = LEFT + WIDE * len(columns) + round(top / 1.7) + MARGIN
    height = top + HIGH * len(families) + MARGIN
    said = f"Share of clauses that pass, by family, in {len(columns)} implementations"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label={quoteattr(said)} '
        'font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" fill="currentColor">',
        FOLLOWS_THE_READER if of_its_own else "",
        f"<title>{said}</title>",
    ]
    for place, one in enumerate(columns):
        x = LEFT + WIDE * place + WIDE // 2
        name = escape(printable(one.name))
        parts.append(f'<text transform="translate({x},{top - 6}) rotate(-60)">{name}</text>')
    for row, family in enumerate(families):
        y = top + HIGH * row
        parts.append(f'<text x="{LEFT - 8}" y="{y + 16}" text-anchor="end">{family}</text>')
        for place, one in enumerate(columns):
            parts.append(_cell(one, family, LEFT + WIDE * place, y))
    return "\n".join(part for part in parts if part) + "\n</svg>\n"


def share(report: Column, family: str) -> int | None:
    """The percentage of clauses that pass, of those that were judged; None if none was.

    It is rounded down, so that 100 means that every clause passes.
    """
    judged = _judged(report, family)
    return 100 * report.counts(family)["✓"] // judged if judged else None


def _judged(report: Column, family: str) -> int:
    counts = report.counts(family)
    return counts["✓"] + counts["✗"] + counts["!"]


def _cell(report: Column, family: str, x: int, y: int) -> str:
    """A coloured field with its figure, and the counts for whoever points at it."""
    percent = share(report, family)
    if percent is None:
        fill, ink = NOBODY
        told, figure = "no clause could be judged", ""
    else:
        fill, ink = next((fill, ink) for least, fill, ink in COLOURS if percent >= least)
        passed = report.counts(family)["✓"]
        told, figure = f"{passed} of {_judged(report, family)} clauses pass", str(percent)
    words = escape(printable(f"{report.name}, {family}: {told}"))
    return (
        f'<g><title>{words}</title><rect x="{x}" y="{y}" width="{WIDE - 2}" height="{HIGH - 2}" '
        f'rx="2" fill="{fill}"/><text x="{x + (WIDE - 2) / 2:g}" y="{y + 15}" fill="{ink}" '
        f'text-anchor="middle">{figure}</text></g>'
    )


LEGEND = """Each figure is the percentage of the clauses of a family that pass, of those that could
be judged. It is rounded down: 100 means all of them. The colours go from dark blue, where all pass,
over paler blue, sand and orange to dark red below 30. A grey field says that no clause of the
family could be judged.
"""
"""What the figures and the colours mean."""


def picture(name: str) -> list[str]:
    """The lines of a page of ``docs`` that show its picture and say how it is read."""
    return [f"![Share of clauses that pass, by family](images/{name}.svg)", "", LEGEND]
