"""Ctrl-C in the terminal of a long command is told in one line, and no process is left."""

import os
import signal
import sys

import pytest
from processes import finish, running, start, wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
COMMANDS = {
    "selftest": ("selftest", "-n", "2"),
    "false alarms": ("selftest", "--repeat", "50", "-n", "2"),
    "bench": ("bench", "numpy", "scalar"),
    "generated mutants": ("selftest", "--generated", "50", "-n", "2"),
}


@pytest.mark.parametrize("number", CODES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_long_command_that_is_interrupted_says_so_and_leaves_no_process(
    command, number, tmp_path
):
    if command == "bench":
        pytest.importorskip("pytest_benchmark", reason="needs the extra bench")
    if command == "generated mutants":
        pytest.importorskip("cosmic_ray", reason="needs the extra mutation")
    process = start(tmp_path, *COMMANDS[command])
    wait_for(lambda: len(running(tmp_path)) >= 2)
    os.killpg(process.pid, number)  # as a terminal does: everybody in the foreground
    code, _, err = finish(process)
    assert code == CODES[number], err
    assert "Traceback" not in err
    assert "interrupted" in err.lower()
    wait_for(lambda: not running(tmp_path), seconds=5)
