"""The family CELL holds for the three built-in engines, each against another one."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_spec.clauses import Level, catalogue
from lstm_spec.conformance.cell_gates import one_unit_by_hand
from lstm_spec.contract import Capability
from lstm_spec.lifting import lift
from lstm_spec.run.judge import judge
from lstm_spec.verdicts import Verdict
from reference import scalar
from reference.numpy import implementation, implementation_float32

CLAUSES = [one for one in catalogue() if one.family == "CELL"]
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
    if clause.needs <= subject.capabilities:
        assert judgement.verdict == Verdict.PASS, f"{judgement.diagnosis}\n{judgement.evidence}"
    else:
        assert judgement.verdict == Verdict.UNSUPPORTED


def test_smoke_asks_for_shapes_weights_outputs_and_states():
    smoke = [one.id for one in catalogue() if one.level == Level.SMOKE and one.family == "CELL"]
    assert smoke == ["CELL-01", "CELL-02", "CELL-03", "CELL-04"]


def test_the_statement_of_the_notebook_about_the_gate_order_is_refuted():
    refuting = [one for one in CLAUSES if one.refutes]
    assert [one.id for one in refuting] == ["CELL-09"]


def test_the_hand_calculation_is_the_oracles():
    kernel, recurrent, bias = (0.5, -0.75, 1.0, 0.25), (-0.25, 0.5, 0.75, -1.0), (0.25, 1, -0.5, 0)
    (h, c), *_ = one_unit_by_hand(kernel, recurrent, bias, (0.75,), 0.5, -2.0)
    # i = s(0.5), f = s(0.6875), g = tanh(0.625), o = s(-0.3125), looked up one by one.
    assert c == pytest.approx(0.66541056 * -2.0 + 0.62245933 * 0.55459972, abs=1e-7)
    assert h == pytest.approx(0.42250463 * np.tanh(c), abs=1e-7)


def run(x, weights, state):
    """An LSTM in fifteen lines, as an author of an engine would bring it."""
    kernel, recurrent_kernel, bias = weights
    h, c = state
    outputs = []
    for t in range(x.shape[1]):
        i, f, g, o = np.split(x[:, t] @ kernel + h @ recurrent_kernel + bias, 4, axis=-1)
        c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
        h = np.tanh(c) / (1 + np.exp(-o))
        outputs.append(h)
    return np.stack(outputs, axis=1), (h, c)


def test_a_lifted_function_is_held_to_every_clause_that_it_can_answer():
    subject = lift(run, "fifteen lines")
    supported = [
        one
        for one in catalogue()
        if one.family in ("CELL", "SEQ", "MASK") and one.needs <= subject.capabilities
        # A lifted function maps no activation of vectors, and no narrow type of numbers.
        if one.id not in ("CELL-181", "CELL-510", "CELL-511")
    ]
    assert len(supported) > 40
    with np.errstate(over="ignore"):
        verdicts = {one.id: judge(one, subject, implementation).verdict for one in supported}
    assert set(verdicts.values()) == {Verdict.PASS}, verdicts


def test_clauses_ask_for_no_more_than_they_use():
    alone = {Capability.FORWARD}
    assert sum(one.needs == alone for one in CLAUSES) > 20
