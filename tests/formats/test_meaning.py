"""The writer's version decides what its words mean, and the page says which was used and why."""

import json
from pathlib import Path

import numpy as np
import pytest
from unpacked import KERASES, environment, understood

from lstm_spec import expectations
from lstm_spec.formats import NotReadable, NotSpecified, Stored, StoredArray, StoredLayer
from lstm_spec.meaning import meaning
from reference.saved_models import fixtures

UNITS, FEATURES = 2, 3
ARRAYS = {"kernel": (FEATURES, 4 * UNITS), "recurrent": (UNITS, 4 * UNITS), "bias": (4 * UNITS,)}


def arrays(shapes=ARRAYS):
    """Arrays of an LSTM."""
    rng = np.random.default_rng(0)
    return tuple(StoredArray(name, rng.uniform(-1, 1, shape)) for name, shape in shapes.items())


def stored(*layers, library="keras", version="2.2.4", backend="tensorflow", **more):
    """A chain as a reader would have left it."""
    given = {"style": "sequential", "input_shape": (None, 5, FEATURES), **more}
    return Stored(Path("model.h5"), "Keras HDF5", library, version, backend, layers=layers, **given)


def lstm(held=None, **config):
    """One LSTM layer of a file."""
    return StoredLayer("LSTM", "lstm", {"units": UNITS, **config}, held or arrays())


@pytest.mark.parametrize("keras", KERASES)
def test_the_writer_is_told_as_it_is(keras):
    saved = environment(keras)["stacked"]
    facts = fixtures.manifest(keras)
    for file in saved.files:
        writer = understood(saved, file).writer
        assert writer.version.split(".")[:2] == facts["keras"].split(".")[:2]
        assert writer.library == ("tf.keras" if keras.startswith("tf-keras") else "keras")
        if file.suffix == ".h5":
            assert writer.backend == facts["backend"].split()[0]


@pytest.mark.parametrize(
    "keras", [one for one in KERASES if "hard_sigmoid" in fixtures.manifest(one)["models"]]
)
def test_hard_sigmoid_is_explained(keras):
    model = understood(environment(keras)["hard_sigmoid"])
    (one,) = [meaning for meaning in model.meanings if meaning.word == "hard_sigmoid"]
    new = keras.startswith("keras-3")
    assert one.means == ("clip(x / 6 + 0.5, 0, 1)" if new else "clip(0.2 x + 0.5, 0, 1)")
    assert str(model.writer) in one.because
    gates = {layer.recurrent_activation for layer in model.recurrent}
    assert gates == {"hard_sigmoid_keras3" if new else "hard_sigmoid_keras2"}
    assert any("old hard_sigmoid" in one.sentence for one in model.remarks) != new


@pytest.mark.parametrize(
    ("library", "version", "gate"),
    [
        ("keras", "1.2.2", "hard_sigmoid_keras2"),
        ("keras", "2.2.4", "hard_sigmoid_keras2"),
        ("keras", "2.3.0", "sigmoid"),
        ("keras", "3.0.5", "sigmoid"),
        ("tf.keras", "2.3.0-tf", "sigmoid"),
        ("tf.keras", "2.15.0", "sigmoid"),
    ],
)
def test_an_absent_gate_is_the_default_of_its_time(library, version, gate):
    model = meaning(stored(lstm(), library=library, version=version))
    assert model.spec.layers[0].recurrent_activation == gate
    assert any(one.word == "no recurrent_activation" for one in model.meanings)


@pytest.mark.parametrize(("library", "version"), [("keras", ""), ("tf.keras", "2.2.4-tf")])
def test_an_absent_gate_of_an_unknown_writer_is_not_guessed(library, version):
    with pytest.raises(NotSpecified, match="does not say its recurrent activation"):
        meaning(stored(lstm(), library=library, version=version))


def test_hard_sigmoid_of_an_unknown_writer_is_not_guessed():
    with pytest.raises(NotSpecified, match="does not say which Keras wrote it"):
        meaning(stored(lstm(recurrent_activation="hard_sigmoid"), version=""))


@pytest.mark.parametrize("keras", KERASES)
def test_masked_steps_of_both_directions_are_as_the_clause_has_measured(keras):
    """MASK-40 fails where the halves of a Bidirectional give zero at masked steps."""
    model = understood(environment(keras)["bidirectional_masked"])
    gives_zero = model.spec.layers[1].layer.zero_output_for_mask
    name = keras if keras in expectations.shipped() else keras.removesuffix("-theano")
    assert gives_zero == ("MASK-40" in expectations.read(name))


def test_twelve_arrays_are_explained():
    model = understood(environment("keras-1.2")["plain"])
    assert any(one.word == "twelve arrays" for one in model.meanings)


def test_a_kernel_of_theano_is_explained():
    model = understood(environment("keras-2.3-theano")["conv_same"])
    assert any("turned round" in one.means for one in model.meanings)
    assert not understood(environment("keras-2.3")["conv_same"]).meanings


@pytest.mark.parametrize("keras", ["keras-2.3", "tf-keras-1.15"])
def test_the_two_biases_of_cudnn_are_explained(keras):
    model = understood(environment(keras)["cudnn"])
    assert any(one.word == "a bias of 8 units" for one in model.meanings)


@pytest.mark.parametrize("keras", KERASES)
def test_what_is_remarkable_is_remarked_upon(keras):
    models = environment(keras)

    def remarks(name):
        return " ".join(one.sentence for one in understood(models[name]).remarks)

    if "stateful" in models:  # OpenVINO cannot carry a state
        assert "is stateful" in remarks("stateful")
        assert "the batch size is fixed: 2 rows" in remarks("stateful")
        assert ("predict does not keep the states" in remarks("stateful")) == ("jax" in keras)
    assert "the batch size is fixed: 3 rows" in remarks("fixed_batch")
    if "training_true" in models:
        assert "random outputs on purpose" in remarks("training_true")


def test_losses_of_ones_own_are_named_and_not_needed():
    model = meaning(stored(lstm(recurrent_activation="sigmoid"), training={"loss": "my_loss"}))
    assert model.training == {"loss": "my_loss"}


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"return_state": True}, "returns its states"),
        ({"time_major": True}, "time_major = True"),
        ({"activation": "my_function"}, "no activation of Keras"),
        ({"activation": {"class_name": "function", "module": "mine", "config": "f"}}, "author"),
        ({"activation": "glu"}, "halves the width"),
        ({"peephole": 1}, "peephole = 1"),
    ],
)
def test_what_is_not_specified_is_named(config, message):
    with pytest.raises(NotSpecified, match=message):
        meaning(stored(lstm(recurrent_activation="sigmoid", **config)))


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"units": "four"}, "no whole number"),
        ({"units": 0}, "no whole number"),
        ({"units": 3}, "should have a kernel of shape"),
        ({"use_bias": "maybe"}, "no truth value"),
        ({"use_bias": False}, "has 3 arrays"),
        ({"dropout": "much"}, "no number"),
    ],
)
def test_what_cannot_be_read_is_named(config, message):
    with pytest.raises(NotReadable, match=message):
        meaning(stored(lstm(recurrent_activation="sigmoid", **config)))


def test_arguments_of_tomorrow_at_their_default_are_let_pass():
    model = meaning(stored(lstm(recurrent_activation="sigmoid", peephole=None, mixture=False)))
    assert model.spec.layers[0].units == UNITS


def test_layers_of_another_author_are_refused_with_what_was_read():
    other = StoredLayer("mine>Peephole", "other", {"name": "other"})
    with pytest.raises(NotSpecified, match="class of its author's own") as refused:
        meaning(stored(lstm(recurrent_activation="sigmoid"), other))
    assert refused.value.read_so_far == ("lstm: LSTM (units=2), output (2)",)


@pytest.mark.parametrize("kind", ["GRU", "SimpleRNN", "Lambda", "Attention", "Functional", "RNN"])
def test_known_kinds_are_refused_with_a_reason(kind):
    with pytest.raises(NotSpecified, match=rf"the layer one \({kind}\) is "):
        meaning(stored(lstm(recurrent_activation="sigmoid"), StoredLayer(kind, "one", {})))


def test_the_configuration_of_a_reader_is_json():
    """What a reader leaves is plain data, so that another package can write a reader."""
    for layer in understood(environment("keras-2.3")["stacked"]).rows:
        assert json.dumps([layer.kind, layer.name, layer.says])
