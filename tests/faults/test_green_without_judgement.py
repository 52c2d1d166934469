"""Nothing that was not judged looks green."""

from xml.etree import ElementTree as ET

import pytest
from running import HERE, inside

from lstm_spec.bench.gate import gate
from lstm_spec.expectations import rejudge
from lstm_spec.report import Report, badge, html, json_report, junit, reading
from lstm_spec.verdicts import Judgement, Verdict

ABOUT = {"name": "x", "version": "1", "capabilities": []}


def report(*verdicts, **more):
    """A report of clauses with these verdicts."""
    judgements = [
        Judgement(f"CELL-{number:02}", "It is so.", "MUST", verdict, diagnosis="needs forward")
        for number, verdict in enumerate(verdicts, 1)
    ]
    return Report(ABOUT, ABOUT, "core", 0, len(judgements), judgements, **more)


def test_a_subject_without_a_capability_ends_with_3(tmp_path):
    """It used to be 112 unsupported and exit 0."""
    words = ("odd_subjects:NoCapability", "--only", "CELL", "-n", "1")
    ran = inside("verify", *words, "--json", tmp_path / "r.json")
    assert ran.returncode == 3
    assert "nothing was judged of odd_subjects:NoCapability: " in ran.stderr
    assert "needs forward" in ran.stderr
    assert reading.read(tmp_path / "r.json")["counts"]["unsupported"] > 0


def test_one_clause_that_is_judged_is_enough():
    words = ("odd_subjects:Slow", "--only", "CELL-01,MASK-01", "-n", "1")
    ran = inside("verify", *words, env={"SLOW": "0"})
    assert ran.returncode == 0
    assert "unsupported" in ran.stdout


@pytest.mark.parametrize("verdict", [Verdict.UNSUPPORTED, Verdict.NOT_RUN])
def test_no_face_of_a_report_without_a_judgement_is_green(verdict, tmp_path):
    nothing = report(verdict, verdict)
    assert not nothing.as_expected
    data = json_report.as_data(nothing)
    assert badge.standing(data) == "incomplete"
    assert badge.message(data) == "incomplete, nothing judged"
    assert badge.COLOURS["incomplete"] not in (badge.COLOURS["all"], badge.COLOURS["as expected"])
    assert 'class="headline unclean"' in html.render(data)
    junit.write(nothing, tmp_path / "r.xml")
    suite = ET.parse(tmp_path / "r.xml").getroot()
    assert suite.get("errors") == "1"
    assert "nothing was judged" in suite.find(".//error").get("message")


@pytest.mark.parametrize("how", [{"interrupted": True}, {"unusable": "CELL-01: it broke"}])
def test_a_run_that_ended_early_is_red_in_junit(how, tmp_path):
    """JUnit calls a file green in which nothing but skips is said."""
    junit.write(report(Verdict.PASS, Verdict.NOT_RUN, **how), tmp_path / "r.xml")
    suite = ET.parse(tmp_path / "r.xml").getroot()
    assert (suite.get("tests"), suite.get("skipped"), suite.get("errors")) == ("3", "1", "1")


def test_a_whole_run_adds_nothing_to_junit(tmp_path):
    junit.write(report(Verdict.PASS, Verdict.UNSUPPORTED), tmp_path / "r.xml")
    suite = ET.parse(tmp_path / "r.xml").getroot()
    assert (suite.get("tests"), suite.get("skipped"), suite.get("errors")) == ("2", "1", "0")


def test_who_could_not_be_judged_is_not_timed(monkeypatch):
    monkeypatch.chdir(HERE)
    refusal, _ = gate("odd_subjects:NoCapability", {}, only=("TRAIN",))
    assert refusal is not None
    assert "needs" in refusal.sentence


def test_a_report_judged_anew_that_has_no_judgement_ends_with_3(tmp_path, capsys):
    json_report.write(report(Verdict.UNSUPPORTED), tmp_path / "r.json")
    (tmp_path / "known.toml").touch()
    words = [str(tmp_path / "r.json"), "--expect", str(tmp_path / "known.toml")]
    assert rejudge.main(words) == 3
