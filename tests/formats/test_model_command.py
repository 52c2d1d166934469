"""``lstm-spec model``: what is said, what is written, and the exit code of each outcome."""

import hashlib
import json
import shutil

import h5py
import numpy as np
import pytest
from typer.testing import CliRunner
from unpacked import environment, understood

from lstm_spec.cli import app, load
from lstm_spec.saved_models import examination, inputs
from lstm_spec.saved_models.report import validator
from lstm_spec.vectors import checking
from reference.numpy import NumpyImplementation, implementation
from reference.numpy.lstm import LSTMLayer
from reference.scalar import implementation as scalar

load("model")
AGREES, DEVIATES, WRONG_USAGE, NOT_SPECIFIED = 0, 1, 2, 3


def asked(*words):
    """The command in this process; a wide terminal."""
    return CliRunner().invoke(app, ["model", *map(str, words)], env={"COLUMNS": "200"})


def file_of(keras, name, suffix=".h5"):
    """A file of a fixture."""
    return next(one for one in environment(keras)[name].files if one.suffix == suffix)


def test_a_model_of_keras_2_0_is_told(tmp_path):
    path = shutil.copy(file_of("keras-2.0", "hard_sigmoid"), tmp_path / "lstm_model.h5")
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    ran = asked(path, "--json", tmp_path / "found.json")
    assert ran.exit_code == AGREES, ran.output
    for words in (
        "lstm_model.h5: Keras HDF5, written by Keras 2.0.2 on tensorflow (sequential)",
        "input: (any, 5, 3): batch, time, features",
        "hard_sigmoid: clip(0.2 x + 0.5, 0, 1). Keras 2.0.2 on tensorflow wrote the file",
        "has gates of the old hard_sigmoid",
        "drawn: numbers from 0 to 1, seed 0",
        "well conditioned",
    ):
        assert words in ran.output
    found = json.loads((tmp_path / "found.json").read_text())
    validator().validate(found)
    assert found["verdict"] == "agrees"
    assert found["file"] == {"name": "lstm_model.h5", "sha256": before}
    assert found["model"]["writer"]["version"] == "2.0.2"
    assert found["model"]["parameters"] == sum(
        one["parameters"] for one in found["model"]["layers"]
    )
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_a_refusal_is_told_as_json_too(tmp_path):
    ran = asked(file_of("keras-2.3", "gru"), "--json", tmp_path / "found.json")
    assert ran.exit_code == NOT_SPECIFIED
    found = json.loads((tmp_path / "found.json").read_text())
    validator().validate(found)
    assert found["verdict"] == "not specified"
    assert "is no LSTM: GRU layers are not specified" in found["refused"]["sentence"]


def test_weights_alone_need_their_architecture():
    saved = environment("keras-2.1")["weights_only"]
    alone = asked(saved.files[0])
    assert alone.exit_code == NOT_SPECIFIED
    assert "activations of the gates" in alone.output
    assert "bidirectional_1: 3 x 12" in alone.output
    both = asked(saved.files[0], "--architecture", saved.architecture)
    assert both.exit_code == AGREES
    assert "Bidirectional" in both.output


def test_an_architecture_of_another_model_does_not_fit(tmp_path):
    saved = environment("keras-2.1")["weights_only"]
    config = json.loads(saved.architecture.read_text())
    config["config"][0]["config"]["layer"]["config"]["units"] = 4
    (tmp_path / "other.json").write_text(json.dumps(config))
    ran = asked(saved.files[0], "--architecture", tmp_path / "other.json")
    assert ran.exit_code == NOT_SPECIFIED
    assert "should have a kernel of shape (3, 16), but the file holds one of (3, 12)" in ran.output


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("keras-3-tensorflow", "stacked", ".h5"), ("keras-3-tensorflow", "stacked", ".keras")),
        (("tf-keras-2.15", "stacked", ".h5"), ("onnx-tf2onnx", "stacked", ".onnx")),
        (("tf-keras-2.15", "conv_causal", ".keras"), ("onnx-tf2onnx", "conv_causal", ".onnx")),
        (("keras-1.2", "stacked", ".h5"), ("keras-2.2", "stacked", ".h5")),
    ],
)
def test_two_files_of_one_model_agree(one, other):
    ran = asked(file_of(*one), "--against", file_of(*other))
    assert ran.exit_code == AGREES, ran.output
    assert "agree: at most" in ran.output


def test_a_stale_export_shows(tmp_path):
    path = shutil.copy(file_of("keras-2.3", "stacked"), tmp_path / "stale.h5")
    with h5py.File(path, "a") as file:
        kernel = file["model_weights/lstm_2/lstm_2/kernel:0"]
        kernel[...] = kernel[...] * 1.01
    ran = asked(file_of("keras-2.3", "stacked"), "--against", path)
    assert ran.exit_code == DEVIATES
    assert "differ: at most" in ran.output
    assert "1 of 11 arrays differ: LSTM 2 kernel by 1.0e-02 of its scale" in ran.output


def test_old_and_new_gates_are_not_the_same_model():
    ran = asked(
        file_of("keras-2.3", "hard_sigmoid"),
        "--against",
        file_of("keras-3-tensorflow", "hard_sigmoid"),
    )
    assert ran.exit_code == DEVIATES
    assert "all 5 arrays are equal" in ran.output


def test_models_of_other_shapes_are_not_compared():
    ran = asked(file_of("keras-2.3", "plain"), "--against", file_of("keras-2.3", "embedding"))
    assert ran.exit_code == WRONG_USAGE
    assert "cannot be run on the same rows" in ran.output


def test_your_own_data(tmp_path):
    x = np.random.default_rng(0).uniform(0, 1, (6, 5, 3))
    np.save(tmp_path / "x.npy", x)
    np.savez(tmp_path / "both.npz", x=x, y=np.zeros((6, 3)))
    path = file_of("keras-2.3", "plain")
    for name in ("x.npy", "both.npz"):
        ran = asked(path, "--data", tmp_path / name)
        assert ran.exit_code == AGREES, ran.output
        assert f"from {name}: 6 rows; outputs (6, 3)" in ran.output


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": np.zeros((2, 5, 4))}, "takes an input of shape (any, 5, 3), not (2, 5, 4)"),
        ({"x": np.zeros((2, 5, 3)), "y": np.zeros((2, 4))}, "targets of shape (2, 4)"),
        ({"a": np.zeros(2), "b": np.zeros(2)}, "call the inputs x"),
        ({"x": np.full((2, 5, 3), np.nan)}, "NaN or infinity"),
        ({"x": np.array([{}], dtype=object)}, "cannot be read"),
        ({"x": np.array(["a"])}, "not numbers"),
    ],
)
def test_data_that_do_not_fit(tmp_path, arrays, message):
    np.savez(tmp_path / "data.npz", **arrays)
    ran = asked(file_of("keras-2.3", "plain"), "--data", tmp_path / "data.npz")
    assert ran.exit_code == WRONG_USAGE
    assert message in ran.output


def test_tokens_beyond_the_table_are_wrong_data(tmp_path):
    np.save(tmp_path / "x.npy", np.full((2, 6), 7))
    ran = asked(file_of("keras-2.3", "embedding"), "--data", tmp_path / "x.npy")
    assert ran.exit_code == WRONG_USAGE
    assert "takes numbers from 0 to 6, but the input holds 7 to 7" in ran.output


@pytest.mark.parametrize(
    "name",
    ["plain", "stacked", "stateful", "embedding_masked", "conv_causal", "shapes", "masking"],
)
def test_golden_vectors_are_those_of_the_model(name, tmp_path):
    folder = tmp_path / "vectors"
    ran = asked(file_of("keras-2.3", name), "--vectors", folder)
    assert ran.exit_code == AGREES, ran.output
    manifest, cases = checking.read_folder(folder)
    assert manifest["confirmed_by"] != manifest["computed_by"]
    for engine in (implementation, scalar):
        words = [one.word for one in checking.check(engine, cases)]
        assert set(words) == {"agrees"}, name
        assert len(words) == len(cases) >= 1
    kinds = {one["id"] for one in cases}
    assert ("model/carried" in kinds) == (name == "stateful")
    assert ("model/step-by-step" in kinds) == (
        name in ("plain", "stacked", "stateful", "embedding_masked")
    )


class OneStepLate(LSTMLayer):
    """Carries h of the step before."""

    def masked_state(self, valid, new, old):
        return old

    def forward(self, x, mask, states):
        outputs, mask, final = super().forward(x, mask, states)
        return outputs, mask, [(final[0][0] * 0.9, final[0][1])]


def test_golden_vectors_notice_an_engine_that_carries_otherwise(tmp_path):
    folder = tmp_path / "vectors"
    assert asked(file_of("keras-2.3", "plain"), "--vectors", folder).exit_code == AGREES
    wrong = NumpyImplementation(name="late", lstm_class=OneStepLate)
    _, cases = checking.read_folder(folder)
    words = {one.case: one.word for one in checking.check(wrong, cases)}
    assert words["model/step-by-step"] == "differs"


@pytest.mark.parametrize("name", ["embedding", "embedding_masked", "masking", "shapes", "stateful"])
def test_rows_are_drawn_that_fit_the_model(name):
    model = understood(environment("keras-2.3")[name])
    one, other = inputs.drawn(model, seed=0), inputs.drawn(model, seed=0)
    assert np.array_equal(one.x, other.x)
    assert not np.array_equal(one.x, inputs.drawn(model, seed=1).x)
    found = examination.examine(model, one)
    assert np.isfinite(found.outputs).all()
    if name in ("masking", "embedding_masked"):
        assert "some steps are masked" in one.source
        value = {"masking": -1.0}.get(name, 0)
        assert (one.x == value).any()


def test_the_data_of_a_normalization_are_drawn_as_it_has_seen_them():
    model = understood(environment("keras-2.3")["batch_normalization_bare"])
    drawn = inputs.drawn(model)
    assert "means and variances of the BatchNormalization" in drawn.source


def test_an_ill_conditioned_model_says_so():
    model = understood(environment("keras-2.3")["relu"])
    weights = [one * 40 for one in model.weights]
    steep = type(model)(**{**vars(model), "weights": tuple(weights)})
    calm = examination.examine(model, inputs.drawn(model)).conditioning
    wild = examination.examine(steep, inputs.drawn(model)).conditioning
    assert "well conditioned" in calm.sentence
    assert calm.share < 1e-6
    assert wild.share > 3 * calm.share


def test_a_difference_within_the_tolerance_is_what_float32_makes_of_it():
    """The float32 engine stays within it, for every model of an environment."""
    from reference.numpy import implementation_float32

    tried = 0
    for saved in environment("tf-keras-2.4").values():
        if saved.refused or saved.name == "float64":
            continue
        model = understood(saved)
        found = examination.examine(model, inputs.drawn(model))
        engine = implementation_float32.build(model.spec)
        engine.set_weights(model.weights)
        x = found.data.of_specification(model)
        outputs = engine.predict(x, model.spec.batch_size or len(x))
        assert np.abs(outputs - found.outputs).max() <= found.tolerance, saved.name
        tried += 1
    assert tried > 40
