"""What the scripts of findings say of themselves is so."""

import re
from pathlib import Path

import pytest

from lstm_spec.clauses import catalogue
from lstm_spec.environments import recipes
from lstm_spec.report import reading
from lstm_spec.site.findings_page import BadHead, entries, entry

ROOT = Path(__file__).parents[2]
FOUND = entries(ROOT / "findings")
COMMAND = re.compile(r"lstm-spec env run (\S+) findings/(\S+)")


def test_ten_deviations_and_more_are_in_other_libraries_than_keras():
    assert len({one.name for one in FOUND if one.name != "Keras"}) >= 10


@pytest.mark.parametrize("one", FOUND, ids=lambda one: one.script)
def test_an_entry_names_clauses_that_exist_and_a_command_that_runs_it(one):
    assert set(one.clauses) <= {clause.id for clause in catalogue()}
    name, script = COMMAND.fullmatch(one.command).groups()
    assert name in recipes()
    assert script == one.script


@pytest.mark.parametrize("one", FOUND, ids=lambda one: one.script)
def test_a_script_needs_the_library_alone(one):
    source = (ROOT / "findings" / one.script).read_text("utf-8")
    code = source.replace(one.command, "")
    assert not re.search(r"lstm_spec|\breference\.", code)
    assert re.search(r"^raise SystemExit\(bool\(|^process\.exitCode = ", code, re.MULTILINE)


@pytest.mark.parametrize(
    "one", [one for one in FOUND if one.name != "Keras"], ids=lambda one: one.script
)
def test_every_clause_of_an_entry_fails_in_the_report_of_its_library(one):
    name, _ = COMMAND.fullmatch(one.command).groups()
    report = reading.read(ROOT / "reports" / f"{name}.json")
    verdicts = {clause["id"]: clause["verdict"] for clause in report["clauses"]}
    broken = ("fail", "expected-fail", "error")  # an error where the library ends the process
    held = {clause for clause in one.clauses if verdicts[clause] not in broken}
    assert not held
    assert report["implementation"]["version"] in one.library


HEAD = '''"""It adds one.

Library: Adder 1.0
Clauses: CELL-01, CELL-02
Documented: no

Expected is nothing.

Run: lstm-spec env run adder findings/adder.py
"""
'''


def test_a_head_is_read(tmp_path):
    file = tmp_path / "adder.py"
    file.write_text(HEAD)
    found = entry(file)
    assert (found.title, found.name, found.documented) == ("It adds one.", "Adder", "no")
    assert found.clauses == ("CELL-01", "CELL-02")
    assert found.text == "Expected is nothing."


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Library: Adder 1.0\n", "Library"),
        ("Documented: no\n", "Documented"),
        ("Expected is nothing.\n", "expected"),
        ("Run: lstm-spec env run adder findings/adder.py\n", "Run"),
    ],
)
def test_a_head_that_lacks_something_is_refused(tmp_path, line, says):
    file = tmp_path / "adder.py"
    file.write_text(HEAD.replace(line, ""))
    with pytest.raises(BadHead, match=says):
        entry(file)
