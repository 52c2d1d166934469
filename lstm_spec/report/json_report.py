"""The JSON report: checked against its schema and its own count before it is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lstm_spec.output import targets
from lstm_spec.report import Report
from lstm_spec.report.file_form import filled_in, without_what_is_known
from lstm_spec.report.reading import check, schema


def as_data(report: Report) -> dict[str, Any]:
    """The report in full as plain data, as ``reading.read`` gives it, once it has been checked."""
    data: dict[str, Any] = json.loads(json.dumps(report.as_json(), default=plain, allow_nan=False))
    check(data)
    return filled_in(data)


def write(report: Report, path: Path) -> None:
    """Write the report, once it has been checked; a half-written file is never left behind."""
    write_data(as_data(report), path)


def write_data(data: Mapping[str, Any], path: Path) -> None:
    """Write the plain data of a report in full. Raises BadReport if they are none."""
    check(data)
    targets.write(as_text(without_what_is_known(data)), path)


def as_text(data: Mapping[str, Any]) -> str:
    """The text of the file: in the order of the schema, and a line for each clause.

    So a change reads well in a diff.
    """
    order = schema()
    clause, evidence = (order["$defs"][name]["properties"] for name in ("clause", "evidence"))
    head = _in_order(data, order["properties"])
    lines = []
    for one in head.pop("clauses"):
        ordered = _in_order(one, clause)
        if "evidence" in ordered:
            ordered["evidence"] = _in_order(ordered["evidence"], evidence)
        lines.append(json.dumps(ordered))
    told = json.dumps(head, indent=1).removesuffix("\n}")
    listed = ",\n  ".join(lines)
    return f'{told},\n "clauses": [\n  {listed}\n ]\n}}\n'


def _in_order(data: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The entries in the order of these names."""
    return {name: data[name] for name in names if name in data}


def plain(value: Any) -> Any:
    """Values of a counter-example that JSON does not know."""
    return value.tolist() if hasattr(value, "tolist") else str(value)
