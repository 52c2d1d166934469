"""The command as a user runs it: in a process of its own, with a time limit."""

import os
import subprocess
import sys
from contextlib import chdir
from pathlib import Path
from types import SimpleNamespace

from typer.testing import CliRunner

from lstm_spec.cli import app, load

load()

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


def inside(*words, env=None):
    """The same in this process, which is much faster: where descriptors and signals do not matter.

    Its judges are processes all the same.
    """
    with chdir(HERE):
        ran = CliRunner().invoke(app, [os.fspath(word) for word in words], env=env)
    if ran.exception and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return SimpleNamespace(returncode=ran.exit_code, stdout=ran.stdout, stderr=ran.stderr)
