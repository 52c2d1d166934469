"""A clause that was written against a mistake kills it, whatever the seed."""

import pytest
from meant_for import MEANT_FOR

from lstm_spec.clauses import Level, select
from lstm_spec.mutants import catalogue
from lstm_spec.selftest.campaign import verdict_of
from lstm_spec.verdicts import Verdict
from reference.numpy import implementation as oracle

MUTANTS = {one.name: one for one in catalogue().mutants}
CLAUSES = {one.id: one for one in select([], Level.CORE)}
SMOKE = [one for one in CLAUSES.values() if one.level is Level.SMOKE]
INTENDED = [pytest.param(name, clauses.split(), id=name) for name, clauses in MEANT_FOR.items()]

SEEN_BY_SMOKE = {
    "two_biases_are_listed_among_the_weights",
    "weights_that_are_set_become_zero",
    "outputs_come_out_with_time_as_their_first_axis",
    "final_state_is_that_of_the_first_row",
}
"""Mistakes of an adapter: arrays of the wrong number or shape, weights that do not arrive."""


@pytest.mark.parametrize(("name", "clauses"), INTENDED)
def test_the_clauses_meant_for_a_mistake_kill_it(name, clauses):
    for clause in clauses:
        assert verdict_of(CLAUSES[clause], MUTANTS[name], oracle) is Verdict.FAIL, clause


@pytest.mark.parametrize("seed", [1])
def test_with_other_seeds_a_mistake_is_still_noticed(seed):
    for name, clauses in MEANT_FOR.items():
        verdicts = [
            verdict_of(CLAUSES[clause], MUTANTS[name], oracle, seed) for clause in clauses.split()
        ]
        assert Verdict.FAIL in verdicts, name


@pytest.mark.parametrize("name", sorted(SEEN_BY_SMOKE))
def test_smoke_sees_a_broken_adapter(name):
    verdicts = {verdict_of(clause, MUTANTS[name], oracle) for clause in SMOKE}
    assert verdicts & {Verdict.FAIL, Verdict.ERROR}


def test_every_clause_was_written_against_a_mistake():
    """STATE and LIFE have such a table beside their own tests, PIPE too."""
    families = ("DATA", "CELL", "SEQ", "MASK", "GRAD", "TRAIN")
    meant = {clause for clauses in MEANT_FOR.values() for clause in clauses.split()}
    assert {one for one in CLAUSES if one.split("-")[0] in families} <= meant
