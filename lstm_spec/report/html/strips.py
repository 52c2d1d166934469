"""Figures of training runs, each as a strip: the run, conforming runs, and what was published.

Drawn by the template and not by a plotting library: a strip is six shapes, it has to take the
colours of the page in the light and in the dark, its policy forbids the ``style`` attributes that
such libraries write, and nobody should have to install one to read a report.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

WIDTH, MARGIN = 560.0, 14.0


@dataclass(frozen=True)
class Strip:
    """Positions in pixels on a line of ``WIDTH``, and the same in words."""

    sentence: str
    inside: bool
    value: float | None
    band: tuple[float, float]
    """From the lower to the upper limit; open sides end with the picture."""
    quantiles: list[float]
    published: list[float]
    ends: tuple[str, str]
    log: bool


def strip(figure: dict[str, Any]) -> Strip:
    """The strip of one of the ``figures`` of a clause."""
    value, (low, high) = figure["value"], figure["limits"]
    quantiles, published = figure["quantiles"], figure["published"]
    known = [one for one in (value, low, high, *quantiles, *published) if one is not None]
    log = bool(figure["log"]) and min(known) > 0
    scale = math.log if log else float
    least, greatest = scale(min(known)), scale(max(known))
    if least == greatest:
        least, greatest = least - 0.5, greatest + 0.5

    def at(one: float) -> float:
        share = (scale(one) - least) / (greatest - least)
        return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)

    inside = value is not None and (low is None or low <= value) and (high is None or value <= high)
    return Strip(
        _sentence(figure, inside),
        inside,
        None if value is None else at(value),
        (0.0 if low is None else at(low), WIDTH if high is None else at(high)),
        [at(one) for one in quantiles],
        [at(one) for one in published],
        (f"{min(known):.4g}", f"{max(known):.4g}"),
        log,
    )


def _sentence(figure: dict[str, Any], inside: bool) -> str:
    low, high = (None if one is None else f"{one:.4g}" for one in figure["limits"])
    value = "not finite" if figure["value"] is None else f"{figure['value']:.4g}"
    parts = [f"{figure['name']} is {value}"]
    if low or high:
        limits = f"limits {low} to {high}" if low and high else f"limit {low or high}"
        parts[0] += f", {'inside' if inside else 'outside'} the {limits}"
    parts.append(f"the median of {figure['runs']} conforming runs is {figure['quantiles'][2]:.4g}")
    if figure["published"]:
        parts.append("published " + ", ".join(f"{one:.4g}" for one in figure["published"]))
    return "; ".join(parts)
