"""The report as JUnit XML, which every continuous integration reads."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from lstm_spec.report import Report
from lstm_spec.verdicts import Verdict


def write(report: Report, path: Path) -> None:
    """One test case a clause: failures, errors and skips with their reasons."""
    name = f"{report.implementation['name']} {report.implementation['version']}"
    suite = ET.Element("testsuite", name=f"lstm-spec: {name}", tests=str(len(report.judgements)))
    tally = {"failure": 0, "error": 0, "skipped": 0}
    for one in report.judgements:
        case = ET.SubElement(
            suite,
            "testcase",
            classname=f"lstm_spec.{one.id.split('-')[0]}",
            name=f"{one.id} {one.statement}",
            time=f"{one.seconds:.3f}",
        )
        if one.verdict is Verdict.PASS:
            continue
        if one.verdict in (Verdict.FAIL, Verdict.UNEXPECTED_PASS):
            kind = "failure"
        elif one.verdict is Verdict.ERROR:
            kind = "error"
        else:
            kind = "skipped"
        tally[kind] += 1
        detail = ET.SubElement(case, kind, message=_legal(f"{one.verdict}: {one.diagnosis}"))
        detail.text = one.reproduce
    suite.set("failures", str(tally["failure"]))
    suite.set("errors", str(tally["error"]))
    suite.set("skipped", str(tally["skipped"]))
    suite.set("time", f"{report.seconds:.3f}")
    ET.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def _legal(text: str) -> str:
    """The text without the control characters that XML forbids."""
    return "".join(character for character in text if character in "\t\n" or character >= " ")
