"""The family LIFE holds for the built-in engines, each against another one."""

from __future__ import annotations

import pytest

from lstm_spec.clauses import Level, catalogue
from lstm_spec.conformance import life_any_order
from lstm_spec.contract import Refused
from lstm_spec.run.judge import judge
from lstm_spec.verdicts import Verdict
from reference import scalar
from reference.numpy import NumpyModel, implementation, implementation_float32

ABOUT_LIBRARIES = {"LIFE-520", "LIFE-521"}
"""About functions in place of names, and about cuDNN: nothing that an oracle can be given."""

CLAUSES = [one for one in catalogue() if one.family == "LIFE" and one.id not in ABOUT_LIBRARIES]
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
    for seed in range(1, 6 if clause.level is Level.CORE else 3):
        judgement = judge(clause, implementation_float32, implementation, seed=seed)
        assert judgement.verdict is Verdict.PASS, (seed, judgement.diagnosis)


@pytest.mark.parametrize("clause", sorted(ABOUT_LIBRARIES))
def test_an_oracle_without_such_a_path_is_not_judged(clause):
    [asked] = [one for one in catalogue() if one.id == clause]
    for subject, oracle in PAIRS.values():
        assert judge(asked, subject, oracle).verdict is Verdict.UNSUPPORTED


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


def test_what_outlives_a_new_begin_is_a_deviation_and_no_error():
    """Keras 3.0 to 3.14: train_on_batch returns the mean loss of all updates so far."""

    class RunningMean(NumpyModel):
        losses: list[float]

        def train_on_batch(self, x, y):
            self.losses = [*getattr(self, "losses", []), super().train_on_batch(x, y)["loss"]]
            return {"loss": sum(self.losses) / len(self.losses)}

    [clause] = [one for one in CLAUSES if one.id == "LIFE-90"]
    subject = type(implementation)("means", model_class=RunningMean)
    for seed in range(5):
        found = judge(clause, subject, implementation, seed=seed)
        assert found.verdict is Verdict.FAIL, found.diagnosis
        assert "both.train_on_batch" in str(found.evidence.counter_example["script"])


def test_a_refusal_that_does_not_come_again_is_a_deviation_and_no_error():
    """Keras on OpenVINO: one way of raising at first, and another one afterwards."""

    class Broken(NumpyModel):
        refused = 0

        def predict_on_batch(self, x):
            type(self).refused += 1
            if type(self).refused % 3 == 1:
                raise Refused("the library raised")
            return super().predict_on_batch(x)

    [clause] = [one for one in CLAUSES if one.id == "LIFE-90"]
    found = judge(clause, type(implementation)("broken", model_class=Broken), implementation)
    assert found.verdict is Verdict.FAIL, found.diagnosis
    assert "the library raised" in found.diagnosis
    assert "both.predict_on_batch" in str(found.evidence.counter_example["script"])
