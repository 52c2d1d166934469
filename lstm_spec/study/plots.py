"""Series as a picture: in the terminal with characters, in a file as SVG. No library needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

Panels = Mapping[str, Sequence[float]]
"""One titled series per panel."""

WIDTH, HEIGHT, MARGIN, GAP = 720, 150, 46, 26


def terminal(series: Sequence[float], columns: int = 64, rows: int = 9) -> str:
    """The series as lines of text; where several values share a column, a bar spans them."""
    if not series:
        return ""
    columns = min(columns, len(series))
    low, high = min(*series, 0.0), max(*series, 0.0)
    span = (high - low) or 1.0
    grid = [[" "] * columns for _ in range(rows)]
    zero = round((high - 0.0) / span * (rows - 1))
    grid[zero] = ["-"] * columns
    for column in range(columns):
        start, stop = column * len(series) // columns, (column + 1) * len(series) // columns
        part = series[start : max(stop, start + 1)]
        top, bottom = (
            round((high - value) / span * (rows - 1)) for value in (max(part), min(part))
        )
        for row in range(top, bottom + 1):
            grid[row][column] = "│" if top != bottom else "•"
    labels = {0: f"{high:9.3g}", rows - 1: f"{low:9.3g}", zero: f"{0:9.3g}"}
    return "\n".join(
        f"{labels.get(number, ''):>9} {''.join(line)}" for number, line in enumerate(grid)
    )


def svg(panels: Panels, title: str) -> str:
    """The panels one below the other, each with its own scale, as an SVG document."""
    height = MARGIN + len(panels) * (HEIGHT + GAP)
    width = WIDTH + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{MARGIN}" y="22" font-size="15">{escape(title)}</text>',
    ]
    for number, (name, series) in enumerate(panels.items()):
        parts += _panel(name, series, MARGIN + number * (HEIGHT + GAP))
    return "\n".join([*parts, "</svg>", ""])


def _panel(name: str, series: Sequence[float], top: float) -> list[str]:
    low, high = min(*series, 0.0), max(*series, 0.0)
    span = (high - low) or 1.0
    across = WIDTH / max(len(series) - 1, 1)

    def y(value: float) -> float:
        return top + (high - value) / span * HEIGHT

    points = " ".join(
        f"{MARGIN + index * across:.1f},{y(value):.1f}" for index, value in enumerate(series)
    )
    right = MARGIN + WIDTH
    return [
        f'<text x="{MARGIN}" y="{top - 6}">{escape(name)}</text>',
        f'<line x1="{MARGIN}" x2="{right}" y1="{y(0):.1f}" y2="{y(0):.1f}" stroke="#bbb"/>',
        f'<text x="{MARGIN - 4}" y="{top + 10}" text-anchor="end">{high:.3g}</text>',
        f'<text x="{MARGIN - 4}" y="{top + HEIGHT}" text-anchor="end">{low:.3g}</text>',
        f'<polyline points="{points}" fill="none" stroke="#1f5fa8" stroke-width="1.2"/>',
    ]
