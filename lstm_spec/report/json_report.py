"""The JSON report: checked against its schema and its own count before it is written."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from lstm_spec.report import Report


class BadReport(ValueError):
    """The data are no report; the message says where."""


def schema() -> dict[str, Any]:
    """The JSON schema of a report."""
    text = (files("lstm_spec") / "schemas" / "report.schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator  # a tenth of a second: every judge imports us

    return Draft202012Validator(schema())


def _first_error(data: dict[str, Any]) -> Any:
    """What the schema says against the data, in its clearest words; None if nothing."""
    from jsonschema.exceptions import best_match

    return best_match(_validator().iter_errors(data))


def check(data: dict[str, Any]) -> None:
    """Raise BadReport unless the data fit the schema and no clause is missing from the count."""
    if error := _first_error(data):
        place = "/".join(map(str, error.absolute_path)) or "the report"
        raise BadReport(f"{place}: {error.message}") from error
    counts = dict(data["counts"])
    planned = counts.pop("planned")
    if planned != sum(counts.values()) or planned != len(data["clauses"]):
        raise BadReport(
            f"{planned} clauses were planned, but the verdicts add up to {sum(counts.values())} "
            f"and {len(data['clauses'])} clauses are listed"
        )


def as_data(report: Report) -> dict[str, Any]:
    """The report as the plain data that its JSON holds, once it has been checked."""
    data: dict[str, Any] = json.loads(json.dumps(report.as_json(), default=plain, allow_nan=False))
    check(data)
    return data


def write(report: Report, path: Path) -> None:
    """Write the report, once it has been checked; a half-written file is never left behind."""
    _put(as_data(report), path)


def write_data(data: dict[str, Any], path: Path) -> None:
    """Write the plain data of a report. Raises BadReport if they are none."""
    check(data)
    _put(data, path)


def _put(data: dict[str, Any], path: Path) -> None:
    text = json.dumps(data, indent=1)
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(text + "\n", "utf-8")
    unfinished.replace(path)


def read(path: Path) -> dict[str, Any]:
    """A report from a file. Raises BadReport if it is none."""
    try:
        data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadReport(f"{path}: {error}") from error
    check(data)
    return data


def plain(value: Any) -> Any:
    """Values of a counter-example that JSON does not know."""
    return value.tolist() if hasattr(value, "tolist") else str(value)
