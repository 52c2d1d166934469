"""A clause that fails says which mistake gives these numbers, where it knows one."""

from __future__ import annotations

import pytest

from lstm_spec.clauses import catalogue
from lstm_spec.run.judge import judge
from lstm_spec.subjects.find import find
from reference.numpy import implementation as oracle

CLAUSES = {one.id: one for one in catalogue()}


@pytest.mark.parametrize(
    ("mutant", "clause", "words"),
    [
        ("h_and_c_are_swapped_when_they_are_carried", "STATE-02", "h and c are swapped"),
        ("only_h_is_carried", "STATE-02", "only h is carried"),
        ("first_row_s_state_is_carried_into_every_row", "STATE-03", "row 0's state goes to every"),
        ("mean_of_all_rows_states_is_carried", "STATE-03", "the rows share their mean"),
        ("reset_states_clears_h_but_not_c", "STATE-31", "reset clears only h"),
        (
            "predict_spreads_a_last_row_that_is_alone_over_all_states",
            "STATE-59",
            "received 7 rows and returned 9",
        ),
        ("predict_clears_the_state_at_its_end", "LIFE-02", "the state is cleared by predict"),
        (
            "fit_clears_the_state_at_the_end_of_every_epoch",
            "LIFE-13",
            "with a reset after each epoch",
        ),
        ("states_come_back_when_a_model_is_loaded", "LIFE-33", "is restored by load"),
    ],
)
def test_a_failure_names_the_mistake(mutant, clause, words):
    subject = find(f"reference.mutants:{mutant}")
    assert words in judge(CLAUSES[clause], subject, oracle).diagnosis
