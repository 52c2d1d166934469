"""The Keras 3 adapter says the same as the oracle wherever Keras itself is right.

Where Keras is wrong is for the clauses to say; these tests hold the adapter's own work: layout,
spelling, order of states and gradients.
"""

import numpy as np
import pytest

from lstm_spec import tolerances
from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Refused
from lstm_spec.model import (
    LSTM,
    SGD,
    Adam,
    Bidirectional,
    Dense,
    Masking,
    ModelSpec,
    RepeatVector,
)
from reference.keras3 import implementation
from reference.numpy import implementation as oracle

pytest.importorskip("keras", reason="needs the extra keras")
pytestmark = pytest.mark.skipif(
    implementation.backend != "tensorflow",
    reason="only on TensorFlow is Keras 3 right in all of this; on others the clauses say where",
)

MASK = np.array([[0, 1, 1, 0, 1], [1, 0, 1, 1, 0]], bool)

STACKS = {
    "one layer": (LSTM(4, return_sequences=True),),
    "backwards": (LSTM(4, go_backwards=True, return_sequences=True),),
    "last output": (LSTM(4), Dense(3, "softmax")),
    "no bias": (LSTM(4, use_bias=False, return_sequences=True), Dense(3)),
    "both directions": (Bidirectional(LSTM(4, return_sequences=True)), Dense(3)),
    "stack": (LSTM(4, return_sequences=True), LSTM(5, activation="relu")),
    "encoder and decoder": (LSTM(4), RepeatVector(2), LSTM(5, return_sequences=True), Dense(3)),
    "old gate": (LSTM(4, recurrent_activation="hard_sigmoid_keras2"),),
    "new gate": (LSTM(4, recurrent_activation="hard_sigmoid_keras3"),),
}


def carrying(layer):
    """The same layer, stateful."""
    if isinstance(layer, Bidirectional):
        return Bidirectional(carrying(layer.layer))
    return LSTM(**{**vars(layer), "stateful": True}) if isinstance(layer, LSTM) else layer


def spec_of(layers, stateful=False, **more):
    if stateful:
        layers, more = tuple(map(carrying, layers)), {"batch_size": 2, **more}
    return ModelSpec(layers, features=3, **more)


def agree(trial, got, expected, what):
    trial.assert_close(got.outputs, expected.outputs, what)
    trial.assert_states_close(got.states, expected.states, what)


@pytest.fixture
def trial(request):
    return Trial(request.node.name)


@pytest.mark.parametrize("stateful", [False, True], ids=["stateless", "stateful"])
@pytest.mark.parametrize("layers", STACKS.values(), ids=STACKS.keys())
def test_outputs_states_and_gradients_come_in_the_order_of_the_contract(layers, stateful, trial):
    spec = spec_of(layers, stateful)
    subject, expected = trial.twins(implementation, oracle, spec)
    x, states = trial.array(2, 5, 3), trial.states(spec, 2)
    agree(trial, subject.call(x), expected.call(x), "first call")
    agree(trial, subject.call(x[:, :4]), expected.call(x[:, :4]), "second call, other length")
    given = subject.call(x, initial_state=states), expected.call(x, initial_state=states)
    agree(trial, *given, "call with an initial state")
    y = trial.array(*spec.output_shape(2, 5))
    for start in (None, states):
        got, wanted = subject.gradients(x, y, start), expected.gradients(x, y, start)
        trial.assert_close(np.array(got.loss), np.array(wanted.loss), "loss", tolerances.LOSS)
        for ours, theirs in zip([*got.weights, got.x], [*wanted.weights, wanted.x], strict=True):
            trial.assert_close(ours, theirs, "gradient", tolerances.GRADIENT)
    trial.assert_states_close(subject.get_states(), expected.get_states())


@pytest.mark.parametrize("stateful", [False, True], ids=["stateless", "stateful"])
def test_a_mask_reaches_keras_with_and_without_an_initial_state(stateful, trial):
    spec = spec_of((LSTM(4, return_sequences=True),), stateful)
    subject, expected = trial.twins(implementation, oracle, spec)
    x, states = trial.array(2, 5, 3), trial.states(spec, 2)
    agree(trial, subject.call(x, MASK), expected.call(x, MASK), "masked")
    given = subject.call(x, MASK, states), expected.call(x, MASK, states)
    agree(trial, *given, "masked, from an initial state")


def test_a_masking_layer_masks(trial):
    spec = spec_of((Masking(0.25), LSTM(4, return_sequences=True), LSTM(5), Dense(2)))
    subject, expected = trial.twins(implementation, oracle, spec)
    x = np.where(MASK[..., None], trial.array(2, 5, 3), np.float32(0.25))
    agree(trial, subject.call(x), expected.call(x), "with a Masking layer")


@pytest.mark.parametrize("optimizer", [Adam(0.01, 0.8, 0.9, 1e-3)], ids=["adam"])
def test_every_way_of_running_a_stateful_model_is_passed_on(optimizer, trial):
    layers = (LSTM(4, return_sequences=True), Dense(3, "softmax"))
    spec = spec_of(layers, True, loss="categorical_crossentropy", optimizer=optimizer)
    subject, expected = trial.twins(implementation, oracle, spec)
    x, y = trial.array(4, 5, 3), trial.labels(4, 5, width=3)
    for model in (subject, expected):
        model.history = {
            "train": model.train_on_batch(x[:2], y[:2]),
            "test": model.test_on_batch(x[:2], y[:2]),
            "evaluate": model.evaluate(x, y, 2),
            "fit": model.fit(
                x,
                y,
                batch_size=2,
                epochs=2,
                shuffle=False,
                validation_data=(x[2:], y[2:]),
            ),
        }
    for way, figures in expected.history.items():
        assert subject.history[way].keys() == figures.keys()
        for name, figure in figures.items():
            got = np.array(subject.history[way][name])
            trial.assert_close(got, np.array(figure), f"{name} of {way}", tolerances.LOSS)
    trial.assert_close(subject.predict(x, 2), expected.predict(x, 2), "predict", 1e-5)
    ours, theirs = subject.predict_on_batch(x[:2]), expected.predict_on_batch(x[:2])
    trial.assert_close(ours, theirs, "predict_on_batch", 1e-5)
    trial.assert_states_close(subject.get_states(), expected.get_states(), tolerance=1e-5)


def test_float64_is_float64_from_end_to_end(trial):
    layers = (LSTM(4, return_sequences=True), Dense(3, "softmax"))
    spec = spec_of(layers, dtype="float64", loss="categorical_crossentropy", optimizer=SGD(0.1))
    subject, expected = trial.twins(implementation, oracle, spec)
    x, y = trial.array(2, 5, 3, dtype="float64") / 3, trial.labels(2, 5, width=3)
    assert subject.call(x).outputs.dtype == np.float64
    trial.assert_close(subject.predict(x, 2), expected.predict(x, 2), "predict", tolerances.FLOAT64)
    trial.assert_close(
        subject.gradients(x, y).x, expected.gradients(x, y).x, "x", tolerances.FLOAT64
    )
    for model in (subject, expected):
        model.fit(x, y, batch_size=2, epochs=3, shuffle=False)
    for ours, theirs in zip(subject.get_weights(), expected.get_weights(), strict=True):
        trial.assert_close(ours, theirs, "weight after fit", tolerances.FLOAT64)


def test_states_are_set_got_and_reset(trial):
    spec = spec_of(STACKS["both directions"], True)
    model, states = implementation.build(spec), trial.states(spec, 2)
    model.set_states(states)
    trial.assert_states_close(model.get_states(), states, tolerance=tolerances.EXACT)
    kept = model.get_states()
    model.reset_states()
    assert not any(state.any() for pair in model.get_states() for state in pair)
    trial.assert_states_close(kept, states, tolerance=tolerances.EXACT)


def test_a_stateless_model_carries_no_states():
    model = implementation.build(spec_of(STACKS["one layer"]))
    model.reset_states()
    assert model.get_states() == []


def test_what_keras_refuses_is_its_own_refusal(trial):
    model = implementation.build(spec_of(STACKS["one layer"], True))
    with pytest.raises(Refused, match="Keras raised ValueError: If an RNN is stateful"):
        model.call(trial.array(3, 5, 3))
