"""The clauses of PIPE: right engines pass them, with several seeds, and they compare something."""

import pytest

from lstm_spec.clauses import Level, catalogue
from lstm_spec.run.judge import judge
from lstm_spec.subjects.find import find
from lstm_spec.verdicts import Verdict
from reference.numpy import implementation as numpy
from reference.numpy import implementation_float32 as numpy_float32
from reference.scalar import implementation as scalar

CLAUSES = [one for one in catalogue() if one.family == "PIPE" and one.level is Level.CORE]
EVERY = pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
WIDE = ("PIPE-41", "PIPE-42")
QUICK = [one for one in catalogue() if one.id in ("PIPE-85", "PIPE-93", "PIPE-94")]


@EVERY
def test_the_oracle_passes_against_the_scalar_oracle(clause):
    judgement = judge(clause, numpy, scalar, verbose=True)
    assert judgement.verdict is Verdict.PASS, judgement.diagnosis


@EVERY
@pytest.mark.parametrize("seed", [0, 1])
def test_a_correct_float32_engine_raises_no_false_alarm(clause, seed):
    if seed and clause.id in WIDE:
        pytest.skip("an update of the documented width is slow, and one seed of it is enough")
    judgement = judge(clause, numpy_float32, numpy, seed=seed, verbose=True)
    assert judgement.verdict is Verdict.PASS, judgement.diagnosis


@EVERY
def test_a_clause_explains_itself(clause):
    assert clause.why
    assert clause.source


def test_a_narrow_network_stands_in_where_an_engine_is_slow_and_the_report_says_so():
    (wide,) = [one for one in CLAUSES if one.id == "PIPE-42"]
    judgement = judge(wide, numpy, scalar)
    assert "3 of 5,000 updates in lockstep on a narrow network" in judgement.evidence.where
    (short,) = [one for one in CLAUSES if one.id == "PIPE-31"]
    judgement = judge(short, numpy_float32, numpy)
    assert judgement.evidence.where.startswith("75 of 12,500 updates in lockstep; the oracle's")


@pytest.mark.parametrize("clause", QUICK, ids=lambda clause: clause.id)
def test_a_full_run_of_a_correct_engine_stays_within_the_limits(clause):
    judgement = judge(clause, numpy_float32, numpy, seed=100, verbose=True)
    assert judgement.verdict is Verdict.PASS, judgement.diagnosis


def test_a_stateless_twin_that_remembers_is_too_good_to_be_true():
    cheat = find("reference.mutants:a_stateless_model_keeps_its_state_from_call_to_call")
    (bound,) = [one for one in catalogue() if one.id == "PIPE-94"]
    judgement = judge(bound, cheat, numpy)
    assert judgement.verdict is Verdict.FAIL
    assert "no stateless network can reach" in judgement.diagnosis


def test_a_stateful_network_that_forgets_does_not_recite():
    forgetful = find("reference.mutants:no_batch_moves_the_state_what_was_set_stays")
    (one,) = [one for one in catalogue() if one.id == "PIPE-85"]
    assert judge(one, forgetful, numpy).verdict is Verdict.FAIL
