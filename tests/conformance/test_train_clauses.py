"""The clauses of TRAIN: right engines pass them, with every seed, and they compare something."""

from __future__ import annotations

import pytest

from lstm_spec.clauses import catalogue
from lstm_spec.contract import Capability
from lstm_spec.run.judge import judge
from lstm_spec.verdicts import Verdict
from reference.numpy import implementation as numpy
from reference.numpy import implementation_float32 as numpy_float32
from reference.scalar import implementation as scalar

CLAUSES = [
    one
    for one in catalogue()
    if one.family == "TRAIN" and Capability.DEFAULTS not in one.needs  # asked of a Keras alone
]
EVERY = pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)


@EVERY
def test_the_oracle_passes_against_the_scalar_oracle(clause):
    judgement = judge(clause, numpy, scalar, verbose=True)
    assert judgement.verdict is Verdict.PASS, judgement.diagnosis


@EVERY
@pytest.mark.parametrize("seed", range(4))
def test_a_correct_float32_engine_raises_no_false_alarm(clause, seed):
    judgement = judge(clause, numpy_float32, numpy, seed=seed, verbose=True)
    assert judgement.verdict is Verdict.PASS, judgement.diagnosis


@EVERY
def test_a_clause_needs_an_update_or_a_figure_and_explains_itself(clause):
    assert clause.needs & {Capability.TRAIN, Capability.FIT, Capability.EVALUATE}
    assert clause.why
    assert clause.source


def test_the_family_is_complete():
    assert len(CLAUSES) >= 22
