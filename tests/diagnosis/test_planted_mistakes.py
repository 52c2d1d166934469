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

MUTANTS = catalogue().mutants
NAMED = [one for one in MUTANTS if one.words]


def told_of(mutant, seed=0):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return [one.sentence for one in diagnose(mutant.make(), oracle, seed)]


def test_it_names_at_least_95_percent_of_the_convention_and_state_mutants():
    mutants = [one for one in MUTANTS if one.stage in STAGES]
    assert len(mutants) >= 250
    assert sum(1 for one in mutants if one.words) / len(mutants) >= 0.95


@pytest.mark.parametrize("mutant", NAMED, ids=lambda one: one.name)
def test_it_names_the_planted_mistake_and_nothing_else(mutant):
    told = told_of(mutant)
    assert mutant.is_named_by(told), told


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("mutant", NAMED[::19], ids=lambda one: one.name)
def test_it_names_it_with_other_seeds_too(mutant, seed):
    told = told_of(mutant, seed)
    assert mutant.is_named_by(told), told


@pytest.mark.parametrize(
    "mutant", [one for one in MUTANTS if not one.words], ids=lambda one: one.name
)
def test_where_it_knows_no_name_it_names_nothing(mutant):
    assert told_of(mutant) == []
