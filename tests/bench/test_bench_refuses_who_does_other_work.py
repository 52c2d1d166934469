"""Correctness first: a subject that carries no state is refused, whatever its speed."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_spec.bench import bench, gate
from lstm_spec.bench.subject_process import SubjectFailed, SubjectProcess
from lstm_spec.bench.workloads import Workload
from lstm_spec.expectations import Expectation
from reference.numpy import NumpyModel
from reference.numpy import implementation as oracle

STATE = ("STATE-01", "STATE-05")


class Forgetful(NumpyModel):
    """Silently stateless."""

    def carry(self, final):
        self.reset_states()


forgetful = replace(oracle, name="forgetful", model_class=Forgetful)
SUBJECT = f"{__name__}:forgetful"


@pytest.fixture
def _here(monkeypatch):
    from pathlib import Path

    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


@pytest.mark.usefixtures("_here")
def test_a_forgetful_engine_is_refused_with_the_clauses_named():
    refusal, met = gate(SUBJECT, {}, only=STATE)
    assert refusal is not None
    assert {name for name, _ in refusal.clauses} <= set(STATE)
    assert all(why for _, why in refusal.clauses)
    assert met == ()


@pytest.mark.usefixtures("_here")
def test_a_known_deviation_is_named_instead():
    refusal, _ = gate(SUBJECT, {}, only=STATE)
    known = {name: Expectation(name, "known", source="here") for name, _ in refusal.clauses}
    admitted, met = gate(SUBJECT, known, only=STATE)
    assert admitted is None
    assert set(met) == set(known)


def test_a_right_engine_is_admitted_and_timed_in_turn():
    assert gate("numpy", {}, only=STATE) == (None, ())
    work = Workload("train", "moving-average")
    found, facts = bench(["numpy", "numpy-float32"], [work], rounds=3)
    assert [one.subject for one in found] == ["numpy", "numpy-float32"]
    for one in found:
        assert len(one.seconds) == 3
        assert np.isfinite(one.microseconds).all()
    assert facts["numpy"]["cores"] == 1
    assert facts["numpy"]["memory"] > 10_000_000
    assert facts["numpy"]["threads"] >= 1


def test_a_subject_that_cannot_be_opened_ends_the_bench_with_a_sentence():
    with pytest.raises(SubjectFailed, match="there is no implementation called 'nupmy'"):
        SubjectProcess("nupmy", None)
