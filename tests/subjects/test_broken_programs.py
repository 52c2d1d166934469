"""Each way a program can break: the clause gets its verdict with the cause, and the run goes on."""

import os
import signal
import threading
import time
from dataclasses import replace

import pytest

from lstm_spec.run.judge import judge
from lstm_spec.subjects.process import Limits
from lstm_spec.subjects.protocol import SubjectLost
from lstm_spec.subjects.remote import open_command
from lstm_spec.verdicts import Verdict

SHORT = Limits(start=20.0, call=1.0, fit=1.0, end=0.2, line=2**20)

LOST = {
    "segfault": "ended with signal 11 (segmentation fault) during call",
    "abort": "ended with signal 6 (aborted) during call",
    "kill": "ended with signal 9 (killed: from outside, or by the kernel",
    "exit 0": "ended with exit status 0 during call",
    "exit 3": "ended with exit status 3 during call",
    "hang": "no answer to call within 1 s",
    "deaf": "no answer to call within 1 s",
    "dribble": "no answer to call within 1 s",
    "memory": "of memory during call; it may use 256 MiB",
    "garbage": "not JSON, 'Segmentation fault? No",
    "not text": "not JSON",
    "empty line": "not JSON",
    "nesting": "not JSON",
    "text before": "not JSON, 'Loading model...' (stdout belongs to the protocol",
    "half a line": "exit status 0 in the middle of a line (22 bytes) during call",
    "flood": "a line of more than 1048576 bytes during call",
    "closed stdout": "closed its standard output during call",
    "closed stdin": "closed its standard input before call",
    "dies between requests": "ended with exit status 5 during call",
    "heir of the pipe": "ended with exit status 0 during call",
    "heir that left": "ended with exit status 0 during call",
    "last words": "exit status 9 during call; last words: out of licences",
    "wrong id": "answered request 3 with the id 999",
    "id true": "answered request 3 with the id True",
    "no id": "a reply without an 'id'",
    "no object": "a reply without an 'id'",
    "two verdicts": "exactly one of 'ok'",
    "no verdict": "exactly one of 'ok'",
    "ok is a text": "exactly one of 'ok'",
    "no outputs": "the answer lacks 'outputs'",
    "bare NaN": 'NaN is not JSON: write the text "NaN"',
    "bad base64": "the data of outputs is not base64",
    "short data": "outputs says float32 (2, 2), that is 16 bytes, but its data has 3",
    "complex": "outputs has the dtype 'complex64'",
    "negative shape": "outputs has the shape [-2, 2]",
    "outputs a list": "outputs must be an object with dtype, shape and data",
    "states of three": "states must be a list of pairs [h, c]",
}
"""The process is lost, and the clause is an error with these words."""

ANSWERED = {
    "wrong shape": (Verdict.FAIL, "expected shape (2, 2), got (2, 3)"),
    "wrong rank": (Verdict.ERROR, "shape (2, 2, 1), expected 2 axes"),
    "NaN": (Verdict.FAIL, "got nan"),
    "refused": (Verdict.FAIL, "the engine says no"),
    "unsupported": (Verdict.UNSUPPORTED, "no such layer"),
    "error": (Verdict.ERROR, "IndexError: somewhere inside"),
    "stderr": (Verdict.PASS, ""),
    "daemon": (Verdict.PASS, ""),
}
"""The process lives on, and what it said is judged."""


@pytest.mark.parametrize("fault", LOST)
def test_a_lost_program_is_an_error_with_its_cause_and_the_next_clause_gets_a_fresh_one(
    fault, clause, engine, left_behind
):
    limits = replace(SHORT, memory=2**28) if fault == "memory" else SHORT
    with open_command(engine(fault), limits) as subject:
        started = time.monotonic()
        judgement = judge(clause, subject, None)
        assert judgement.verdict is Verdict.ERROR
        assert LOST[fault] in judgement.diagnosis
        assert time.monotonic() - started < limits.call + 5
        assert left_behind() == []
        again = judge(clause, subject, None)
        assert (again.verdict, again.diagnosis) == (Verdict.PASS, "")
        assert subject.starts == 2
    assert left_behind() == []


@pytest.mark.parametrize("fault", ANSWERED)
def test_an_answer_that_is_wrong_is_judged_and_the_program_lives_on(
    fault, clause, engine, left_behind
):
    verdict, words = ANSWERED[fault]
    with open_command(engine(fault), SHORT) as subject:
        judgement = judge(clause, subject, None)
        assert judgement.verdict is verdict
        assert words in judgement.diagnosis
        assert judge(clause, subject, None).verdict is Verdict.PASS
        assert subject.starts == 1
    assert left_behind() == []


def test_text_after_an_answer_is_blamed_on_the_clause_that_meets_it(clause, engine, left_behind):
    with open_command(engine("text after"), SHORT) as subject:
        assert judge(clause, subject, None).verdict is Verdict.PASS
        judgement = judge(clause, subject, None)
        assert judgement.verdict is Verdict.ERROR
        assert "Inference took 3 ms" in judgement.diagnosis
        assert judge(clause, subject, None).verdict is Verdict.PASS
    assert left_behind() == []


AT_START = {
    "dies before the handshake": "exit status 1 during hello; last words: licence expired",
    "banner": "not JSON, 'Welcome to the engine 1.0'",
    "hang at handshake": "no answer to hello within 0.8 s",
    "version 2": "speaks version 2 of the protocol, lstm-spec speaks version 1",
    "no version": "speaks version None",
    "unknown capability": "unknown capability 'forwards'; known are forward, initial-state",
    "capabilities a text": "'capabilities' must be a list",
    "no name": "'name' must be a text",
    "unknown policy": "'padding_output' must be one of held, zero, undefined",
}


@pytest.mark.parametrize("fault", AT_START)
def test_a_program_that_breaks_at_the_handshake_cannot_be_opened(fault, engine, left_behind):
    limits = replace(SHORT, start=0.8) if fault == "hang at handshake" else SHORT
    with pytest.raises(SubjectLost) as lost:
        open_command(engine(fault), limits)
    assert AT_START[fault] in str(lost.value)
    assert left_behind() == []
    open_command(engine(fault), SHORT).close()


def test_a_program_that_is_not_there_is_named():
    with pytest.raises(SubjectLost, match="there is no program 'no-such-engine'"):
        open_command("no-such-engine --fast")


def test_a_program_that_hangs_at_its_end_is_given_its_grace_and_then_ended(
    clause, engine, left_behind
):
    subject = open_command(engine("hang at exit"), SHORT)
    assert judge(clause, subject, None).verdict is Verdict.PASS
    started = time.monotonic()
    subject.close()
    assert SHORT.end <= time.monotonic() - started < 5
    assert left_behind() == []


def test_a_program_killed_by_somebody_else_is_an_error_and_starts_again(
    clause, engine, left_behind
):
    with open_command(engine("hang"), replace(SHORT, call=30.0)) as subject:
        killer = threading.Timer(0.3, os.kill, (subject.process.program, signal.SIGKILL))
        killer.start()
        judgement = judge(clause, subject, None)
        killer.join()
        assert judgement.verdict is Verdict.ERROR
        assert "signal 9" in judgement.diagnosis
        assert judge(clause, subject, None).verdict is Verdict.PASS
    assert left_behind() == []


def test_the_time_of_a_clause_bounds_all_its_requests_together(clause, engine, left_behind):
    with open_command(engine("hang"), replace(SHORT, call=30.0)) as subject:
        started = time.monotonic()
        with subject.within(0.5):
            judgement = judge(clause, subject, None)
        assert judgement.verdict is Verdict.ERROR
        assert "no answer to call within" in judgement.diagnosis
        assert time.monotonic() - started < 5
        with subject.within(-1.0):
            assert "time for this clause ran out" in judge(clause, subject, None).diagnosis
        assert judge(clause, subject, None).verdict is Verdict.PASS
    assert left_behind() == []


def test_a_model_is_lost_with_the_process_that_built_it(engine, left_behind):
    from lstm_spec.model import LSTM, ModelSpec

    spec = ModelSpec((LSTM(2),), features=3)
    with open_command(engine("none"), SHORT) as subject:
        model = subject.build(spec)
        subject.close()
        subject.build(spec)
        with pytest.raises(SubjectLost, match="lost with the process that built it"):
            model.reset_states()
    assert left_behind() == []
