"""Each of the twelve statements is decided by clauses that exist and say so."""

import pytest
from planted_pipeline_bugs import PLANTED

from lstm_spec.clauses import Level, catalogue
from lstm_spec.pipelines.statements import STATEMENTS
from lstm_spec.run.judge import judge
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
    if statement.verdict == "refuted":
        assert any(one.refutes for one in clauses)
        assert statement.note
    else:
        assert not any(one.refutes for one in clauses if one.family != "PIPE")


@pytest.mark.parametrize("number", [1, 3, 4, 5, 6, 8, 9, 11, 12])
def test_a_confirmation_is_found_in_the_catalogue(number):
    clauses = [CLAUSES[name] for name in STATEMENTS[number - 1].clauses]
    assert any(one.confirms for one in clauses)


FLIPS = {
    "context is shared inside a batch": (2,),
    "every batch is reset": (3, 4, 8, 9),
    "fit always shuffles": (6,),
    "the gradient crosses the border": (7,),
    "row 0's state is carried for all rows": (3,),
    "a stateless network carries state": (1,),
    "a reset does nothing": (4,),
    "only the first repetition is filled": (12,),
    "steps are read from last to first": (11,),
}


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name, numbers in FLIPS.items() for number in numbers]
)
def test_a_statement_is_noticed_to_be_the_other_way_round(name, number):
    (planted,) = [one for one in PLANTED if one.name == name]
    verdicts = [
        judge(CLAUSES[clause], planted.subject, oracle).verdict
        for clause in STATEMENTS[number - 1].clauses
        if CLAUSES[clause].level is Level.CORE
    ]
    assert Verdict.FAIL in verdicts
