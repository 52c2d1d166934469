"""Each of the twelve statements is decided by clauses that exist and say so."""

import pytest

from lstm_spec.clauses import Level, catalogue
from lstm_spec.pipelines.statements import STATEMENTS
from lstm_spec.run.judge import judge
from lstm_spec.subjects.find import find
from lstm_spec.verdicts import Verdict
from reference.numpy import implementation as oracle

CLAUSES = {one.id: one for one in catalogue()}


def test_there_are_twelve():
    assert [one.number for one in STATEMENTS] == list(range(1, 13))


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda one: f"statement {one.number}")
def test_every_clause_of_a_statement_exists(statement):
    assert [clause for clause in statement.clauses if clause not in CLAUSES] == []


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda one: f"statement {one.number}")
def test_a_refuted_statement_has_a_clause_that_refutes_it_and_says_what_is_true(statement):
    clauses = [CLAUSES[name] for name in statement.clauses]
    if statement.conclusion == "refuted":
        assert any(one.refutes for one in clauses)
        assert statement.note
    else:
        assert not any(one.refutes for one in clauses if one.family != "PIPE")


@pytest.mark.parametrize("number", [1, 3, 4, 5, 6, 8, 9, 11, 12])
def test_a_confirmation_is_found_in_the_catalogue(number):
    clauses = [CLAUSES[name] for name in STATEMENTS[number - 1].clauses]
    assert any(one.confirms for one in clauses)


FLIPS = {
    "each_row_of_a_batch_starts_where_the_row_before_it_has_ended_in_training_too": (2,),
    "no_batch_moves_the_state_what_was_set_stays": (3, 4, 8, 9),
    "rows_are_always_shuffled": (6,),
    "gradient_goes_on_into_the_batch_before_until_a_reset": (7,),
    "first_row_s_state_is_carried_into_every_row": (3,),
    "a_stateless_model_keeps_its_state_from_call_to_call": (1,),
    "reset_states_does_nothing": (4,),
    "a_repeated_vector_is_given_to_the_first_step_only": (12,),
    "time_is_read_from_its_end": (11,),
}
"""Mutants, and the statements that would be decided the other way round if they were right."""


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name, numbers in FLIPS.items() for number in numbers]
)
def test_a_statement_is_noticed_to_be_the_other_way_round(name, number):
    subject = find(f"reference.mutants:{name}")
    verdicts = [
        judge(CLAUSES[clause], subject, oracle).verdict
        for clause in STATEMENTS[number - 1].clauses
        if CLAUSES[clause].level is Level.CORE
    ]
    assert Verdict.FAIL in verdicts
