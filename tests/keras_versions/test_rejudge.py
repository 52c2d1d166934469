"""A report judged anew has what was found, and other expectations."""

import json
import shutil
from pathlib import Path

import pytest

from lstm_spec.expectations import read, rejudge
from lstm_spec.report import reading
from lstm_spec.verdicts import Verdict

REPORTS = Path(__file__).parents[2] / "reports"
KNOWN = "keras-2.3"


@pytest.fixture
def report(tmp_path):
    return Path(shutil.copy(REPORTS / f"{KNOWN}.json", tmp_path / "report.json"))


def expectation(tmp_path, clause, rate=1.0):
    file = tmp_path / "known.toml"
    entry = {"clause": clause, "reason": "known", "source": "here", "rate": rate}
    file.write_text("[[expect]]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in entry.items()))
    return str(file)


def verdicts(file):
    return {one["id"]: one["verdict"] for one in reading.read(file)["clauses"]}


def test_the_shipped_file_explains_every_failure_of_its_report(report):
    assert rejudge.main([str(report), "--expect", KNOWN]) == 0
    expected = {name for name, one in verdicts(report).items() if one == Verdict.EXPECTED_FAIL}
    certain = {name for name, one in read(KNOWN).items() if one.certain}
    assert certain <= expected <= set(read(KNOWN))  # a race is lost now and then


def test_other_expectations_leave_nothing_of_the_former_ones_behind(report, tmp_path, capsys):
    known = rejudge.found
    raw = [known(one) for one in reading.read(report)["clauses"]]
    rejudge.main([str(report), "--expect", KNOWN])
    holds = next(one.id for one in raw if one.verdict is Verdict.PASS)
    capsys.readouterr()
    assert rejudge.main([str(report), "--expect", expectation(tmp_path, holds)]) == 1
    assert f"{holds}: unexpected-pass" in capsys.readouterr().out
    data = reading.read(report)
    assert [known(one).diagnosis for one in data["clauses"]] == [one.diagnosis for one in raw]
    failing = {one.id for one in raw if one.verdict is Verdict.FAIL}
    assert {one["id"] for one in data["clauses"] if one["verdict"] == "fail"} == failing
    assert data["counts"]["fail"] == len(failing)
    assert data["counts"]["unexpected-pass"] == 1


def test_one_pass_of_what_fails_sometimes_is_no_surprise(report, tmp_path):
    holds = next(name for name, one in verdicts(report).items() if one == Verdict.PASS)
    rejudge.main([str(report), "--expect", expectation(tmp_path, holds, rate=0.5)])
    assert verdicts(report)[holds] == Verdict.PASS


def test_a_clause_that_the_report_does_not_have_is_named(report, tmp_path, capsys):
    before = report.read_text()
    with pytest.raises(SystemExit) as left:
        rejudge.main([str(report), "--expect", expectation(tmp_path, "STATE-999")])
    assert left.value.code == 2
    assert "STATE-999" in capsys.readouterr().err
    assert report.read_text() == before
