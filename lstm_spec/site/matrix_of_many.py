"""The matrix of many implementations on a page: by family, and clause by clause in narrow columns.

Twelve names still fit over their columns. With more, a column has its implementation's number.
"""

from __future__ import annotations

from collections.abc import Sequence

from lstm_spec.clauses import FAMILIES
from lstm_spec.comparison.matrix import MEANING, Column, statements, telling

MANY = 12
"""More columns than these have numbers in place of names."""


def by_family(columns: Sequence[Column]) -> list[str]:
    """How many clauses of each family pass, of those that could be judged."""
    families = [name for name in FAMILIES if any(_share(report, name) for report in columns)]
    lines = [
        "## By family",
        "",
        "Clauses that pass / clauses that are supported; empty if none is supported.",
        "",
        f"| no. | name | {' | '.join(families)} |",
        "| ---: | --- |" + " ---: |" * len(families),
    ]
    for number, report in enumerate(columns, 1):
        cells = " | ".join(_share(report, family) for family in families)
        lines.append(f"| {number} | {report.name} | {cells} |")
    return [*lines, ""]


def _share(report: Column, family: str) -> str:
    """How many of the supported clauses pass; empty if none is supported."""
    counts = report.counts(family)
    asked = counts["✓"] + counts["✗"]
    return f"{counts['✓']} / {asked}" if asked else ""


def by_clause(columns: Sequence[Column]) -> list[str]:
    """Where each clause fails; then the sign of every clause that any of them supports."""
    failing = telling(columns)
    lines = ["## Every clause that fails somewhere", "", "| clause | fails in | statement |"]
    lines.append("| --- | --- | --- |")
    for name, sentence in failing.items():
        where = ", ".join(report.name for report in columns if report.holds(name) is False)
        lines.append(f"| {name} | {where} | {_cell(sentence)} |")
    every = statements(columns)
    asked = [name for name in every if any(report.holds(name) is not None for report in columns)]
    silent = len(every) - len(asked)
    lines += [
        "",
        "## Clause by clause",
        "",
        f"{MEANING}. The columns have the numbers of the table above. {silent} clauses are "
        "supported by none of these and are left out.",
        "",
        "| clause | " + " | ".join(str(number) for number, _ in enumerate(columns, 1)) + " |",
        "| --- |" + " :-: |" * len(columns),
    ]
    lines += [
        f"| {name} | {' | '.join(report.sign(name) for report in columns)} |" for name in asked
    ]
    return [*lines, ""]


def _cell(text: str) -> str:
    """A text that keeps the table whole."""
    return " ".join(text.replace("|", "\\|").split())
