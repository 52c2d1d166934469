"""What was found about a file as JUnit XML: a test case for the file, and one for each engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from lstm_spec.output import targets
from lstm_spec.output.wording import printable
from lstm_spec.saved_models.engines.findings import EngineFindings
from lstm_spec.saved_models.report import Findings
from lstm_spec.saved_models.sentences import sentences

KINDS = {
    "deviates": "failure",
    "refused": "failure",
    "unusable": "error",
    "not supported": "skipped",
}


class Case(NamedTuple):
    """One test case; ``kind`` is empty where it passes."""

    name: str
    seconds: float = 0.0
    kind: str = ""
    message: str = ""
    detail: str = ""


def write(found: Findings, path: Path) -> None:
    """Write it. Raises CannotWrite."""
    suite = ET.Element("testsuite", name=printable(f"lstm-spec model: {found.path.name}"))
    for one in cases(found):
        case = ET.SubElement(
            suite,
            "testcase",
            classname="lstm_spec.model",
            name=printable(one.name),
            time=f"{one.seconds:.3f}",
        )
        if one.kind:
            ET.SubElement(case, one.kind, message=printable(one.message)).text = printable(
                one.detail
            )
    made = suite.findall("testcase")
    suite.set("tests", str(len(made)))
    for kind, plural in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        suite.set(plural, str(sum(case.find(kind) is not None for case in made)))
    targets.write(ET.tostring(suite, encoding="unicode", xml_declaration=True), path)


def cases(found: Findings) -> Iterator[Case]:
    """The file, the second file, and the engines."""
    if found.refused is not None:
        yield Case("the file is read", 0.0, "error", str(found.refused), found.command)
        return
    yield Case("the file is read")
    if found.against is not None:
        said = found.against.sentence
        kind = "" if found.against.agrees else "failure"
        yield Case(f"agrees with {found.against.other.file.name}", 0.0, kind, said, found.command)
    for one in found.engines:
        yield of_engine(one, found.command)


def of_engine(one: EngineFindings, command: str) -> Case:
    """One engine with everything that was found about it."""
    kind = KINDS.get(one.verdict, "")
    if not kind:
        return Case(one.name, one.seconds)
    detail = "\n".join([*sentences(one), command])
    return Case(one.name, one.seconds, kind, f"{one.verdict}: {one.title}", detail)
