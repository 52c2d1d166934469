"""A badge from a report: how many of the supported clauses pass.

The report is one that ``reading.read`` gave, so its counts are those of its clauses. A report that
does not stand for the whole specification never gets a green badge, and the badge says why.
"""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from lstm_spec.report.reading import caveats

COLOURS = {
    "all": "#2e7d32",
    "as expected": "#8a6d00",
    "deviations": "#b3261e",
    "incomplete": "#5f5f5f",
}
"""White words on each of them have a contrast of at least 4.5."""

SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{words}">
<title>{words}</title>
<rect width="{left}" height="20" fill="#454545"/>
<rect x="{left}" width="{right}" height="20" fill="{colour}"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="6" y="14" textLength="{left_text}">{label}</text>
<text x="{start}" y="14" textLength="{right_text}">{message}</text>
</g>
</svg>
"""
CHARACTER, MARGIN = 6.6, 12


def standing(report: dict[str, Any]) -> str:
    """Whether all supported clauses pass, all except known deviations, or not.

    ``incomplete`` where nothing is known to be wrong, and not everything was judged.
    """
    counts = report["counts"]
    if counts["fail"] or counts["error"] or counts["unexpected-pass"]:
        return "deviations"
    if caveats(report):
        return "incomplete"
    return "as expected" if counts["expected-fail"] else "all"


def label(report: dict[str, Any]) -> str:
    """By what was judged."""
    return f"lstm-spec {report['spec_version']}"


def message(report: dict[str, Any]) -> str:
    """How many of the supported clauses pass, and why these are not all clauses."""
    counts = report["counts"]
    why = "".join(f", {one}" for one in caveats(report))
    hold = counts["pass"] + counts["unexpected-pass"]
    asked = hold + counts["fail"] + counts["expected-fail"] + counts["error"]
    known = f", {counts['expected-fail']} known" if counts["expected-fail"] else ""
    return f"{hold} of {asked} clauses{known}{why}" if asked else why.removeprefix(", ")


def as_endpoint(report: dict[str, Any]) -> dict[str, Any]:
    """What the endpoint badge of shields.io reads."""
    return {
        "schemaVersion": 1,
        "label": label(report),
        "message": message(report),
        "color": COLOURS[standing(report)],
    }


def as_svg(report: dict[str, Any]) -> str:
    """The picture, with its words for those who cannot see it."""
    first, second = label(report), message(report)
    left_text, right_text = (round(len(words) * CHARACTER) for words in (first, second))
    left, right = left_text + MARGIN, right_text + MARGIN
    return SVG.format(
        width=left + right,
        left=left,
        right=right,
        left_text=left_text,
        right_text=right_text,
        start=left + MARGIN // 2,
        colour=COLOURS[standing(report)],
        words=escape(f"{first}: {second}"),
        label=escape(first),
        message=escape(second),
    )
