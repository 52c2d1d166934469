"""A clause that a trivial engine holds, and the proof that nothing is left running."""

import os
import sys
import time
import uuid
from pathlib import Path

import numpy as np
import pytest

from lstm_spec.clauses import Clause, Level, Strength
from lstm_spec.contract import Capability
from lstm_spec.model import LSTM, ModelSpec
from lstm_spec.subjects.find import find

HERE = Path(__file__).parent


def without_weights_nothing_comes_out(subject, oracle, trial):
    """A true sentence about LSTMs that needs no arithmetic on the other side."""
    model = subject.build(ModelSpec((LSTM(2),), features=3))
    result = model.call(np.ones((2, 4, 3), np.float32))
    trial.assert_equal(result.outputs, np.zeros((2, 2), np.float32), "outputs")


@pytest.fixture
def clause():
    return Clause(
        "CELL-99",
        "With weights of zero every output is zero.",
        Strength.MUST,
        "a test",
        frozenset({Capability.FORWARD}),
        Level.CORE,
        without_weights_nothing_comes_out,
    )


@pytest.fixture
def engine(tmp_path):
    """The command of the engine with a fault that happens once."""

    def command(fault):
        marker = tmp_path / "happened"
        return f"{sys.executable} -I -S {HERE / 'engine.py'} '{fault}' {marker}"

    return command


@pytest.fixture
def left_behind(monkeypatch):
    """The ids of all processes that were started in this test and still run."""
    mark = f"LSTM_SPEC_TEST_{uuid.uuid4().hex}"
    monkeypatch.setenv(mark, "1")

    def running():
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    if mark.encode() in (entry / "environ").read_bytes():
                        found.append(int(entry.name))
                except OSError:
                    continue
        return found

    def after_a_moment(wanted=0):
        limit = time.monotonic() + 5
        while len(running()) != wanted and time.monotonic() < limit:
            time.sleep(0.01)
        return running()

    return after_a_moment


@pytest.fixture(scope="session")
def numpy_oracle():
    return find("numpy")
