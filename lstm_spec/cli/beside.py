"""What ``selftest`` says of numbers alone: the smallest sets of cases, and the tests of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from lstm_spec import mutants
from lstm_spec.cli.app import AS_EXPECTED, DEVIATIONS, err, given_command, out
from lstm_spec.output import targets
from lstm_spec.output.progress import Stand, progress
from lstm_spec.output.wording import counted
from lstm_spec.selftest.generated.campaign import drawn
from lstm_spec.selftest.other_suites import measuring
from lstm_spec.selftest.other_suites.suite import notices, suites
from lstm_spec.subjects.find import DEFAULT_ORACLE, find
from lstm_spec.vectors import cases, exporting, files, first_cases


def smallest_sets(known: mutants.Catalogue) -> int:
    """The recorded sets of cases against the mutants of today; the exit code."""
    data = first_cases.recorded()
    wrong = first_cases.unproven(data, known.mutants, _vectors())
    for name, why in wrong.items():
        out.print(Text(f"{name}: {why}", style="red"))
    for kind in data["kinds"]:
        told = f"{len(kind['smallest'])} of {kind['cases']} cases notice"
        out.print(f"{kind['name']}: {told} {counted(kind['mutants'], 'planted mistake')}")
    out.print(Text("proven" if not wrong else f"{len(wrong)} not proven: measure again"))
    return DEVIATIONS if wrong else AS_EXPECTED


def other_suites(known: mutants.Catalogue, count: int, seed: int, json_file: Path | None) -> int:
    """The tests of other projects against mutants and so many changes; the exit code."""
    found, oracle = suites(), find(DEFAULT_ORACLE)
    wrong = [
        f"{one.name}: {case['id']}" for one in found for case in one.cases if notices(oracle, case)
    ]
    for told in wrong:
        out.print(Text(f"{oracle.name} does not pass {told}", style="red"))
    if wrong:
        return DEVIATIONS
    recorded = first_cases.recorded()
    (everything,) = (one for one in recorded["kinds"] if one["name"] == "everything")
    chosen = {one["case"] for one in everything["smallest"]}
    ours = [case for case in _vectors() if case["id"] in chosen]
    sources = [(one, drawn(one, count, seed)[1]) for one in known.sources if count]
    stand = Stand("mistakes", len(known.mutants) + sum(len(changes) for _, changes in sources))
    with progress(err, stand):
        mistakes = list(measuring.planted(known.mutants, found, stand.advance))
        kinds = [
            kind
            for source, changes in sources
            for kind in measuring.generated(source, changes, found, ours, stand.advance)
        ]
    data = measuring.as_data(found, mistakes, kinds, recorded, given_command(), seed)
    _show(data)
    if json_file:
        targets.write(files.as_text(files.plain(data)) + "\n", json_file)
    return AS_EXPECTED


def _vectors() -> Sequence[Mapping[str, Any]]:
    oracle = find(DEFAULT_ORACLE)
    return [exporting.completed(one, oracle) for one in cases()]


def _show(data: Mapping[str, Any]) -> None:
    """A line for every suite."""
    table = Table("suite", "tests", "planted", "changes")
    for one in data["suites"]:
        name = one["name"]
        planted = sum(name in mistake["noticed_by"] for mistake in data["planted"])
        changes = sum(kind["noticed_by"][name] for kind in data["generated"])
        table.add_row(name, str(one["cases"]), str(planted), str(changes))
    out.print(table)
