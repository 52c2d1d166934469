"""Ctrl-C in the terminal of a study reaches its workers as well, and is told in one line."""

import os
import signal
import sys

import pytest
from processes import finish, running, start, wait_for

pytest.importorskip("scipy", reason="needs the extra study")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}


@pytest.mark.parametrize("number", CODES)
def test_a_study_that_is_interrupted_says_so_in_a_line_and_leaves_no_worker(number, tmp_path):
    out = tmp_path / "out"
    words = ("study", "alphabet-stateful", "--implementation", "numpy", "--epochs", "1")
    process = start(tmp_path, *words, "--seeds", "1000", "--out", out)
    journal = out / "alphabet-stateful.jsonl.part"
    wait_for(lambda: journal.exists() and journal.read_text().count("\n") > 1)
    os.killpg(process.pid, number)  # as a terminal does: everybody in the foreground
    code, _, err = finish(process)
    assert code == CODES[number]
    (said,) = err.splitlines()
    assert "interrupted; what was trained is kept, and the same command goes on" in said
    assert journal.read_text().count("\n") > 1
    assert running(tmp_path) == []
