"""The family SEQ holds for the three built-in engines, each against another one."""

from __future__ import annotations

import pytest

from lstm_spec.clauses import catalogue
from lstm_spec.run.judge import judge
from lstm_spec.verdicts import Verdict
from reference import scalar
from reference.numpy import implementation, implementation_float32

CLAUSES = [one for one in catalogue() if one.family == "SEQ"]
PAIRS = {
    "numpy against scalar": (implementation, scalar.implementation),
    "scalar against numpy": (scalar.implementation, implementation),
    "float32 against numpy": (implementation_float32, implementation),
}


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_the_clause_holds(clause, pair):
    subject, oracle = PAIRS[pair]
    judgement = judge(clause, subject, oracle, verbose=True)
    assert judgement.verdict == Verdict.PASS, f"{judgement.diagnosis}\n{judgement.evidence}"
