"""Keras models of the adapter that are saved, loaded and cloned, and the preparation of data."""

import numpy as np
import pytest

from lstm_spec.checking.trial import Trial
from lstm_spec.model import LSTM, Adam, Bidirectional, Dense, ModelSpec
from reference.keras3 import implementation

pytest.importorskip("keras", reason="needs the extra keras")

SPECS = {
    "float32": ModelSpec(
        (LSTM(4, recurrent_activation="hard_sigmoid_keras2", stateful=True), Dense(3)),
        features=3,
        batch_size=2,
        optimizer=Adam(0.01),
    ),
    "float64": ModelSpec(
        (Bidirectional(LSTM(4, return_sequences=True)), LSTM(5, go_backwards=True)),
        features=3,
        dtype="float64",
    ),
}


@pytest.fixture(params=SPECS)
def spec(request):
    return SPECS[request.param]


def test_a_loaded_model_works_like_the_saved_one_from_a_state_of_zero(spec, tmp_path):
    trial = Trial("load")
    model = implementation.build(spec)
    x = trial.array(2, 5, 3, dtype=spec.dtype) / 3
    first = model.call(x)
    model.save(tmp_path / "a.name")
    loaded = implementation.load(tmp_path / "a.name")
    assert loaded.dtype == spec.dtype
    trial.assert_equal(loaded.call(x).outputs, first.outputs, "loaded model")
    y = trial.array(*first.outputs.shape)
    assert loaded.train_on_batch(x, y)["loss"] > 0
    assert [weight.shape for weight in loaded.get_weights()] == list(spec.weight_shapes)


def test_a_clone_has_weights_and_states_of_its_own(spec):
    trial = Trial("clone")
    model = implementation.build(spec)
    x = trial.array(2, 5, 3, dtype=spec.dtype)
    model.call(x)
    twin = model.clone()
    assert not any(state.any() for pair in twin.get_states() for state in pair)
    twin.set_weights(model.get_weights())
    before = model.get_weights()
    twin.train_on_batch(x, trial.array(*spec.output_shape(2, 5)))
    for now, then in zip(model.get_weights(), before, strict=True):
        trial.assert_equal(now, then, "weight of the original")
    moved = zip(twin.get_weights(), before, strict=True)
    assert any(np.abs(now - then).max() > 1e-6 for now, then in moved)


def test_weights_set_after_a_call_are_seen_by_the_next_one():
    trial = Trial("weights")
    spec = ModelSpec((LSTM(4),), features=3)
    model, x = implementation.build(spec), trial.array(2, 5, 3)
    first = model.call(x).outputs
    model.set_weights(trial.weights(spec))
    trial.assert_differ(model.call(x).outputs, first, "outputs with other weights")


def test_the_framework_prepares_data_under_the_names_of_the_contract():
    prepare = implementation.preprocessing
    padded = prepare.pad_sequences([[1, 2, 3], [4]], maxlen=2, padding="post", value=9)
    assert padded.tolist() == [[2, 3], [4, 9]]
    assert prepare.one_hot([0, 2], width=4).tolist() == [[1, 0, 0, 0], [0, 0, 1, 0]]


def test_a_reset_at_an_event_that_there_is_not_is_refused_before_an_update():
    spec = SPECS["float32"]
    model, trial = implementation.build(spec), Trial("event")
    before = model.get_weights()
    x, y = trial.array(2, 5, 3), trial.array(2, 3)
    with pytest.raises(ValueError, match="the events of a fit are"):
        model.fit(x, y, batch_size=2, epochs=1, shuffle=False, reset_at="epoch ends")
    for mine, old in zip(model.get_weights(), before, strict=True):
        trial.assert_equal(mine, old, "weights after the error")
