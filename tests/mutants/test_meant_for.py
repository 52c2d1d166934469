"""The clauses that are named beside a mistake kill it, whatever the seed.

The kill matrix says what happens; the catalogue says what was intended when a clause was written.
"""

from __future__ import annotations

import numpy as np
import pytest

from lstm_spec.clauses import Level, select
from lstm_spec.mutants import catalogue
from lstm_spec.selftest.cached_oracle import CachedOracle
from lstm_spec.selftest.campaign import verdict_of
from lstm_spec.verdicts import Verdict
from reference.mutants.nondeterminism import Dice
from reference.numpy import implementation

MUTANTS = {one.name: one for one in catalogue().mutants}
CLAUSES = {one.id: one for one in select([], Level.CORE)}
SMOKE = [one for one in CLAUSES.values() if one.level is Level.SMOKE]
ORACLE = CachedOracle(implementation)

SEEDS = range(4)

SEEN_BY_SMOKE = {
    "two_biases_are_listed_among_the_weights",
    "weights_that_are_set_become_zero",
    "outputs_come_out_with_time_as_their_first_axis",
    "final_state_is_that_of_the_first_row",
}
"""Mistakes of an adapter: arrays of the wrong number or shape, weights that do not arrive."""


@pytest.mark.parametrize("name", MUTANTS)
def test_the_clauses_named_beside_a_mistake_kill_it(name):
    mutant = MUTANTS[name]
    assert mutant.meant_for or mutant.equivalent
    for seed in SEEDS:
        Dice.rng = np.random.default_rng(seed)  # a race must not depend on the tests before
        for clause in mutant.meant_for:
            verdict = verdict_of(CLAUSES[clause], mutant, ORACLE, seed)
            assert verdict is Verdict.FAIL, (clause, seed)


def test_every_clause_is_about_a_mistake():
    named = {clause for one in MUTANTS.values() for clause in one.meant_for}
    assert set(CLAUSES) - named == set()


@pytest.mark.parametrize("name", sorted(SEEN_BY_SMOKE))
def test_smoke_sees_a_broken_adapter(name):
    verdicts = {verdict_of(clause, MUTANTS[name], ORACLE) for clause in SMOKE}
    assert verdicts & {Verdict.FAIL, Verdict.ERROR}
