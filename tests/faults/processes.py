"""Commands that are started, sent a signal, and looked for afterwards."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from running import HERE, SECONDS

# A shell that starts the tests in the background has them, and what they start, ignore Ctrl-C.
HEARS_CTRL_C = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
COMMAND = "from lstm_spec.cli import main; main()"


def start(seen, *words, before=""):
    """The command, with ``before`` done first; what subjects do is written into ``seen``."""
    return subprocess.Popen(
        [sys.executable, "-c", HEARS_CTRL_C + before + COMMAND, *map(os.fspath, words)],
        cwd=HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "COLUMNS": "120", "FAULTS_SEEN": str(seen)},
    )


def send(process, number):
    """Send the signal; the finished process and what it said."""
    process.send_signal(number)
    return finish(process)


def finish(process):
    """The exit code and what was said."""
    try:
        out, err = process.communicate(timeout=SECONDS)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, out, err


def wait_for(true, seconds=SECONDS):
    """Wait until it is; fail if it never is."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def running(seen):
    """The processes with this folder in their environment or among their words."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                told = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(seen).encode() in told:
                found.append(int(entry.name))
    return found
