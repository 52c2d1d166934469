"""The old Pythons that this machine offers."""

import os
import shutil
import subprocess
from pathlib import Path


def interpreter(version):
    """A Python of that version, from the PATH or from pyenv; None if there is none."""
    path = shutil.which(f"python{version}")
    if path and subprocess.run([path, "-V"], capture_output=True, timeout=30).returncode == 0:
        return path
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = sorted(root.glob(f"versions/{version}.*/bin/python"))
    return str(found[-1]) if found else None


def has_numpy(python):
    return not subprocess.run([python, "-c", "import numpy"], capture_output=True).returncode


def with_numpy():
    """Old interpreters that have NumPy; more may be named in LSTM_SPEC_TEST_PYTHONS."""
    given = os.environ.get("LSTM_SPEC_TEST_PYTHONS", "").split(os.pathsep)
    found = [interpreter(version) for version in ("2.7", "3.6", "3.7", "3.8", "3.9", "3.10")]
    return [python for python in [*found, *given] if python and has_numpy(python)]
