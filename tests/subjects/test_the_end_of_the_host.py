"""However the process that judges ends, no subject outlives it."""

import os
import signal
import subprocess
import sys
import time

import pytest

HOST = """
import sys, time
import numpy as np
from lstm_spec.model import LSTM, ModelSpec
from lstm_spec.subjects.remote import open_command

subject = open_command(sys.argv[1])
model = subject.build(ModelSpec((LSTM(2),), features=3))
print("ready", flush=True)
if sys.argv[2] == "call":
    model.call(np.ones((2, 4, 3), np.float32))
elif sys.argv[2] == "wait":
    time.sleep(60)
elif sys.argv[2] == "raise":
    raise RuntimeError("the host has a bug")
"""


def start(command, doing):
    host = subprocess.Popen(
        [sys.executable, "-c", HOST, command, doing],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert host.stdout.readline() == "ready\n"
    return host


@pytest.mark.parametrize(("doing", "end"), [("call", "SIGINT"), ("wait", "SIGINT")])
def test_ctrl_c_ends_the_subject_even_in_the_middle_of_a_call(doing, end, engine, left_behind):
    host = start(engine("hang"), doing)
    time.sleep(0.3)
    host.send_signal(getattr(signal, end))
    _, stderr = host.communicate(timeout=20)
    assert "KeyboardInterrupt" in stderr
    assert left_behind() == []


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent")
def test_a_subject_ends_with_a_host_that_could_not_clean_up(end, engine, left_behind):
    host = start(engine("hang"), "call")
    time.sleep(0.3)
    host.send_signal(end)
    host.communicate(timeout=20)
    assert left_behind() == []


@pytest.mark.parametrize("doing", ["leave", "raise"])
def test_a_host_that_forgets_to_close_leaves_nothing_behind(doing, engine, left_behind):
    host = start(engine("hang at exit"), doing)
    host.communicate(timeout=20)
    assert left_behind() == []


def test_a_forked_copy_of_the_host_does_not_end_the_subject(engine, left_behind):
    from lstm_spec.subjects.process import _end_all
    from lstm_spec.subjects.remote import open_command

    with open_command(engine("none")) as subject:
        child = os.fork()
        if child == 0:
            _end_all()
            os._exit(0)
        os.waitpid(child, 0)
        assert subject.process is not None
        assert left_behind(2) == sorted([subject.process.pid, subject.process.program])
    assert left_behind() == []


@pytest.mark.parametrize("fault", ["daemon", "hang at exit"])
def test_a_whole_run_leaves_nothing_behind(fault, engine, left_behind):
    words = ["verify", "--command", engine(fault), "--only", "CELL-01", "-n", "1"]
    ran = subprocess.run(
        [sys.executable, "-m", "lstm_spec.cli", *words], capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 3, ran.stdout + ran.stderr  # an engine of zeros fails the smoke level
    assert left_behind() == []
