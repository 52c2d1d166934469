"""How the Keras 3 adapter gets at Keras: late, quietly, on the chosen backend, in its own dtype."""

import json
import os
import subprocess
import sys

import pytest

from lstm_spec.contract import Capability, Implementation, Refused
from lstm_spec.model import LSTM, ModelSpec
from reference.keras3 import engine, implementation


def test_naming_the_implementation_does_not_import_keras():
    script = (
        "import sys; from reference.keras3 import implementation as k;"
        "print(k.name, k.version, k.backend, len(k.capabilities));"
        "print(sorted({'keras', 'tensorflow', 'torch', 'jax'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[1] == "[]"


def test_it_is_an_implementation_of_the_contract():
    assert isinstance(implementation, Implementation)


def test_the_backend_is_the_one_of_the_environment(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert implementation.backend == "jax"


def test_the_backend_is_else_the_one_of_the_keras_file(monkeypatch, tmp_path):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert implementation.backend == "tensorflow"
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "torch"}))
    assert implementation.backend == "torch"
    (tmp_path / "keras.json").write_text("[]")
    assert implementation.backend == "tensorflow"


def test_a_backend_without_training_is_not_said_to_train(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "openvino")
    training = {Capability.TRAIN, Capability.FIT, Capability.EVALUATE, Capability.GRADIENTS}
    assert not training & implementation.capabilities
    assert Capability.PREDICT in implementation.capabilities


def test_without_keras_the_error_names_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", None)
    with pytest.raises(ImportError, match=r"pip install 'lstm-spec\[keras\]'"):
        implementation.build(ModelSpec((LSTM(4),), features=3))


def test_an_unknown_backend_is_an_import_error_too():
    script = (
        "from reference.keras3 import implementation as k; from lstm_spec.model import *;"
        "k.build(ModelSpec((LSTM(4),), features=3))"
    )
    pytest.importorskip("keras", reason="needs the extra keras")
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "KERAS_BACKEND": "nonsense"},
    )
    assert done.stderr.splitlines()[-1].startswith("ImportError: Keras 3 on nonsense cannot")


def test_the_float_type_of_a_model_stays_inside_its_methods():
    keras = pytest.importorskip("keras", reason="needs the extra keras")
    before = keras.config.floatx(), keras.config.dtype_policy().name
    with engine.keras_for("float64"):
        assert (keras.config.floatx(), keras.config.dtype_policy().name) == ("float64", "float64")
    with pytest.raises(Refused), engine.keras_for("float64"):
        raise ValueError("something went wrong")
    assert (keras.config.floatx(), keras.config.dtype_policy().name) == before


def test_the_telling_line_of_a_layers_complaint_is_found():
    error = ValueError(
        "Exception encountered when calling LSTM.call().\n\n"
        "\x1b[1m{{function_node __wrapped__}} the batch sizes differ. \n- Expected 2\x1b[0m\n\n"
        "Arguments received by LSTM.call():\n  • mask=None"
    )
    assert engine.telling_line(error) == "the batch sizes differ."


def test_the_telling_line_of_a_graph_is_found_below_the_call_stack():
    error = RuntimeError(
        "Graph execution error:\n\nDetected at node loss defined at (most recent call last):\n"
        '  File "a.py", line 8, in <module>\n\nshapes do not fit\n\t [[{{node loss}}]]'
    )
    assert engine.telling_line(error) == "shapes do not fit"


def test_an_error_without_words_is_still_reported():
    assert engine.telling_line(ValueError()) == "(no message)"
