"""The DATA clauses on the implementations that ship, each with the other as its oracle."""

import pytest

from lstm_spec.clauses import select
from lstm_spec.contract import Capability
from lstm_spec.run.judge import judge
from lstm_spec.verdicts import Verdict
from reference.numpy import implementation as vectorised
from reference.scalar import implementation as scalar

CLAUSES = [
    one
    for one in select(["DATA"])
    if Capability.DEFAULTS not in one.needs  # asked of a Keras alone
]


@pytest.mark.parametrize("clause", CLAUSES, ids=[clause.id for clause in CLAUSES])
def test_the_vectorised_reference_holds_every_data_clause(clause):
    judgement = judge(clause, vectorised, scalar)
    assert judgement.verdict == Verdict.PASS, judgement.diagnosis


@pytest.mark.parametrize("clause", CLAUSES, ids=[clause.id for clause in CLAUSES])
def test_the_scalar_reference_holds_the_data_clauses_it_can_answer(clause):
    judgement = judge(clause, scalar, vectorised)
    answers = clause.needs <= scalar.capabilities
    expected = Verdict.PASS if answers else Verdict.UNSUPPORTED
    assert judgement.verdict == expected, judgement.diagnosis


def test_there_are_enough_data_clauses_of_both_kinds():
    kinds = [sorted(clause.needs) for clause in CLAUSES]
    assert kinds.count(["preprocessing"]) >= 30
    assert kinds.count(["data"]) >= 40
