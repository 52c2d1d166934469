"""Each way an adapter can break inside a worker: its verdict, its cause, and the run goes on."""

import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from lstm_spec.run.judge import judge
from lstm_spec.subjects.process import Limits
from lstm_spec.subjects.remote import open_worker
from lstm_spec.verdicts import Verdict

ADAPTERS = Path(__file__).with_name("broken_adapters.py")
LIMITS = Limits(start=60.0, call=10.0, end=0.3)
IMPATIENT = replace(LIMITS, call=0.7)
MEMORY = replace(LIMITS, memory=2**33)

LOST = {
    "segfault": ("ended with signal 11 (segmentation fault) during call", LIMITS),
    "abort": ("ended with signal 6 (aborted) during call", LIMITS),
    "leaves": ("ended with exit status 3 during call", LIMITS),
    "spins": ("no answer to call within 0.7 s", IMPATIENT),
    "holds_the_lock": ("no answer to call within 0.7 s", IMPATIENT),
}

ANSWERED = {
    "eats_memory": (Verdict.ERROR, "MemoryError: Unable to allocate 128. GiB"),
    "exits": (Verdict.ERROR, "SystemExit: 3"),
    "interrupts": (Verdict.ERROR, "KeyboardInterrupt"),
    "raises": (Verdict.ERROR, "IndexError: off by one"),
    "raises_in_build": (Verdict.ERROR, "RuntimeError: no weights on board"),
    "refuses": (Verdict.FAIL, "the library says no"),
    "declines": (Verdict.UNSUPPORTED, "not that layer"),
    "reads_stdin": (Verdict.ERROR, "EOFError"),
    "forks": (Verdict.PASS, ""),
    "prints": (Verdict.PASS, ""),
    "writes_to_1": (Verdict.PASS, ""),
    "closes_1": (Verdict.PASS, ""),
    "leaves_a_thread": (Verdict.PASS, ""),
    "objects": (Verdict.ERROR, "outputs has dtype object, expected real numbers"),
    "complex_numbers": (Verdict.ERROR, "outputs has dtype complex64"),
    "nothing": (Verdict.ERROR, "TypeError: cannot unpack"),
    "three_things": (Verdict.ERROR, "ValueError: too many values"),
    "states_of_one": (Verdict.ERROR, "h and c must be (batch, units)"),
    "lists": (Verdict.PASS, ""),
    "read_only": (Verdict.PASS, ""),
    "big_endian": (Verdict.PASS, ""),
    "nan": (Verdict.FAIL, "got nan"),
    "one_unit_too_many": (Verdict.FAIL, "expected shape (2, 2), got (2, 3)"),
}


@pytest.fixture
def opened(monkeypatch, tmp_path):
    monkeypatch.setenv("LSTM_SPEC_TEST_MARKER", str(tmp_path / "happened"))

    def adapter(fault, limits):
        return open_worker(Path(sys.executable), f"{ADAPTERS}:{fault}", limits)

    return adapter


@pytest.mark.parametrize("fault", LOST)
def test_a_lost_worker_is_an_error_with_its_cause_and_the_next_clause_gets_a_fresh_one(
    fault, clause, opened, left_behind
):
    words, limits = LOST[fault]
    with opened(fault, limits) as subject:
        started = time.monotonic()
        judgement = judge(clause, subject, None)
        assert judgement.verdict is Verdict.ERROR
        assert words in judgement.diagnosis
        assert time.monotonic() - started < limits.call + 5
        assert left_behind() == []
        subject.limits = LIMITS
        assert judge(clause, subject, None).verdict is Verdict.PASS
        assert subject.starts == 2
    assert left_behind() == []


@pytest.mark.parametrize("fault", ANSWERED)
def test_what_the_adapter_does_is_judged_and_the_worker_lives_on(
    fault, clause, opened, left_behind
):
    verdict, words = ANSWERED[fault]
    limits = MEMORY if fault == "eats_memory" else LIMITS
    with opened(fault, limits) as subject:
        judgement = judge(clause, subject, None)
        assert judgement.verdict is verdict, judgement.diagnosis
        assert words in judgement.diagnosis
        assert judge(clause, subject, None).verdict is Verdict.PASS
        assert subject.starts == 1
    assert left_behind() == []
