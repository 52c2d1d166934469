"""What ``lstm_spec`` offers to a program, and ``verify`` as a function."""

import subprocess
import sys
from importlib.metadata import version

import numpy as np
import pytest

import lstm_spec
from reference.numpy import implementation


def test_every_public_name_can_be_imported_and_is_listed():
    for name in lstm_spec.__all__:
        assert getattr(lstm_spec, name) is not None
    assert set(lstm_spec._ROOM) <= set(lstm_spec.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="verfy"):
        _ = lstm_spec.verfy


def test_the_version_is_the_one_that_is_installed():
    assert version("lstm-spec") == lstm_spec.__version__


def test_importing_the_package_loads_nothing_else():
    loaded = "import lstm_spec, sys; print([m for m in sys.modules if m.startswith('lstm_spec.')])"
    words = [sys.executable, "-c", loaded]
    told = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout.strip() == "[]"


def test_verify_judges_an_implementation_of_this_process():
    report = lstm_spec.verify(implementation, only=["CELL-01", "STATE-01"])
    assert report.as_expected
    assert [one.id for one in report.judgements] == ["CELL-01", "STATE-01"]
    assert report.counts["planned"] == report.counts["pass"] == 2


def test_verify_finds_a_deviation_and_what_it_is():
    def run(x, weights, state):
        kernel, recurrent_kernel, bias = weights
        (h, c), outputs = state, []
        for step in range(x.shape[1]):
            i, g, f, o = np.split(x[:, step] @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
            i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
            c = f * c + i * np.tanh(g)
            h = o * np.tanh(c)
            outputs.append(h)
        return np.stack(outputs, axis=1), (h, c)

    report = lstm_spec.verify(lstm_spec.lift(run, name="mixes its gates"), only=["CELL"])
    assert not report.as_expected
    assert any("order" in one.sentence for one in report.findings)


def test_verify_by_name_gives_the_same_as_the_command():
    report = lstm_spec.verify("numpy", only=["CELL-01"], jobs=1)
    assert report.as_expected
    assert report.implementation["name"] == "numpy"


def test_verify_refuses_what_it_does_not_know():
    with pytest.raises(ValueError, match="CELL-999"):
        lstm_spec.verify(implementation, only=["CELL-999"])
    with pytest.raises(ValueError, match="deep"):
        lstm_spec.verify(implementation, level="deep")
