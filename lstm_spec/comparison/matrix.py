"""Several reports side by side: which clause holds where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from lstm_spec import environments
from lstm_spec.clauses import FAMILIES
from lstm_spec.report import reading

SIGN = {
    "pass": "✓",
    "fail": "✗",
    "expected-fail": "✗",
    "unexpected-pass": "✓",
    "unsupported": "·",
    "error": "!",
    "not-run": "?",
}
"""A clause passes, fails, is not supported; the adapter broke; it was not judged."""

MEANING = "✓ passes, ✗ fails, · not supported, ! the adapter broke, ? not judged"


@dataclass(frozen=True)
class Column:
    """One report: what was judged, and every verdict with its reason."""

    name: str
    title: str
    implementation: dict[str, Any]
    clauses: dict[str, dict[str, Any]]
    findings: tuple[str, ...] = ()
    """The mistakes that a diagnosis has proven, in words."""
    remarks: tuple[str, ...] = ()
    """Why the report does not stand for the whole specification: a sentence for each reason."""
    caveats: tuple[str, ...] = ()
    """The same in a word or two each."""

    def sign(self, clause: str) -> str:
        """How the verdict of a clause is shown; ``?`` where the report does not have it."""
        found = self.clauses.get(clause)
        return SIGN[found["verdict"]] if found else "?"

    def holds(self, clause: str) -> bool | None:
        """Whether the clause holds here; None where that was not or could not be asked."""
        return {"✓": True, "✗": False}.get(self.sign(clause))

    def verdict(self, clause: str) -> str:
        """The verdict of a clause, all failures being ``fail`` and all passes ``pass``.

        Empty where the report does not have the clause.
        """
        if clause not in self.clauses:
            return ""
        found = str(self.clauses[clause]["verdict"])
        return {"✓": "pass", "✗": "fail"}.get(SIGN[found], found)

    def counts(self, family: str = "") -> dict[str, int]:
        """How many clauses (of a family) have each sign."""
        found = dict.fromkeys("✓✗·!?", 0)
        for clause in self.clauses:
            if clause.startswith(f"{family}-") or not family:
                found[self.sign(clause)] += 1
        return found

    @property
    def defaults(self) -> dict[str, str]:
        """What the implementation does unless it is told otherwise, as far as it says."""
        stated: dict[str, str] = self.implementation.get("defaults", {})
        return stated


def column(path: Path) -> Column:
    """The column of a report. Raises BadReport if the file holds none."""
    return column_of(path.stem, reading.read(path))


def column_of(name: str, data: Mapping[str, Any]) -> Column:
    """The column of a report in full, as ``reading.read`` gives it."""
    about = data["implementation"]
    backend = f" on {about['backend']}" if about.get("backend") else ""
    return Column(
        name,
        f"{about['name']} {about['version']}{backend}",
        about,
        {one["id"]: one for one in data["clauses"]},
        tuple(one["sentence"] for one in data["findings"]),
        tuple(reading.remarks(data)),
        tuple(reading.caveats(data)),
    )


def columns(folder: Path, wanted: Callable[[str], bool]) -> list[Column]:
    """The reports in a folder whose names are wanted, in the order of the recipes.

    Raises BadReport for a file that holds none.
    """
    files = [folder / f"{name}.json" for name in environments.recipes() if wanted(name)]
    return [column(file) for file in files if file.exists()]


def remarks(columns: Iterable[Column]) -> list[str]:
    """What has to be known before the columns are compared, each with the name of its report."""
    return [f"{one.name}: {remark}" for one in columns for remark in one.remarks]


def statements(columns: Iterable[Column]) -> dict[str, str]:
    """Every clause that any report has, with its sentence, by family and number."""
    found = {
        name: str(one["statement"]) for report in columns for name, one in report.clauses.items()
    }
    families = list(FAMILIES)

    def place(clause: str) -> tuple[int, int]:
        family, number = clause.split("-")
        return (families.index(family) if family in families else len(families), int(number))

    return {name: found[name] for name in sorted(found, key=place)}


def telling(columns: Sequence[Column]) -> dict[str, str]:
    """The clauses that hold in some of the reports and fail in others, or fail in all."""
    every = statements(columns)
    return {
        name: sentence
        for name, sentence in every.items()
        if any(report.holds(name) is False for report in columns)
    }


def as_table(columns: Sequence[Column]) -> Table:
    """For a terminal: how many clauses pass, fail, are not supported; and where they fail."""
    table = Table(header_style="bold", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("report", no_wrap=True)
    table.add_column("implementation", overflow="fold")
    for heading in ("passes", "fails", "not supported", "broke"):
        table.add_column(heading, justify="right", overflow="fold")
    table.add_column("failures by family", overflow="fold")
    for report in columns:
        counts = report.counts()
        failing = {family: report.counts(family)["✗"] for family in FAMILIES}
        table.add_row(
            Text(report.name),
            Text(report.title),
            *[str(counts[sign]) for sign in "✓✗·!"],
            ", ".join(f"{family} {count}" for family, count in failing.items() if count),
        )
    return table


def as_json(columns: Sequence[Column]) -> dict[str, Any]:
    """The matrix as data: implementations, and for each clause a verdict by name."""
    return {
        "implementations": {
            report.name: {
                "title": report.title,
                "counts": report.counts(),
                "remarks": list(report.remarks),
            }
            for report in columns
        },
        "clauses": {
            name: {
                "statement": sentence,
                "verdicts": {
                    report.name: report.clauses[name]["verdict"]
                    for report in columns
                    if name in report.clauses
                },
            }
            for name, sentence in statements(columns).items()
        },
    }
