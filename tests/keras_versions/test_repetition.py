"""Deviations that show only sometimes: how often a clause is judged, and what is said of it."""

import pytest

from lstm_spec import expectations
from lstm_spec.clauses import Level, select
from lstm_spec.expectations import BadExpectations, Expectation
from lstm_spec.run.judges import JudgeProcess
from lstm_spec.run.plan import EFFORT, Plan
from lstm_spec.run.repetition import LONGEST, repeatedly
from lstm_spec.run.repetition import judged as judged_by
from lstm_spec.subjects.address import Address
from lstm_spec.verdicts import Judgement, Verdict

PASS, FAIL, ERROR = Verdict.PASS, Verdict.FAIL, Verdict.ERROR


def judging(*verdicts):
    """A judge that gives these verdicts in turn."""
    left = iter(verdicts)
    return lambda: Judgement("CELL-01", "It holds.", "MUST", next(left), seconds=1.0)


def sometimes(rate):
    return Expectation("CELL-01", "it is a race", source="somewhere", rate=rate)


@pytest.mark.parametrize(
    ("rate", "repeats"), [(1.0, 1), (0.99, 2), (0.9, 3), (0.5, 10), (0.3, 20), (0.1, 20), (0.01, 1)]
)
def test_a_rarer_failure_is_looked_for_more_often(rate, repeats):
    assert sometimes(rate).repeats == repeats


def test_one_failure_among_many_passes_is_the_expected_failure_with_its_rate():
    judged = repeatedly(judging(PASS, PASS, FAIL, PASS), 4)
    assert (judged.verdict, judged.seconds) == (FAIL, 4.0)
    known = expectations.apply(judged, {"CELL-01": sometimes(0.7)})
    assert known.verdict is Verdict.EXPECTED_FAIL
    assert "failed 1 of 4 times" in known.diagnosis


def test_after_a_failure_six_judgements_are_enough_for_a_rate():
    judged = repeatedly(judging(FAIL, PASS, PASS, FAIL, PASS, PASS), 20)
    assert judged.diagnosis == "it failed 2 of 6 times"
    judged = repeatedly(judging(*[PASS] * 9, FAIL), 20)
    assert judged.diagnosis == "it failed 1 of 10 times"


def test_no_failure_where_one_was_as_good_as_certain_is_a_surprise():
    judged = repeatedly(judging(*[PASS] * 10), sometimes(0.5).repeats)
    assert "failed 0 of 10 times" in judged.diagnosis
    assert expectations.apply(judged, {"CELL-01": sometimes(0.5)}).verdict is (
        Verdict.UNEXPECTED_PASS
    )


def test_no_failure_where_it_is_rare_says_nothing():
    judged = repeatedly(judging(*[PASS] * 20), sometimes(0.1).repeats)
    assert expectations.apply(judged, {"CELL-01": sometimes(0.1)}).verdict is PASS


def test_a_broken_adapter_is_not_asked_again():
    assert repeatedly(judging(PASS, ERROR), 7).verdict is ERROR


def test_a_clause_that_is_judged_once_says_nothing_of_rates():
    assert repeatedly(judging(FAIL), 1).diagnosis == ""


def test_several_clauses_share_a_reason_and_a_remedy(tmp_path):
    file = tmp_path / "known.toml"
    file.write_text(
        '[[expect]]\nclauses = ["CELL-01", "CELL-02"]\nreason = "r"\nsource = "a"\n'
        'remedy = "wait"\nrate = 0.5\n'
    )
    known = expectations.read(str(file))
    assert list(known) == ["CELL-01", "CELL-02"]
    assert (known["CELL-02"].remedy, known["CELL-02"].repeats) == ("wait", 10)


def test_a_rate_that_is_no_share_is_refused(tmp_path):
    file = tmp_path / "known.toml"
    file.write_text('[[expect]]\nclause = "CELL-01"\nreason = "r"\nsource = "a"\nrate = 0\n')
    with pytest.raises(BadExpectations, match="entry 1: rate = 0, but wanted is the share"):
        expectations.read(str(file))


def test_a_deviation_of_some_machines_is_expected_there_and_no_surprise_if_it_is_missing(tmp_path):
    file = tmp_path / "known.toml"
    file.write_text('[[expect]]\nclause = "CELL-01"\nreason = "r"\nsource = "a"\nwhere = "AMX"\n')
    here = expectations.read(str(file))["CELL-01"]
    assert (here.repeats, here.certain) == (1, False)
    for found, told in ((FAIL, Verdict.EXPECTED_FAIL), (PASS, PASS)):
        judged = repeatedly(judging(found), here.repeats)
        assert expectations.apply(judged, {"CELL-01": here}).verdict is told


@pytest.mark.parametrize(
    ("rate", "took", "asks"), [(1.0, 0.0, 1), (None, 0.0, 2), (None, LONGEST + 0.1, 1)]
)
def test_a_failure_is_judged_once_more_unless_it_is_certain_or_takes_long(
    rate, took, asks, monkeypatch
):
    (clause,) = select(["CELL-19"], Level.CORE)
    judge = JudgeProcess(Plan(Address("numpy"), (clause,)))
    asked = []

    def answer(clause, effort, seconds):
        asked.append(clause.id)
        return Judgement(clause.id, clause.statement, str(clause.strength), FAIL, took)

    monkeypatch.setattr(judge, "judge", answer)
    times = 1 if rate is None else sometimes(rate).times
    assert judged_by(judge, clause, EFFORT[Level.CORE], 10.0, times).verdict is FAIL
    assert len(asked) == asks
