"""The matrix as a Markdown page: who was judged, every deviation, and each step to the next."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from lstm_spec.comparison.matrix import MEANING, Column, remarks, statements, telling
from lstm_spec.comparison.upgrade import Change, upgrade
from lstm_spec.site.matrix_of_many import MANY, by_clause, by_family
from lstm_spec.site.share_picture import picture

MOST = 10
"""So many of the clauses that most libraries fail are shown."""

SUMMARY = """# What each implementation does

This page compares the libraries other than Keras, each run by an adapter in its pinned environment:
it shows the reports of `lstm-spec verify NAME` side by side. For Keras, see [From one Keras to the
next](keras-history.md).

Written by `python -m lstm_spec.site.pages`; do not edit. `lstm-spec matrix NAME ... --markdown
FILE` writes such a page of any reports.
"""


def as_markdown(columns: Sequence[Column]) -> str:
    """The whole page."""
    parts = ["# What each implementation does", "", _how_it_was_made(columns), ""]
    if notes := remarks(columns):
        parts += [*(f"- {_cell(note)}" for note in notes), ""]
    parts += _implementations(columns)
    parts += _defaults(columns)
    if _are_versions(columns):
        parts += _steps(columns)
    parts += by_family(columns) + by_clause(columns) if len(columns) > MANY else _grid(columns)
    return "\n".join(parts)


def summary(columns: Sequence[Column]) -> str:
    """The page on the libraries without their clauses: by family, and what most of them fail."""
    failing = {
        name: [report.name for report in columns if report.holds(name) is False]
        for name in telling(columns)
    }
    sentences = statements(columns)
    most = sorted(failing, key=lambda name: -len(failing[name]))[:MOST]
    parts = [
        SUMMARY,
        *picture("matrix"),
        *by_family(columns),
        f"## The {MOST} clauses that fail in most of them",
        "",
    ]
    parts += ["| clause | fails in | judged in | statement |", "| --- | ---: | ---: | --- |"]
    for name in most:
        asked = sum(report.holds(name) is not None for report in columns)
        parts.append(f"| {name} | {len(failing[name])} | {asked} | {_cell(sentences[name])} |")
    return "\n".join(parts) + "\n"


def in_full(columns: Sequence[Column]) -> str:
    """What the page in the site says besides: who was judged, defaults, clause by clause."""
    parts = [*_implementations(columns), *_defaults(columns), *by_clause(columns)]
    return "\n".join(parts).strip()


def _are_versions(columns: Sequence[Column]) -> bool:
    """Whether a step from one to the next says anything: not between many unlike libraries."""
    names = {report.implementation.get("name") for report in columns}
    return len(columns) <= 2 or len(names) < len(columns)


def _how_it_was_made(columns: Sequence[Column]) -> str:
    names = " ".join(report.name for report in columns)
    return (
        "Written by `lstm-spec matrix` from the reports of `lstm-spec verify`; do not "
        f"edit.\n\n    lstm-spec matrix {names} --markdown FILE"
    )


def _implementations(columns: Sequence[Column]) -> list[str]:
    """One row for each report, with its counts."""
    lines = [
        "## The implementations",
        "",
        "| name | what | Python | passes | fails | not supported |",
    ]
    lines.append("| --- | --- | --- | ---: | ---: | ---: |")
    for report in columns:
        counts = report.counts()
        python = report.implementation.get("python", "")
        lines.append(
            f"| {report.name} | {report.title} | {python} "
            f"| {counts['✓']} | {counts['✗']} | {counts['·']} |"
        )
    return [*lines, ""]


def _defaults(columns: Sequence[Column]) -> list[str]:
    """The defaults of each."""
    stating = [report for report in columns if report.defaults]
    names = sorted({name for report in stating for name in report.defaults})
    if not names:
        return []
    lines = ["## Defaults", "", "| name | " + " | ".join(n.replace("_", " ") for n in names) + " |"]
    lines.append("| --- |" + " --- |" * len(names))
    for report in stating:
        cells = " | ".join(str(report.defaults.get(name, "")) for name in names)
        lines.append(f"| {report.name} | {cells} |")
    return [*lines, ""]


def _steps(columns: Sequence[Column]) -> list[str]:
    """What changes from each report to the next."""
    if len(columns) < 2:
        return []
    lines = ["## From each to the next", ""]
    for before, after in pairwise(columns):
        found = upgrade(before, after)
        lines += [f"### {before.name} to {after.name}", ""]
        changes = (found.broken, found.new_failures, found.fixed, found.given_up, found.defaults)
        if not any(changes):
            lines += ["No clause notices a difference.", ""]
            continue
        lines += _changes("No longer passes", found.broken)
        lines += _changes("Was not supported and fails now", found.new_failures)
        lines += _changes("Passes now", found.fixed)
        if found.given_up:
            lines += [f"Failed before and is no longer supported: {', '.join(found.given_up)}.", ""]
        for name, (old, new) in found.defaults.items():
            lines.append(f"- Default of {name.replace('_', ' ')}: {old}, now {new}")
        if found.defaults:
            lines.append("")
    return lines


def _changes(title: str, changes: list[Change]) -> list[str]:
    """A list of causes with their clauses."""
    if not changes:
        return []
    lines = [f"{title}:", ""]
    for change in changes:
        remedy = f" {change.remedy}." if change.remedy else ""
        lines.append(f"- {_cell(change.reason)}.{remedy} ({', '.join(change.clauses)})")
    return [*lines, ""]


def _grid(columns: Sequence[Column]) -> list[str]:
    """Every clause that fails anywhere, with its sign in each report."""
    lines = ["## Every clause that fails somewhere", "", f"{MEANING}.", ""]
    lines.append("| clause | " + " | ".join(report.name for report in columns) + " | statement |")
    lines.append("| --- |" + " :-: |" * len(columns) + " --- |")
    for name, sentence in telling(columns).items():
        signs = " | ".join(report.sign(name) for report in columns)
        lines.append(f"| {name} | {signs} | {_cell(sentence)} |")
    return [*lines, ""]


def _cell(text: str) -> str:
    """A text that keeps the table whole."""
    return " ".join(text.replace("|", "\\|").split())
