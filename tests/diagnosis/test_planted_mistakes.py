"""The diagnosis names the planted mistake for nearly all mutants of conventions and of state."""

import warnings

import numpy as np
import pytest

from lstm_spec.diagnosis import diagnose
from lstm_spec.mutants import catalogue
from reference.numpy import implementation as oracle

STAGES = (
    "gates", "kernels", "biases", "activations", "time_axis", "outputs", "initial_state",
    "carry", "resets", "lifecycle", "state_access", "masks",
)  # fmt: skip
"""Conventions of a forward pass, and what becomes of the state."""

MUTANTS = [one for one in catalogue().mutants if one.stage in STAGES]
NAMED = [one for one in MUTANTS if one.diagnosis]


def told_of(mutant, seed=0):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return [one.sentence for one in diagnose(mutant.make(), oracle, seed)]


def test_it_names_at_least_95_percent_of_the_convention_and_state_mutants():
    assert len(MUTANTS) >= 250
    assert len(NAMED) / len(MUTANTS) >= 0.95


@pytest.mark.parametrize("mutant", NAMED, ids=lambda one: one.name)
def test_it_names_the_planted_mistake(mutant):
    told = told_of(mutant)
    assert told
    assert all(mutant.diagnosis in sentence for sentence in told), told


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("mutant", NAMED[::19], ids=lambda one: one.name)
def test_it_names_it_with_other_seeds_too(mutant, seed):
    told = told_of(mutant, seed)
    assert told
    assert all(mutant.diagnosis in sentence for sentence in told), told


@pytest.mark.parametrize(
    "mutant", [one for one in MUTANTS if not one.diagnosis], ids=lambda one: one.name
)
def test_where_it_knows_no_name_it_names_nothing(mutant):
    told = [one for one in told_of(mutant) if "the first difference is in batch" not in one]
    assert told == []
