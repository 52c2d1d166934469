"""Several reports side by side: clauses down, implementations across."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lstm_spec.clauses import FAMILIES, Level
from lstm_spec.report.html.page import fill, save
from lstm_spec.report.html.report import MEANING, full_name, headline
from lstm_spec.verdicts import Verdict

SHORT = {
    Verdict.EXPECTED_FAIL: "known",
    Verdict.UNEXPECTED_PASS: "holds now",
    Verdict.UNSUPPORTED: "lacks",
}
"""Words of the cells where the verdict's own would be too wide."""


def write_matrix(
    reports: Mapping[str, dict[str, Any]], path: Path, pages: Mapping[str, str] | None = None
) -> None:
    """Write the matrix of ``reports``: the data of each under the name of its column.

    ``pages`` are the files of the columns' own pages, where they exist, as seen from this one: a
    cell then leads to its clause there.
    """
    save(render_matrix(reports, pages or {}), path)


def render_matrix(reports: Mapping[str, dict[str, Any]], pages: Mapping[str, str]) -> str:
    """The matrix as text. A clause that a report does not have leaves its cell empty."""
    verdicts = {
        name: {one["id"]: one["verdict"] for one in report["clauses"]}
        for name, report in reports.items()
    }
    clauses = {one["id"]: one for report in reports.values() for one in report["clauses"]}
    rows = [_row(one, verdicts) for one in sorted(clauses.values(), key=_place)]
    occurring = [one for one in MEANING if any(str(one) in row["verdicts"] for row in rows)]
    names = list(dict.fromkeys(row["family"] for row in rows))
    differing = sum("differs" in row["verdicts"] for row in rows)
    return fill(
        "matrix.html",
        columns=[_column(name, report, pages) for name, report in reports.items()],
        families=[
            (name, FAMILIES.get(name, ""), [row for row in rows if row["family"] == name])
            for name in names
        ],
        total=len(rows),
        differing=differing,
        verdicts=[(str(one), SHORT.get(one, str(one)), MEANING[one]) for one in occurring],
        verdict_options=[
            ("differs", "columns that differ"),
            *((str(v), str(v)) for v in occurring),
        ],
        family_options=[(name, name) for name in names],
        level_options=[(str(one), str(one)) for one in Level],
    )


def _column(name: str, report: dict[str, Any], pages: Mapping[str, str]) -> dict[str, str]:
    return {
        "name": name,
        "subject": full_name(report["implementation"]),
        "headline": headline(report["counts"]),
        "page": quote(pages.get(name, "")),  # a file, whatever it is called: never a scheme
    }


def _row(clause: dict[str, Any], verdicts: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    cells = [verdicts[name].get(clause["id"], "") for name in verdicts]
    judged = {one for one in cells if one not in ("", Verdict.UNSUPPORTED, Verdict.NOT_RUN)}
    found = sorted({one for one in cells if one})
    return {
        "id": clause["id"],
        "family": clause["id"].split("-")[0],
        "level": clause["level"],
        "statement": clause["statement"],
        "cells": [(one, SHORT.get(Verdict(one), one) if one else "") for one in cells],
        "verdicts": [*found, "differs"] if len(judged) > 1 else found,
    }


def _place(clause: dict[str, Any]) -> tuple[int, str, int]:
    family, number = clause["id"].split("-")
    known = list(FAMILIES)
    return (known.index(family) if family in known else len(known), family, int(number))
