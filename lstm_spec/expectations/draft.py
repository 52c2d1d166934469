"""A first version of an expectation file, from a report and from what is known of other reports.

    python -m lstm_spec.expectations.draft reports/keras-2.2.json

prints the entries. A reason is taken over from another shipped file only where that environment's
own report, too, has the clause failing in the same words (numbers aside), and so has it most of the
clauses that the other file explains by it. What nobody has explained yet stands at the end as a
comment: find the cause, write it down, and only then expect it. An explanation that was taken over
is a proposal as well; the same words may have another cause.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from textwrap import wrap
from typing import Any

from lstm_spec.expectations import Expectation, read, shipped, without_note
from lstm_spec.report import reading

FAILED = ("fail", "expected-fail")
WIDTH = 100


def told(diagnosis: str) -> str:
    """What was found, without numbers, without where the largest of them was."""
    found = re.sub(r"[-+]?\d[\d.,e+-]*", "#", diagnosis)
    found = re.sub(r" of the (recurrent kernel|kernel|bias)\b", "", found)
    return re.sub(r": expected #,? got #.*", "", found, flags=re.DOTALL)


def failures(report: Mapping[str, Any]) -> dict[str, str]:
    """What was found by each clause that fails, in the order of the report."""
    return {
        one["id"]: without_note(str(one["diagnosis"]))
        for one in report["clauses"]
        if one["verdict"] in FAILED
    }


def explained_elsewhere(
    name: str, here: Mapping[str, str], reports: Path
) -> dict[tuple[str, str], Expectation]:
    """By clause and words: the expectation of the shipped file whose report is most like this one.

    ``here`` is what was found, by clause. A cause that has broken many clauses elsewhere is the
    cause here only if it has broken most of them.
    """
    candidates: list[tuple[int, dict[str, Expectation]]] = []
    for other in shipped():
        file = reports / f"{other}.json"
        if other == name or not file.exists():
            continue
        there = failures(reading.read(file))
        expectations = {clause: one for clause, one in read(other).items() if clause in there}
        alike = [one for one in expectations if told(there[one]) == told(here.get(one, ""))]
        broken_there = Counter(one.reason for one in expectations.values())
        broken_here = Counter(expectations[clause].reason for clause in alike)
        most = {reason for reason, n in broken_here.items() if 2 * n > broken_there[reason]}
        taken = {one: expectations[one] for one in alike if expectations[one].reason in most}
        candidates.append((len(alike), taken))
    known: dict[tuple[str, str], Expectation] = {}
    for _, taken in sorted(candidates, key=lambda one: -one[0]):
        for clause, one in taken.items():
            known.setdefault((clause, told(here[clause])), one)
    return known


def draft(name: str, report: Mapping[str, Any], reports: Path) -> str:
    """The file as text: explained failures first, the others as comments."""
    known = explained_elsewhere(name, failures(report), reports)
    causes: dict[Expectation, list[str]] = {}
    unexplained: list[str] = []
    for clause, found in failures(report).items():
        if taken := known.get((clause, told(found))):
            causes.setdefault(replace(taken, clause=""), []).append(clause)
        else:
            unexplained += [f"# not explained: {clause}", *_comment(found), ""]
    about = report["implementation"]
    backend = f" on {about['backend']}" if about.get("backend") else ""
    parts = [f"# {about['name']} {about['version']}{backend}."]
    parts += [_entry(cause, clauses) for cause, clauses in causes.items()]
    return "\n\n".join(parts) + "\n\n" + "\n".join(unexplained)


def _entry(cause: Expectation, clauses: list[str]) -> str:
    lines = ["[[expect]]", _clauses(clauses)]
    told = ("cause",) if cause.cause else ("reason", "url", "source", "remedy")
    lines += [f"{key} = {_text(words)}" for key in told if (words := getattr(cause, key))]
    lines += [f"rate = {cause.rate}"] if cause.rate < 1 else []
    lines += [f"where = {_text(cause.where)}"] if cause.where else []
    return "\n".join(lines)


def _clauses(names: list[str]) -> str:
    if len(names) == 1:
        return f"clause = {_text(names[0])}"
    listed = ", ".join(map(_text, names))
    one = f"clauses = [{listed}]"
    if len(one) <= WIDTH:
        return one
    return "\n".join(["clauses = [", *(f"  {line}" for line in wrap(f"{listed},", WIDTH - 4)), "]"])


def _text(words: str) -> str:
    """A string of TOML: for these characters the same as one of JSON."""
    return json.dumps(words, ensure_ascii=False)


def _comment(words: str) -> Iterable[str]:
    return (f"#   {line}" for line in wrap(words, WIDTH - 4))


def main(arguments: list[str] | None = None) -> None:
    """Print the draft for a report; its name is that of the environment."""
    parser = argparse.ArgumentParser(description="Draft an expectation file from a report.")
    parser.add_argument("report", type=Path)
    parser.add_argument("--reports", type=Path, help="where the others lie; else beside it")
    chosen = parser.parse_args(arguments)
    report = reading.read(chosen.report)
    print(draft(chosen.report.stem, report, chosen.reports or chosen.report.parent), end="")


if __name__ == "__main__":
    main()
