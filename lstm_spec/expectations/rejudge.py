"""A report judged anew with an expectation file: a file is tried without another run of minutes.

    python -m lstm_spec.expectations.rejudge reports/keras-2.2.json --expect keras-2.2

Only what is expected changes: every clause keeps what was found. The exit code is that of a run: 0
if everything is as expected, 1 if not, 3 if nothing was judged. Where an entry has a rate, a run
judges the clause several times; the report has one judgement, so its passing is no surprise here.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lstm_spec.expectations import (
    BadExpectations,
    Expectation,
    apply,
    read,
    unmatched,
    without_note,
)
from lstm_spec.output.wording import counted
from lstm_spec.report import json_report, reading
from lstm_spec.verdicts import Judgement, Verdict

NOTHING_WAS_JUDGED = 3
"""The exit code that ``lstm-spec verify`` has for that."""

AS_IT_WAS = {Verdict.EXPECTED_FAIL: Verdict.FAIL, Verdict.UNEXPECTED_PASS: Verdict.PASS}


def found(clause: Mapping[str, Any]) -> Judgement:
    """The judgement of a clause before anything was expected of it."""
    judgement = Judgement.from_json(dict(clause))
    if judgement.verdict is Verdict.UNEXPECTED_PASS:
        judgement.diagnosis = ""
    judgement.verdict = AS_IT_WAS.get(judgement.verdict, judgement.verdict)
    judgement.diagnosis = without_note(judgement.diagnosis)
    return judgement


def rejudged(
    report: Mapping[str, Any], expectations: Mapping[str, Expectation]
) -> tuple[dict[str, Any], list[Judgement]]:
    """The report with these expectations instead of its own, and what is not as expected.

    Raises BadExpectations for an entry that names no clause of the report.
    """
    if strange := unmatched(expectations, [one["id"] for one in report["clauses"]]):
        raise BadExpectations(f"the report has no clause {', '.join(strange)}")
    certain = {name: one for name, one in expectations.items() if one.certain}
    judgements = []
    for clause in report["clauses"]:
        judgement = found(clause)
        known = expectations if judgement.verdict is Verdict.FAIL else certain
        judgements.append(apply(judgement, dict(known)))
    tally = Counter(str(one.verdict) for one in judgements)
    counts = {"planned": len(judgements), **{str(one): tally[one] for one in Verdict}}
    clauses = [
        {**clause, "verdict": str(one.verdict), "diagnosis": one.diagnosis}
        for clause, one in zip(report["clauses"], judgements, strict=True)
    ]
    deviations = [one for one in judgements if not one.verdict.as_expected]
    return {**report, "counts": counts, "clauses": clauses}, deviations


def main(arguments: list[str] | None = None) -> int:
    """Judge a report anew in its place; the exit code."""
    parser = argparse.ArgumentParser(description="Judge a report anew with an expectation file.")
    parser.add_argument("report", type=Path)
    parser.add_argument("--expect", required=True, help="a file, or the name of a shipped one")
    chosen = parser.parse_args(arguments)
    try:
        data, deviations = rejudged(reading.read(chosen.report), read(chosen.expect))
    except (reading.BadReport, BadExpectations) as error:
        parser.error(str(error))
    json_report.write_data(data, chosen.report)
    for one in deviations:
        print(f"{one.id}: {one.verdict}: {one.diagnosis}")
    for remark in reading.remarks(data):
        print(remark)
    print(f"{counted(len(deviations), 'clause')} of {len(data['clauses'])} not as expected")
    if not any(Verdict(one["verdict"]).is_judged for one in data["clauses"]):
        return NOTHING_WAS_JUDGED
    return int(bool(deviations))


if __name__ == "__main__":
    raise SystemExit(main())
