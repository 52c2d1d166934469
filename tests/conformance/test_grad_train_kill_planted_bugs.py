"""Every planted mistake about gradients and training is seen by the clauses that are for it."""

from __future__ import annotations

import planted_fit_bugs  # noqa: F401  (planted by being imported)
import planted_gradient_bugs  # noqa: F401
import planted_loss_bugs  # noqa: F401
import planted_optimizer_bugs  # noqa: F401
import pytest
from planting_training_bugs import PLANTED

from lstm_spec.clauses import catalogue
from lstm_spec.contract import Capability
from lstm_spec.judge import judge
from lstm_spec.verdicts import Verdict
from reference.numpy import implementation as oracle

CLAUSES = {one.id: one for one in catalogue() if one.family in ("GRAD", "TRAIN")}


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_the_clauses_named_beside_a_mistake_fail(planted):
    for clause_id in planted.clauses:
        judgement = judge(CLAUSES[clause_id], planted.subject, oracle, verbose=True)
        assert judgement.verdict is Verdict.FAIL, (clause_id, judgement.diagnosis)


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_mistake_is_seen_with_other_seeds_too(planted, seed):
    verdicts = [
        judge(CLAUSES[clause_id], planted.subject, oracle, seed=seed).verdict
        for clause_id in planted.clauses
    ]
    assert Verdict.FAIL in verdicts


def test_every_clause_sees_a_mistake():
    seen = {clause_id for planted in PLANTED for clause_id in planted.clauses}
    asked_of_a_keras = {name for name, one in CLAUSES.items() if Capability.DEFAULTS in one.needs}
    assert set(CLAUSES) - seen - asked_of_a_keras == set()


def test_no_mistake_is_planted_twice():
    names = [planted.name for planted in PLANTED]
    assert len(set(names)) == len(names) >= 30
