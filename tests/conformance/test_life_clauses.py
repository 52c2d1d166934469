"""The family LIFE holds for the built-in engines, each against another one."""

from __future__ import annotations

import pytest

from lstm_spec.clauses import catalogue
from lstm_spec.conformance import life_any_order
from lstm_spec.judge import judge
from lstm_spec.verdicts import Verdict
from reference import scalar
from reference.numpy import implementation, implementation_float32

CLAUSES = [one for one in catalogue() if one.family == "LIFE"]
PAIRS = {
    "numpy against scalar": (implementation, scalar.implementation),
    "float32 against numpy": (implementation_float32, implementation),
}


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_the_clause_holds(clause, pair):
    subject, oracle = PAIRS[pair]
    judgement = judge(clause, subject, oracle, verbose=True)
    assert judgement.verdict is Verdict.PASS, f"{judgement.diagnosis}\n{judgement.evidence}"


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_rounding_raises_no_false_alarm(clause):
    for seed in range(1, 6):
        judgement = judge(clause, implementation_float32, implementation, seed=seed)
        assert judgement.verdict is Verdict.PASS, (seed, judgement.diagnosis)


def test_every_operation_that_runs_a_model_has_a_clause_of_its_own():
    said = " ".join(clause.statement for clause in CLAUSES)
    for operation in ("call", "predict", "predict_on_batch", "evaluate", "test_on_batch"):
        assert operation in said
    for operation in ("fit", "train_on_batch", "gradients", "epoch", "Validation", "clone"):
        assert operation in said


def test_a_search_that_finds_no_time_has_compared_something(monkeypatch):
    monkeypatch.setattr(life_any_order, "PATIENCE", 0.0)
    [clause] = [one for one in CLAUSES if one.id == "LIFE-90"]
    found = judge(clause, implementation, scalar.implementation)
    assert found.verdict is Verdict.PASS
    assert 0 < found.evidence.comparisons < 20
