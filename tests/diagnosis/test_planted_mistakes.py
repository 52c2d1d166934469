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


NOT_ALONE = {
    "get_weights_clears_the_state": [
        "get_weights clears the state",
        "set_weights clears the state",
    ],
    "no_training_batch_moves_the_state_in_fit_or_outside_it": [
        "train_on_batch does not change the state",
    ],
    "state_is_lost_after_every_third_training_batch": ["fit clears the state"],
    "what_stands_in_a_masked_step_leaks_a_little": [
        "the contents of a masked step affect the result",
        "a float64 model computes in float32 in a call with a mask",
    ],
    "reset_states_draws_new_weights": [
        "reset_states changes the weights",
        "call changes the weights",
    ],
    "states_are_read_and_set_with_c_before_h": [
        "get_states gives c before h",
        "set_states exchanges h and c",
    ],
    "states_of_a_stack_are_read_and_set_from_the_last_layer_to_the_first": [
        "the states of a stack are read from the last layer to the first",
        "the states of a stack are set from the last layer to the first",
    ],
    "state_is_forgotten_after_ten_steps": [
        "the outputs are right up to step 10",
        "the state is cleared after every 10 steps",
    ],
    "states_are_set_in_float16": [
        "a float64 model computes in float32 in a state that is set",
    ],
}
"""Mutants of which the diagnosis says something other than their name, or something beside it."""


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
    if mutant.name in NOT_ALONE:
        assert told == NOT_ALONE[mutant.name]
    else:
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
    assert told == NOT_ALONE.get(mutant.name, [])
