"""Every planted mistake about states is seen by the clauses that are for it."""

from __future__ import annotations

import planted_batch_bugs  # noqa: F401  (planted by being imported)
import planted_carry_bugs  # noqa: F401
import planted_keeping_bugs  # noqa: F401
import planted_life_bugs  # noqa: F401
import planted_reset_bugs  # noqa: F401
import planted_start_bugs  # noqa: F401
import pytest
from planting_state_bugs import PLANTED

from lstm_spec.clauses import catalogue
from lstm_spec.run.judge import judge
from lstm_spec.verdicts import Verdict
from reference.numpy import implementation as oracle

CLAUSES = {
    one.id: one
    for one in catalogue()
    if one.family in ("STATE", "LIFE") and int(one.id.split("-")[1]) < 70
}
"""From 70 on, a clause was added for one mistake, and that mistake stands beside its own tests."""


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_the_clauses_named_beside_a_mistake_fail(planted):
    for clause_id in planted.clauses:
        judgement = judge(CLAUSES[clause_id], planted.subject, oracle, verbose=True)
        assert judgement.verdict is Verdict.FAIL, (clause_id, judgement.diagnosis)


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_mistake_is_seen_with_other_seeds_too(planted, seed):
    for clause_id in planted.clauses:
        judgement = judge(CLAUSES[clause_id], planted.subject, oracle, seed=seed)
        assert judgement.verdict is Verdict.FAIL, (clause_id, judgement.diagnosis)


def test_every_clause_sees_a_mistake():
    seen = {clause_id for planted in PLANTED for clause_id in planted.clauses}
    assert set(CLAUSES) - seen == set()


def test_no_mistake_is_planted_twice():
    names = [planted.name for planted in PLANTED]
    assert len(set(names)) == len(names) >= 30


@pytest.mark.parametrize(
    ("name", "clause_id", "words"),
    [
        ("h and c are swapped when they are carried", "STATE-02", "h and c are swapped"),
        ("only h is carried", "STATE-02", "only h is carried"),
        ("row 0's state is carried for every row", "STATE-03", "row 0's state goes to every row"),
        ("the rows' states are averaged", "STATE-03", "the rows share their mean"),
        ("reset clears only h", "STATE-31", "reset clears only h"),
        (
            "a last single row is spread over all states",
            "STATE-59",
            "predict received 7 rows and returned 9",
        ),
        ("the state is cleared after predict", "LIFE-02", "the state is cleared by predict"),
        ("the state is lost at the end of an epoch", "LIFE-13", "with a reset after each epoch"),
        ("the states come back with the saved model", "LIFE-33", "is restored by load"),
    ],
)
def test_the_diagnosis_names_the_mistake(name, clause_id, words):
    [planted] = [planted for planted in PLANTED if planted.name == name]
    assert words in judge(CLAUSES[clause_id], planted.subject, oracle).diagnosis
