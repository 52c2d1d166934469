"""Each of the twelve statements is decided by clauses that exist and say so."""

import pytest

from lstm_spec.clauses import catalogue
from lstm_spec.pipelines.statements import STATEMENTS

CLAUSES = {one.id: one for one in catalogue()}


def test_there_are_twelve():
    assert [one.number for one in STATEMENTS] == list(range(1, 13))


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda one: f"statement {one.number}")
def test_every_clause_of_a_statement_exists(statement):
    assert [clause for clause in statement.clauses if clause not in CLAUSES] == []


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda one: f"statement {one.number}")
def test_a_refuted_statement_has_a_clause_that_refutes_it_and_says_what_is_true(statement):
    clauses = [CLAUSES[name] for name in statement.clauses]
    if statement.verdict == "refuted":
        assert any(one.refutes for one in clauses)
        assert statement.note
    else:
        assert not any(one.refutes for one in clauses if one.family != "PIPE")


@pytest.mark.parametrize("number", [1, 3, 4, 5, 6, 8, 9, 11, 12])
def test_a_confirmation_is_found_in_the_catalogue(number):
    clauses = [CLAUSES[name] for name in STATEMENTS[number - 1].clauses]
    assert any(one.confirms for one in clauses)
