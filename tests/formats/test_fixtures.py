"""The fixtures are whole, were made by what they name, and mean what each Keras means."""

import re
import tarfile
import zipfile
from io import BytesIO

import numpy as np
import pytest

from reference.saved_models import export, fixtures
from reference.saved_models.in_exporters import torch_models
from reference.saved_models.in_keras import rows
from reference.saved_models.in_keras.declared import MODELS
from reference.saved_models.interpreter import kerases

KERASES = list(kerases())
EVERYTHING = [*KERASES, *export.EXPORTERS]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """What an environment wrote, by name of the model; extracted when first asked for."""
    folder, known = tmp_path_factory.mktemp("fixtures"), {}

    def models(environment):
        if environment not in known:
            unpacked = fixtures.unpack(environment, folder)
            known[environment] = {one.name: one for one in unpacked}
        return known[environment]

    return models


def test_every_keras_and_every_exporter_has_written():
    assert sorted(fixtures.environments()) == sorted(EVERYTHING)


@pytest.mark.parametrize("environment", EVERYTHING)
def test_the_packed_files_are_those_of_the_manifest(environment):
    facts = fixtures.manifest(environment)
    named = {file for one in facts["models"].values() for file in one["files"]}
    named |= {one["architecture"] for one in facts["models"].values() if "architecture" in one}
    with tarfile.open(fixtures.FOLDER / environment / fixtures.PACKED) as packed:
        assert set(packed.getnames()) == named | {fixtures.PREDICTIONS}


@pytest.mark.parametrize("environment", KERASES)
def test_each_keras_has_made_every_model_or_says_why_not(environment):
    facts = fixtures.manifest(environment)
    assert set(facts["models"]) | set(facts["missing"]) == set(MODELS)
    assert all(facts["missing"].values())


@pytest.mark.parametrize("environment", EVERYTHING)
def test_all_outputs_are_there_and_finite(environment, saved):
    for one in saved(environment).values():
        asked = [call for call in one.calls if not call.reset]
        assert asked, one.name
        for call in asked:
            assert call.outputs, one.name
            assert all(np.isfinite(array).all() for array in call.outputs), one.name


def test_the_inputs_are_what_the_declarations_draw():
    expected = {
        f"{name}.{letter}": array
        for name, model in MODELS.items()
        for letter, array in rows.inputs(name, model).items()
    }
    for name, model in torch_models.MODELS.items():
        expected[f"{name}.A"] = torch_models.inputs(name, model)
    with np.load(fixtures.FOLDER / "inputs.npz") as stored:
        assert set(stored.files) == set(expected)
        for key, array in expected.items():
            np.testing.assert_array_equal(stored[key], array)


def test_the_fixtures_are_small():
    assert sum(file.stat().st_size for file in fixtures.FOLDER.rglob("*")) < 6_000_000


@pytest.mark.parametrize("environment", EVERYTHING)
def test_no_file_names_a_place_of_the_machine_it_was_written_on(environment):
    """Keras and the exporters may note call stacks; a zip is compressed, so it is opened."""
    place = re.compile(rb"/(?:home|root|opt|tmp|work|usr)/\w|site-packages")
    folder = fixtures.FOLDER / environment
    contents = {fixtures.MANIFEST: (folder / fixtures.MANIFEST).read_bytes()}
    with tarfile.open(folder / fixtures.PACKED) as packed:
        for entry in packed:
            content = packed.extractfile(entry).read()
            contents[entry.name] = content
            if zipfile.is_zipfile(BytesIO(content)):
                with zipfile.ZipFile(BytesIO(content)) as zipped:
                    contents[entry.name] = b"".join(map(zipped.read, zipped.namelist()))
    assert [name for name, content in contents.items() if place.search(content)] == []


# What each Keras means ----------------------------------------------------------------------------


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def hard_sigmoid_of_keras_2(x):
    return np.clip(0.2 * x + 0.5, 0, 1)


def hard_sigmoid_of_keras_3(x):
    return np.clip(x / 6 + 0.5, 0, 1)


def lstm_and_dense(name, gate, units=4):
    """An LSTM and a linear Dense layer in float64, with the weights that the fixtures draw."""
    model = MODELS[name]
    x = rows.inputs(name, model)["A"].astype("float64")
    draw = rows.generator("weights of " + name)
    features = x.shape[-1]
    shapes = [(features, 4 * units), (units, 4 * units), (4 * units,)]
    kernel, recurrent, bias = rows.weights(draw, "LSTM", shapes, model["scale"])
    outputs = 2 if name != "plain" else 3
    dense, dense_bias = rows.weights(draw, "Dense", [(units, outputs), (outputs,)], model["scale"])
    h = c = np.zeros((len(x), units))
    for step in range(x.shape[1]):
        i, f, candidate, o = np.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = gate(f) * c + gate(i) * np.tanh(candidate)
        h = gate(o) * np.tanh(c)
    return h @ dense + dense_bias


def softmax(x):
    exponents = np.exp(x - x.max(axis=-1, keepdims=True))
    return exponents / exponents.sum(axis=-1, keepdims=True)


def meant(one):
    """The outputs of the first call: those of the called model where predict differs."""
    call = one.calls[0]
    return (call.called or call.outputs)[0]


def first_numbers(environment):
    """Major and minor number of a Keras."""
    found = re.findall(r"\d+", fixtures.manifest(environment)["keras"])
    return int(found[0]), int(found[1])


@pytest.mark.parametrize("environment", KERASES)
def test_weights_lie_in_the_same_gates_in_every_keras(environment, saved):
    """Nothing in this model has changed its meaning, so every Keras predicts the same."""
    expected = lstm_and_dense("sigmoid", sigmoid)
    np.testing.assert_allclose(meant(saved(environment)["sigmoid"]), expected, atol=1e-6)


@pytest.mark.parametrize("environment", KERASES)
def test_hard_sigmoid_means_what_it_meant_to_the_writer(environment, saved):
    new = first_numbers(environment)[0] == 3
    gate = hard_sigmoid_of_keras_3 if new else hard_sigmoid_of_keras_2
    expected = lstm_and_dense("hard_sigmoid", gate)
    np.testing.assert_allclose(meant(saved(environment)["hard_sigmoid"]), expected, atol=1e-6)


BEFORE_KERAS_2_3 = [
    "keras-1.2",
    "keras-1.2-theano",
    "keras-2.0",
    "keras-2.1",
    "keras-2.2",
    "tf-keras-1.15",
]


@pytest.mark.parametrize("environment", KERASES)
def test_gates_of_which_nothing_is_said_are_hard_until_keras_2_3(environment, saved):
    gate = hard_sigmoid_of_keras_2 if environment in BEFORE_KERAS_2_3 else sigmoid
    expected = softmax(lstm_and_dense("plain", gate))
    np.testing.assert_allclose(meant(saved(environment)["plain"]), expected, atol=1e-6)


FUSED_GELU = ("tf-keras-2.10", "tf-keras-2.11", "tf-keras-2.13")


@pytest.mark.parametrize("environment", KERASES)
def test_predict_gives_what_calling_gives_where_the_readme_does_not_say_otherwise(
    environment, saved
):
    apart = {one.name for one in saved(environment).values() if one.calls[0].called}
    if environment == "keras-3-openvino":
        assert len(apart) > 30
    elif environment in FUSED_GELU:
        assert apart == {"activations_gelu"}
    else:
        assert not apart


@pytest.mark.parametrize("environment", [name for name in export.EXPORTERS if "onnx" in name])
def test_onnx_files_compute_what_the_exported_model_computes(environment):
    models = fixtures.manifest(environment)["models"]
    origin = "from PyTorch" if "torch_lstm" in models else "from Keras"
    assert max(one[origin] for one in models.values()) < 2e-6
