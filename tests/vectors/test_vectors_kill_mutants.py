"""The vectors alone tell a wrong engine from a right one.

Every mutant of the catalogue is run on the cases until one of them sees it. What no file can show
is listed with the reason; everything else must be seen.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from lstm_spec.mutants import catalogue
from lstm_spec.vectors import effects

STRONGEST = (
    "forward/one-step",
    "forward/sequence",
    "state/three-calls-and-a-reset",
    "masks/hole",
    "directions/bidirectional-sequence",
    "state/everything-moves-it",
    "gradients/sequence",
    "training/adam-stateful",
)

NOT_IN_A_FILE = {
    "arrays": "whether arrays are shared or changed in place is seen in memory only",
    "data_alphabet": "random draws and refusals",
    "data_series": "random draws and refusals",
    "fitting": "how rows are shuffled is random",
    "initial_weights": "how new weights are drawn is random",
    "memory": "how an array lies in memory, and whether it is changed in place",
    "narrow": "a case is compared to more digits than a narrow type has",
    "nondeterminism": "a mistake that comes now and then may stay away in the one run of a vector",
    "orders": "how rows are shuffled is random",
    "partial_batches": "refusals: there is nothing to compare",
    "persistence": "saving, loading and cloning",
    "generations": "what a library does unless told otherwise, which no file can ask",
    "preprocessing": "refusals, and the types of arrays",
    "refusals": "there is nothing to compare",
    "weights": "how fresh weights are drawn is random",
}
"""Stages in which some mutants must survive, and why."""

PATHS = "a file does not say on which of its paths an engine has to compute it"

SURVIVORS = {
    "a_smaller_last_batch_takes_over_the_first_rows_states": NOT_IN_A_FILE["partial_batches"],
    "only_the_first_batch_that_a_stateful_model_runs_is_checked": NOT_IN_A_FILE["partial_batches"],
    "rows_of_a_stateful_model_are_never_shuffled": NOT_IN_A_FILE["fitting"],
    "cross_entropy_of_probabilities_that_underflow": "how a loss beyond float32 is bounded differs",
    "given_mask_is_turned_in_place": NOT_IN_A_FILE["arrays"],
    "states_that_are_set_are_shared_with_the_model": NOT_IN_A_FILE["arrays"],
    "what_is_written_into_the_states_that_were_read_reaches_the_model": NOT_IN_A_FILE["arrays"],
}
"""Single mutants in other stages that survive, and why."""

NO_CASE_YET: dict[str, str] = {}
"""Mutants that a case could see, and what such a case would need: they were planted after it."""

for group in tomllib.loads((Path(__file__).parent / "no_case_yet.toml").read_text())["lacks"]:
    NO_CASE_YET |= dict.fromkeys(group["mutants"], group["reason"])

SURVIVORS |= NO_CASE_YET
SURVIVORS["a_float64_state_is_kept_where_it_was_given"] = NOT_IN_A_FILE["arrays"]

MUTANTS = catalogue().mutants
SURVIVORS |= {one.name: PATHS for one in MUTANTS if one.name.startswith("on_one_path_")}


def seen(mutant, cases, saw):
    """Whether a case sees it; those that saw most of the others are asked first."""
    engine = mutant.make()
    for case in sorted(cases, key=lambda case: -saw[case["id"]]):
        if effects.effect(engine, case):
            saw[case["id"]] += 1
            return True
    return False


@pytest.fixture(scope="module")
def strongest_first(exported):
    return sorted(exported[1], key=lambda case: case["id"] not in STRONGEST)


@pytest.mark.parametrize("stage", sorted({one.stage for one in MUTANTS} - set(NOT_IN_A_FILE)))
def test_a_vector_sees_every_mutant_of_the_stage(stage, strongest_first):
    saw = Counter()
    alive = {
        one.name
        for one in MUTANTS
        if one.stage == stage
        and one.name not in SURVIVORS
        and not one.equivalent
        and not seen(one, strongest_first, saw)
    }
    assert not alive, "give a vector that sees it, or a reason why no file can"


def test_all_23_wrong_gate_orders_are_seen_by_a_single_step(exported):
    step = [one for one in exported[1] if one["id"] == "forward/one-step"]
    orders = [one for one in MUTANTS if one.name.startswith("gates_lie_in_the_order")]
    assert len(orders) == 23
    assert all(seen(one, step, Counter()) for one in orders)


def test_nothing_is_seen_in_a_right_engine(exported):
    from reference.numpy import implementation, implementation_float32

    for engine in (implementation, implementation_float32):
        assert not effects.effects(engine, exported[1])


def test_every_vector_sees_a_mutant(exported):
    """A case that no mistake moves would only look like work."""
    engines = [one.make() for one in MUTANTS if one.stage not in ("persistence", "arrays")]
    idle = [
        case["id"] for case in exported[1] if not any(effects.effect(one, case) for one in engines)
    ]
    assert not idle


def test_the_reasons_name_stages_and_mutants_that_exist():
    assert set(NOT_IN_A_FILE) <= {one.stage for one in MUTANTS}
    assert set(SURVIVORS) <= {one.name for one in MUTANTS}
