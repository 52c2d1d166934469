"""``docs/fifty-updates.md``: how far engines are from the oracle in fifty updates, from the data.

``python -m lstm_spec.selftest.fifty_updates NAME`` measures.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lstm_spec.tolerances import FLOAT64, LOCKSTEP

Data = Mapping[str, Any]

NOT_TRAINED = ("refused", "unsupported")
"""The names under which a row says why there is no figure."""

SHOWN = 5
"""Runs that are named beside an outcome that many have."""


def read(folder: Path) -> list[Data]:
    """The data of every subject that was measured."""
    return [json.loads(one.read_text("utf-8")) for one in sorted(folder.glob("*.json"))]


def tolerance_of(data: Data) -> float:
    """Of two engines in float64, or of one in float32."""
    return FLOAT64 if data["subject"] == "numpy" else LOCKSTEP


def beyond(data: Data) -> list[Data]:
    """The rows that are further from the oracle than the tolerance."""
    return [one for one in data["rows"] if one.get("apart", 0.0) > tolerance_of(data)]


def page(subjects: Sequence[Data]) -> str:
    """A summary, what is beyond a tolerance or was not trained, and every row."""
    lines = [
        "# Fifty updates with every option",
        "",
        "An engine and its oracle start from the same weights and get the same fifty batches, with "
        "every option of every optimiser, and every loss with every kind of weights, without "
        "states and with them (reset before the 20th update). The figure is the largest difference "
        "of any loss or weight after any of the updates. The rows follow from the dataclasses that "
        "describe optimisers and losses. Written from `docs/data/fifty-updates` by `python -m "
        "lstm_spec.site.pages`; do not edit.",
        "",
        "| engine | oracle | runs | within the tolerance | tolerance | largest of these | beyond | "
        "refused | unsupported | measured by |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [_summary(one) for one in subjects]
    for data in subjects:
        beside = _by_outcome([one for one in data["rows"] if "apart" not in one] + beyond(data))
        if beside:
            lines += ["", f"## Not within the tolerance: {_named(data)}", ""]
            lines += ["| outcome | runs | which |", "| --- | --- | --- |"]
            lines += [f"| {said} | {len(runs)} | {_in_short(runs)} |" for said, runs in beside]
    lines += ["", "## Every run", ""]
    names = [_named(one) for one in subjects]
    lines += [f"| run | {' | '.join(names)} |", f"| --- |{' --- |' * len(names)}"]
    by_run = [{_run(row): row for row in data["rows"]} for data in subjects]
    for run in dict.fromkeys(run for rows in by_run for run in rows):
        cells = [_cell(rows.get(run, {})) for rows in by_run]
        lines.append(f"| {run} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _named(data: Data) -> str:
    backend = f" on {data['backend']}" if data["backend"] else ""
    return f"{data['subject']} {data['version']}{backend}"


def _summary(data: Data) -> str:
    rows, tolerance = data["rows"], tolerance_of(data)
    within = [one["apart"] for one in rows if one.get("apart", math.inf) <= tolerance]
    counts = [sum(name in one for one in rows) for name in NOT_TRAINED]
    largest = f"{max(within):.1e}" if within else "-"
    cells = (
        _named(data),
        data["oracle"],
        len(rows),
        len(within),
        f"{tolerance:g}",
        largest,
        len(beyond(data)),
        *counts,
        f"`{data['command']}`",
    )
    return f"| {' | '.join(map(str, cells))} |"


def _run(row: Data) -> str:
    weighed = "" if row["weighed"] == "not" else f", weighed by {row['weighed']}"
    return f"{row['what']}{weighed}{', stateful' if row['stateful'] else ''}"


def _by_outcome(rows: Sequence[Data]) -> list[tuple[str, list[str]]]:
    """Each outcome, and the runs that came out so; what is beyond the tolerance is one of them."""
    found: dict[str, list[str]] = {}
    far = [one["apart"] for one in rows if "apart" in one]
    beyond_it = f"beyond the tolerance, by up to {max(far):.1e}" if far else ""
    for row in rows:
        said = next((f"{name}: {row[name]}" for name in NOT_TRAINED if name in row), beyond_it)
        found.setdefault(said, []).append(_run(row))
    return list(found.items())


def _in_short(runs: Sequence[str]) -> str:
    """The first of many runs; all of them are in the table of every run."""
    rest = f"; and {len(runs) - SHOWN} more" if len(runs) > SHOWN else ""
    return "; ".join(runs[:SHOWN]) + rest


def _cell(row: Data) -> str:
    if "apart" in row:
        return f"{row['apart']:.1e}"
    return next((name for name in NOT_TRAINED if name in row), "-")
