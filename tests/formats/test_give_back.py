"""A model given back: the script or file runs in its library and computes what the file means."""

import ast
import json
import os
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from unpacked import environment, understood

from lstm_spec import environments
from lstm_spec.saved_models.examination import examine
from lstm_spec.saved_models.inputs import Data, drawn
from lstm_spec.saved_models.writing import give_back, proof
from lstm_spec.saved_models.writing.keras_script import keras_script, refuse_code
from lstm_spec.saved_models.writing.script import CannotHold
from lstm_spec.saved_models.writing.torch_script import torch_script
from reference.numpy import implementation

SECONDS = 900

MODELS = [
    ("keras-1.2", "stacked"),
    ("keras-2.3-theano", "conv_same_strides"),
    ("keras-2.0", "hard_sigmoid"),
    ("keras-2.0", "bidirectional_mul"),
    ("keras-2.1", "weights_only"),
    ("keras-2.2", "stateful"),
    ("keras-2.3", "bidirectional_masked"),
    ("keras-2.3", "conv_causal"),
    ("keras-2.3", "embedding_masked"),
    ("keras-2.3", "encoder_decoder"),
    ("keras-2.3", "go_backwards_sequences"),
    ("keras-2.3", "masked_average"),
    ("keras-2.3", "relu_layers"),
    ("keras-2.3", "shapes"),
    ("keras-2.3", "no_bias"),
    ("keras-2.3", "dropout_layers"),
    ("tf-keras-2.4", "bidirectional_masked"),
    ("tf-keras-2.4", "layer_normalization"),
    ("keras-3-tensorflow", "activations_sparse"),
    ("keras-3-tensorflow", "activations_shrink"),
    ("keras-3-tensorflow", "batch_normalization_bare"),
]
"""What every part of the writers is needed for at least once."""

RUN_ALL = """
import importlib.util, json, sys
import numpy as np
for path, rows, target in json.load(open(sys.argv[1])):
    name = importlib.util.spec_from_file_location("rebuilt", path)
    module = importlib.util.module_from_spec(name)
    name.loader.exec_module(module)
    model = module.build()
    found = {}
    with np.load(path + ".given.npz") as given:
        for call in given.files:
            x = given[call]
            if not x.size:
                if target == "torch":
                    model.reset_states()
                else:
                    [one.reset_state() for one in model.layers if hasattr(one, "reset_state")]
            elif target == "torch":
                import torch
                with torch.no_grad():
                    found[call] = model(torch.tensor(x)).numpy()
            else:
                found[call] = model.predict(x, batch_size=rows or len(x), verbose=0)
    np.savez(path + ".found.npz", **found)
"""


def examined(keras, name):
    """A fixture's model with its rows."""
    saved = environment(keras)[name]
    call = next(one for one in saved.calls if not one.reset)
    return examine(understood(saved), Data(call.x[0], None, "the rows of the fixture"))


def python_with(target):
    """A Python that has the library, or a skip that says what is missing."""
    if find_spec(target) is not None:
        return sys.executable
    recipe = environments.recipe(proof.ENVIRONMENTS[target])
    if not recipe.is_ready:
        pytest.skip(f"{target} is not installed: lstm-spec env create {recipe.name}")
    return str(recipe.interpreter)


@pytest.mark.parametrize(("target", "script"), [("keras", keras_script), ("torch", torch_script)])
def test_every_script_computes_what_the_file_means(target, script, tmp_path):
    python = python_with(target)
    jobs, wanted = [], {}
    for keras, name in MODELS:
        found = examined(keras, name)
        text, made = script(found.saved)
        path = tmp_path / f"{keras}-{name}.py"
        give_back.write(text, made, path)
        asked = proof.calls(found)
        np.savez(f"{path}.given.npz", **{f"call_{k:02}": one for k, one in enumerate(asked)})
        wanted[path] = found, proof.expected(found, asked, implementation)
        jobs.append((str(path), found.saved.spec.batch_size or 0, target))
    (tmp_path / "jobs.json").write_text(json.dumps(jobs))
    ran = subprocess.run(
        [python, "-c", RUN_ALL, str(tmp_path / "jobs.json")],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env={**os.environ, "KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    for path, (found, outputs) in wanted.items():
        with np.load(f"{path}.found.npz") as given:
            for ours, theirs in zip(outputs, [given[one] for one in given.files], strict=True):
                assert np.abs(ours - theirs).max() <= found.tolerance, path.name


def test_a_script_is_short_and_readable(tmp_path):
    text, script = keras_script(examined("keras-2.0", "hard_sigmoid").saved)
    compile(text, "rebuilt.py", "exec")
    assert len(text.splitlines()) < 50
    assert max(map(len, text.splitlines())) <= 100
    assert "def old_hard_sigmoid(x):" in text
    assert "keras.layers.LSTM(4, recurrent_activation=old_hard_sigmoid)" in text
    assert all(one.dtype == "float32" for one in script.arrays.values())


@pytest.mark.parametrize("script", [keras_script, torch_script])
def test_nothing_of_the_file_s_own_text_becomes_code(script, tmp_path):
    """A file name and a version are somebody else's text, and the script is run."""
    saved = examined("keras-2.3", "plain").saved
    evil = '"""\nraise SystemExit(7)\n"""\\'
    writer = replace(saved.writer, version=f"2.3.1{evil}", backend=evil)
    text, _ = script(replace(saved, file=Path(f"a{evil}.h5"), writer=writer))
    (docstring, *rest) = ast.parse(text).body
    assert isinstance(docstring.value, ast.Constant)
    assert "SystemExit" not in "".join(map(ast.unparse, rest))


@pytest.mark.parametrize("script", [keras_script, torch_script])
@pytest.mark.parametrize(("keras", "name"), MODELS)
def test_no_line_is_too_long(script, keras, name):
    text, _ = script(examined(keras, name).saved)
    assert max(map(len, text.splitlines())) <= 100


def test_nothing_is_defined_that_the_model_does_not_need():
    for keras, name in (("keras-2.3", "stacked"), ("keras-3-tensorflow", "hard_sigmoid")):
        _, script = keras_script(examined(keras, name).saved)
        assert not script.definitions
        refuse_code(script)


@pytest.mark.parametrize(
    ("keras", "name", "what"),
    [
        ("keras-2.0", "hard_sigmoid", "old_hard_sigmoid"),
        ("keras-2.3-theano", "conv_same_strides", "MaxPoolingWithEnds"),
        ("keras-2.3", "bidirectional_masked", "repeating"),
    ],
)
def test_a_keras_file_does_not_hold_what_needs_code(keras, name, what, tmp_path):
    found = examined(keras, name)
    with pytest.raises(CannotHold, match=what):
        give_back.give_back(tmp_path / "out.keras", "keras", found, print)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["model.py", "model.keras"])
def test_what_is_given_back_is_proven_first(name, tmp_path):
    pytest.importorskip("keras")
    found = examined("tf-keras-2.4", "stacked")
    written = give_back.give_back(tmp_path / name, "keras", found, print)
    assert all(one.exists() for one in written.files)
    assert len(written.files) == (2 if name.endswith(".py") else 1)
    assert 0 <= written.share < 1e-5
    assert "its outputs agree" in written.sentence
    if name.endswith(".keras"):
        again = understood(environment("tf-keras-2.4")["stacked"], written.files[0])
        for ours, theirs in zip(found.saved.weights, again.weights, strict=True):
            assert np.array_equal(ours, theirs)


def test_what_computes_something_else_is_not_given_back(tmp_path, monkeypatch):
    pytest.importorskip("keras")
    found = examined("keras-2.0", "hard_sigmoid")
    right = give_back.keras_script

    def wrong(saved):
        text, script = right(saved)
        return text.replace("0.2 * x + 0.5", "x / 6.0 + 0.5"), script

    monkeypatch.setattr(give_back, "keras_script", wrong)
    with pytest.raises(proof.NotProven, match="its call 1 differs"):
        give_back.give_back(tmp_path / "out.py", "keras", found, print)
    assert list(tmp_path.iterdir()) == []


def test_a_script_that_does_not_run_is_told(tmp_path, monkeypatch):
    pytest.importorskip("keras")
    found = examined("keras-2.0", "hard_sigmoid")
    right = give_back.keras_script
    monkeypatch.setattr(
        give_back, "keras_script", lambda saved: (right(saved)[0] + "\n1 / 0\n", right(saved)[1])
    )
    with pytest.raises(proof.NotProven, match="ZeroDivisionError"):
        give_back.give_back(tmp_path / "out.py", "keras", found, print)
    assert list(tmp_path.iterdir()) == []


def test_rows_of_ones_own_are_what_is_proven():
    found = examine(
        understood(environment("keras-2.2")["stateful"]),
        drawn(understood(environment("keras-2.2")["stateful"])),
    )
    asked = proof.calls(found)
    assert [one.size > 0 for one in asked] == [True, True, False, True]
    first, second, after = proof.expected(found, asked, implementation)
    assert np.abs(first - second).max() > 1e-4
    assert np.array_equal(first, after)
