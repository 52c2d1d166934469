"""``history.html`` of a site of reports: for each subject what changes from version to version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from lstm_spec.comparison.matrix import Column
from lstm_spec.comparison.upgrade import Upgrade
from lstm_spec.comparison.versions import Subject, label, share
from lstm_spec.output.wording import counted
from lstm_spec.report.html.page import Around, fill
from lstm_spec.site import trend_picture

CHANGES = {
    "broken": ("fail", "no longer passes", "no longer pass"),
    "new_failures": ("fail", "was not supported and fails now", "were not supported and fail now"),
    "broke": ("error", "breaks the adapter now", "break the adapter now"),
    "unanswered": ("unsupported", "is no longer supported", "are no longer supported"),
    "fixed": ("pass", "passes now", "pass now"),
    "new": ("pass", "was not supported and passes now", "were not supported and pass now"),
    "given_up": (
        "unsupported",
        "failed and is no longer supported",
        "failed and are no longer supported",
    ),
}
"""The kinds of changes of an ``Upgrade``, the worst first: the verdict now, and in words."""

OPEN = 12
"""A list of more clauses than these is closed at first."""


def render(subjects: Sequence[Subject], pages: Mapping[str, str], around: Around | None) -> str:
    """The page as text. ``pages`` are the pages of the reports by the names of these."""
    several = [one for one in subjects if len(one.reports) > 1]
    return fill(
        "trend.html",
        around=around,
        headline=_headline(subjects, several),
        subjects=[_subject(one, pages) for one in several],
        alone=[
            (one.name, label(one.newest), pages[one.newest.name])
            for one in subjects
            if len(one.reports) == 1
        ],
    )


def row(report: Column, pages: Mapping[str, str]) -> dict[str, Any]:
    """One version in a table: its page, its counts, its share, and what the counts leave out."""
    counts, percent = report.counts(), share(report)
    return {
        "version": label(report),
        "page": pages[report.name],
        "counts": [counts[sign] for sign in "✓✗·!"],
        "share": "" if percent is None else trend_picture.in_percent(percent),
        "caveats": report.caveats,
    }


def in_short(found: Upgrade) -> list[str]:
    """Each kind of change with its number, in words: ``2 clauses no longer pass``."""
    told = []
    for kind, (_, singular, plural) in CHANGES.items():
        if names := _clauses(found, kind):
            verb = singular if len(names) == 1 else plural
            told.append(f"{counted(len(names), 'clause')} {verb}")
    if found.defaults:
        changes = "changes" if len(found.defaults) == 1 else "change"
        told.append(f"{counted(len(found.defaults), 'default')} {changes}")
    return told or ["no clause and no stated default changes"]


def _headline(subjects: Sequence[Subject], several: Sequence[Subject]) -> str:
    if not several:
        return "There is one report of each implementation so far: nothing to compare yet."
    versions = counted(sum(len(one.reports) for one in several), "version")
    return f"{versions} of {counted(len(several), 'implementation')}."


def _subject(subject: Subject, pages: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": subject.name,
        "picture": Markup(trend_picture.svg(subject)),
        "rows": [row(one, pages) for one in subject.reports],
        "remarks": [(label(one), remark) for one in subject.reports for remark in one.remarks],
        "steps": [_step(one, pages) for one in reversed(subject.steps())],
    }


def _step(found: Upgrade, pages: Mapping[str, str]) -> dict[str, Any]:
    """What changes from one version to the next, as the template shows it."""
    proven = [one for one in found.after.findings if one not in found.before.findings]
    missing = [name for name in found.unknown if not found.before.verdict(name)]
    return {
        "before": label(found.before),
        "after": label(found.after),
        "short": ", ".join(in_short(found)),
        "page": pages[found.after.name],
        "findings": proven,
        "changes": list(_changes(found)),
        "defaults": [(name.replace("_", " "), *both) for name, both in found.defaults.items()],
        "added": len(missing),
        "unknown": len(found.unknown) - len(missing),
    }


def _changes(found: Upgrade) -> Iterator[dict[str, Any]]:
    """Every kind of change that occurs, with its clauses in the order of the specification."""
    for kind, (verdict, singular, plural) in CHANGES.items():
        names = _clauses(found, kind)
        if not names:
            continue
        words = singular if len(names) == 1 else plural
        yield {
            "verdict": verdict,
            "title": f"{counted(len(names), 'clause')} {words}",
            "open": len(names) <= OPEN,
            "clauses": [(name, found.statements[name], _found(found, name)) for name in names],
        }


def _clauses(found: Upgrade, kind: str) -> list[str]:
    """The clauses of one kind of change, in the order of the specification."""
    given = getattr(found, kind)
    names = {name for one in given for name in ([one] if isinstance(one, str) else one.clauses)}
    return [name for name in found.statements if name in names]


def _found(found: Upgrade, name: str) -> str:
    """What the later report says about a clause that does not pass."""
    clause = found.after.clauses[name]
    return "" if clause["verdict"] in ("pass", "unexpected-pass") else str(clause["diagnosis"])
