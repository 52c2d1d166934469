"""The command as a user runs it: in a process of its own, with a time limit."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SECONDS = 60


def lstm_spec(*words, **how):
    """The finished command; what it says is text unless ``text=False``."""
    how = {"capture_output": True, "text": True, "cwd": HERE, **how}
    if "stdout" in how or "stderr" in how:
        how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
        del how["capture_output"]
    environment = {**os.environ, "COLUMNS": "120", **how.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-m", "lstm_spec.cli", *map(os.fspath, words)],
        env=environment,
        timeout=SECONDS,
        check=False,
        **how,
    )


def verify(*words, **how):
    """One clause of numpy judged in one process, unless the words say something else."""
    words = words or ("numpy",)
    if str(words[0]).startswith("-"):
        words = ("numpy", *words)
    only = () if "--only" in words else ("--only", "CELL-01")
    return lstm_spec("verify", *words, *only, "-n", "1", **how)
