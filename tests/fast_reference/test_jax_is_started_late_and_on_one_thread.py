"""Naming the fast reference costs nothing; building a model starts XLA with one thread."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

SECONDS = 120
pytestmark = pytest.mark.skipif(
    find_spec("jax") is None, reason="the fast reference needs the extra jax, which is missing"
)


def run(code):
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_finding_it_by_name_does_not_import_jax():
    code = "import sys; from lstm_spec.subjects.find import find; print(find('jax').name);"
    assert run(code + "print('jax' in sys.modules)") == ["jax", "False"]


def test_the_affinity_of_the_process_is_what_it_was():
    pytest.importorskip("jax", reason="needs the extra jax")
    code = (
        "import os; before = os.sched_getaffinity(0);"
        "from reference.jax import model; print(os.sched_getaffinity(0) == before)"
    )
    assert run(code) == ["True"]
