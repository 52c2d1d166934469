"""The report as data: its schema, its count, and values that JSON does not know."""

import numpy as np
import pytest

from lstm_spec.evidence import Evidence
from lstm_spec.report import Report, json_report, reading
from lstm_spec.verdicts import Judgement, Verdict

ABOUT = {"name": "x", "version": "1", "capabilities": ["forward"]}


def report(*judgements, planned=None):
    count = len(judgements) if planned is None else planned
    return Report(ABOUT, ABOUT, "core", 0, count, list(judgements))


def judged(verdict=Verdict.PASS, **evidence):
    return Judgement("CELL-01", "It holds.", "MUST", verdict, evidence=Evidence(**evidence))


def test_a_report_survives_writing_and_reading(tmp_path):
    json_report.write(report(judged()), tmp_path / "r.json")
    assert reading.read(tmp_path / "r.json")["counts"]["pass"] == 1


def test_values_that_json_does_not_know_are_written_as_text(tmp_path):
    strange = judged(
        Verdict.FAIL,
        largest_difference=float("inf"),
        counter_example={"x": np.array([1.0, float("nan")]), "cut": float("nan")},
    )
    json_report.write(report(strange), tmp_path / "r.json")
    evidence = reading.read(tmp_path / "r.json")["clauses"][0]["evidence"]
    assert evidence["largest_difference"] is None
    assert "nan" in evidence["counter_example"]["x"]


def test_a_lost_clause_is_noticed_before_the_file_is_written(tmp_path):
    with pytest.raises(reading.BadReport, match="2 clauses planned"):
        json_report.write(report(judged(), planned=2), tmp_path / "r.json")
    assert not list(tmp_path.iterdir())


def test_a_judgement_survives_the_way_to_the_parent():
    sent = judged(Verdict.FAIL, where="row 1, step 2, unit 0", first_diverging_step=2)
    assert Judgement.from_json(sent.as_json()) == sent


@pytest.mark.parametrize(
    ("verdict", "green"),
    [
        (Verdict.PASS, True),
        (Verdict.EXPECTED_FAIL, True),
        (Verdict.UNSUPPORTED, True),
        (Verdict.FAIL, False),
        (Verdict.UNEXPECTED_PASS, False),
        (Verdict.ERROR, False),
        (Verdict.NOT_RUN, False),
    ],
)
def test_only_expected_verdicts_are_green(verdict, green):
    assert report(judged(), judged(verdict)).as_expected is green


@pytest.mark.parametrize("verdict", [Verdict.UNSUPPORTED, Verdict.NOT_RUN])
def test_a_report_in_which_nothing_was_judged_is_never_green(verdict):
    assert not report(judged(verdict), judged(verdict)).as_expected


def test_a_report_with_a_lost_clause_is_never_green():
    assert not report(judged(), planned=2).as_expected
