"""The family STATE holds for the built-in engines, each against another one."""

from __future__ import annotations

import pytest

from lstm_spec.clauses import catalogue
from lstm_spec.run.judge import judge
from lstm_spec.verdicts import Verdict
from reference import scalar
from reference.numpy import implementation, implementation_float32

CLAUSES = [one for one in catalogue() if one.family == "STATE"]
PAIRS = {
    "numpy against scalar": (implementation, scalar.implementation),
    "float32 against numpy": (implementation_float32, implementation),
}


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_the_clause_holds(clause, pair):
    subject, oracle = PAIRS[pair]
    judgement = judge(clause, subject, oracle, verbose=True)
    assert judgement.verdict is Verdict.PASS, f"{judgement.diagnosis}\n{judgement.evidence}"


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_rounding_raises_no_false_alarm(clause):
    for seed in range(1, 6):
        judgement = judge(clause, implementation_float32, implementation, seed=seed)
        assert judgement.verdict is Verdict.PASS, (seed, judgement.diagnosis)


def test_engines_without_stateful_are_held_to_a_part_of_the_family():
    plain = {"forward", "initial-state", "final-state"}
    assert sum(clause.needs <= plain for clause in CLAUSES) >= 8
