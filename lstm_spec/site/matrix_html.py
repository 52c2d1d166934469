"""Several reports side by side: clauses down, implementations across."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from lstm_spec.clauses import FAMILIES, Strength
from lstm_spec.comparison.matrix import Column, statements
from lstm_spec.report.html.page import Around, fill, save
from lstm_spec.report.html.report import MEANING, in_figures
from lstm_spec.site import share_picture
from lstm_spec.verdicts import Verdict

SHORT = {
    Verdict.EXPECTED_FAIL: "known",
    Verdict.UNEXPECTED_PASS: "passes now",
    Verdict.UNSUPPORTED: "lacks",
}
"""Words of the cells where the verdict's own would be too wide."""


def write_matrix(
    columns: Sequence[Column], path: Path, pages: Mapping[str, str] | None = None
) -> None:
    """Write the matrix of ``columns``.

    ``pages`` are the files of the columns' own pages by name, where they exist, as seen from this
    one: a cell then leads to its clause there.
    """
    save(render_matrix(columns, pages or {}), path)


def render_matrix(
    columns: Sequence[Column], pages: Mapping[str, str], around: Around | None = None
) -> str:
    """The matrix as text. A clause that a report does not have leaves its cell empty.

    ``around`` are the links to the rest of a site, if the matrix is part of one.
    """
    clauses = {name: one for report in columns for name, one in report.clauses.items()}
    rows = [_row(clauses[name], columns) for name in statements(columns)]
    occurring = [one for one in MEANING if any(str(one) in row["verdicts"] for row in rows)]
    names = list(dict.fromkeys(row["family"] for row in rows))
    return fill(
        "matrix.html",
        around=around,
        columns=[
            {
                "name": one.name,
                "title": one.title,
                "headline": in_figures(_counts(one)),
                "remarks": one.remarks,
                "page": quote(pages.get(one.name, "")),  # a file, whatever its name: no scheme
            }
            for one in columns
        ],
        families=[
            (name, FAMILIES.get(name, ""), [row for row in rows if row["family"] == name])
            for name in names
        ],
        total=len(rows),
        picture=Markup(share_picture.svg(columns)),
        legend=share_picture.LEGEND,
        differing=sum("differs" in row["verdicts"] for row in rows),
        verdicts=[(str(one), SHORT.get(one, str(one)), MEANING[one]) for one in occurring],
        verdict_options=[
            ("differs", "columns that differ"),
            *((str(v), str(v)) for v in occurring),
        ],
        family_options=[(name, name) for name in names],
        strength_options=[(str(one), str(one)) for one in Strength],
    )


def _counts(report: Column) -> dict[str, int]:
    tally = Counter(str(one["verdict"]) for one in report.clauses.values())
    return {"planned": len(report.clauses), **{str(one): tally[one] for one in Verdict}}


def _row(clause: dict[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    name = clause["id"]
    found = [one.clauses.get(name, {}).get("verdict", "") for one in columns]
    holds = {one.holds(name) for one in columns} - {None}
    verdicts = sorted({one for one in found if one})
    return {
        "id": name,
        "family": name.split("-")[0],
        "strength": clause["strength"],
        "statement": clause["statement"],
        "cells": [(one, SHORT.get(Verdict(one), one) if one else "") for one in found],
        "verdicts": [*verdicts, "differs"] if len(holds) > 1 else verdicts,
    }
