"""Mutants that are wrong only now and then: how surely they are noticed."""

import numpy as np
import pytest

from lstm_spec.clauses import Level, select
from lstm_spec.mutants import catalogue
from lstm_spec.run.judge import judge
from lstm_spec.selftest.campaign import EFFORT, verdict_of
from lstm_spec.verdicts import Verdict
from reference.mutants.nondeterminism import CHANCE, Dice
from reference.mutants.planting import RIGHT
from reference.numpy import NumpyModel, implementation

RACES = [one for one in catalogue().mutants if one.stage == "nondeterminism"]
CLAUSES = [one for one in select(["STATE", "LIFE", "TRAIN"], Level.CORE) if one.id != "LIFE-90"]


def test_enough_batches_are_compared_that_a_race_cannot_pass_them_all():
    """Batches whose state is carried by a subject in clauses that compare what follows."""
    carried = []

    class Counting(NumpyModel):
        def carry(self, final):
            carried.append(self.spec.stateful)
            super().carry(final)

    subject = type(RIGHT)(name="counting", model_class=Counting)
    for clause in CLAUSES:
        assert judge(clause, subject, implementation, effort=EFFORT).verdict is not Verdict.FAIL
    passed = (1 - CHANCE) ** (sum(carried) // 2)  # at most every second one is the last of a check
    assert passed < 1e-9


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("race", RACES, ids=lambda one: one.name)
def test_a_race_is_noticed_with_every_seed(race, seed):
    Dice.rng = np.random.default_rng(seed)
    assert any(verdict_of(clause, race, implementation) is Verdict.FAIL for clause in CLAUSES)
