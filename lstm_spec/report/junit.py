"""The report as JUnit XML, which every continuous integration reads."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from lstm_spec.output import targets
from lstm_spec.output.wording import counted, printable
from lstm_spec.report import Report
from lstm_spec.verdicts import Judgement, Verdict

KINDS = {
    Verdict.FAIL: "failure",
    Verdict.UNEXPECTED_PASS: "failure",
    Verdict.ERROR: "error",
    Verdict.EXPECTED_FAIL: "skipped",
    Verdict.UNSUPPORTED: "skipped",
    Verdict.NOT_RUN: "skipped",
}


def write(report: Report, path: Path) -> None:
    """One test case a clause: failures, errors and skips with their reasons.

    JUnit calls a file without failures and errors green. So one more test case, an error, says it
    when the run ended early or nothing was judged. Raises CannotWrite.
    """
    name = printable(f"{report.implementation['name']} {report.implementation['version']}")
    suite = ET.Element("testsuite", name=f"lstm-spec: {name}")
    for one in report.judgements:
        _add(suite, one)
    if incomplete := _incomplete(report):
        case = ET.SubElement(suite, "testcase", classname="lstm_spec.run", name="the whole run")
        ET.SubElement(case, "error", message=printable(incomplete))
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for kind, plural in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        suite.set(plural, str(sum(case.find(kind) is not None for case in cases)))
    suite.set("time", f"{report.seconds:.3f}")
    targets.write(ET.tostring(suite, encoding="unicode", xml_declaration=True), path)


def _add(suite: ET.Element, one: Judgement) -> None:
    """The test case of one clause."""
    case = ET.SubElement(
        suite,
        "testcase",
        classname=f"lstm_spec.{one.id.split('-')[0]}",
        name=printable(f"{one.id} {one.statement}"),
        time=f"{one.seconds:.3f}",
    )
    if one.verdict is not Verdict.PASS:
        message = printable(f"{one.verdict}: {one.diagnosis}")
        detail = ET.SubElement(case, KINDS[one.verdict], message=message)
        detail.text = printable(one.reproduce)


def _incomplete(report: Report) -> str:
    """Why the run says less than was planned; empty if it says everything."""
    not_run = report.counts[str(Verdict.NOT_RUN)]
    if report.unusable:
        return f"the subject could not be used: {report.unusable}"
    if report.interrupted:
        return f"interrupted: {counted(not_run, 'clause')} of {report.planned} not judged"
    if not report.judged:
        return f"nothing was judged: {report.why_nothing_was_judged}"
    return f"{counted(not_run, 'clause')} of {report.planned} not judged" if not_run else ""
