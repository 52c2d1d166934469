"""A clause that failed is asked once more; a subject that then answers otherwise is found out."""

from dataclasses import replace

import numpy as np
import pytest
from running import verify

from lstm_spec.clauses import Level, select
from lstm_spec.contract import Refused
from lstm_spec.evidence import Evidence
from lstm_spec.report import reading
from lstm_spec.run.judge import judge
from lstm_spec.run.repeatability import difference
from lstm_spec.tolerances import LOSS
from lstm_spec.verdicts import Judgement, Verdict
from reference.numpy import implementation as oracle


@pytest.mark.parametrize(
    ("subject", "says"),
    [("unsteady", "largest difference"), ("fails_once", "it passed")],
)
def test_a_subject_that_gives_other_numbers_for_the_same_input_is_not_repeatable(
    subject, says, tmp_path
):
    file = tmp_path / "r.json"
    words = (f"faulty:{subject}", "--only", "CELL-12,SEQ-15", "--json", file)
    ran = verify(*words, env={"FAULTS_SEEN": str(tmp_path)})
    assert ran.returncode == 1
    report = reading.read(file)
    failed = [one for one in report["clauses"] if one["verdict"] == "fail"]
    assert failed
    for one in failed:
        assert not one["repeatable"]
        _, _, second = one["diagnosis"].partition("; not repeatable: asked once more")
        assert says in second
    first = report["findings"][0]["sentence"]
    assert first.startswith("the same input gives other numbers when it is given again")
    assert failed[0]["id"] in first


def test_a_subject_that_fails_in_the_same_way_again_is_repeatable(tmp_path):
    file = tmp_path / "r.json"
    ran = verify("faulty:offset", "--only", "CELL-12", "--json", file)
    assert ran.returncode == 1
    report = reading.read(file)
    assert [one["repeatable"] for one in report["clauses"]] == [True]
    assert not [one for one in report["findings"] if "repeatable" in one["sentence"]]


def test_a_difference_that_was_small_enough_is_not_what_a_refusal_is_about():
    """A fresh model has other numbers each time: the refusal after them is the same."""

    def check(subject, oracle, trial):
        trial.assert_close(np.array(1e-9), np.array(0.0), "outputs", LOSS)
        raise Refused("no such layer")

    (clause,) = select(["CELL-12"], Level.CORE)
    judged = judge(replace(clause, check=check), oracle, oracle)
    assert judged.verdict is Verdict.FAIL
    assert judged.diagnosis == "no such layer"
    assert judged.evidence.largest_difference is None
    assert judged.evidence.comparisons == 1


def judgement(verdict=Verdict.FAIL, **evidence):
    hung = evidence.pop("hung", False)
    said = Evidence(**{"what": "outputs", "largest_difference": 0.5, **evidence})
    return Judgement("CELL-12", "It is so.", "MUST", verdict, 0.0, said, "outputs: 1", hung=hung)


@pytest.mark.parametrize(
    "second",
    [
        judgement(),
        judgement(largest_difference=0.5001),
        judgement(got="other words", where="elsewhere"),
        judgement(Verdict.ERROR, hung=True),
    ],
)
def test_noise_and_places_and_silence_are_no_difference(second):
    assert difference(judgement(), second) == ""


@pytest.mark.parametrize(
    "second",
    [
        judgement(Verdict.PASS),
        judgement(Verdict.ERROR),
        judgement(largest_difference=0.6),
        judgement(what="final state"),
        judgement(largest_difference=None, got="refused"),
    ],
)
def test_another_verdict_or_another_number_is_a_difference(second):
    assert difference(judgement(), second).startswith("not repeatable: asked once more")
