"""Two oracles, written apart from each other, agree on every layer kind and every method."""

from dataclasses import replace

import numpy as np
import pytest
from oracle_models import FEATURES, MODELS, OPTIMIZERS, ROWS, STEPS, batch

from lstm_spec.checking.trial import Trial
from lstm_spec.model import LSTM, Adam, Dense, ModelSpec
from lstm_spec.tolerances import FLOAT64
from reference.numpy import implementation as oracle
from reference.scalar import implementation as scalar

MASKS = {
    "head": [[0, 0, 1, 1, 1], [0, 1, 1, 1, 1]],
    "tail": [[1, 1, 1, 0, 0], [1, 1, 1, 1, 0]],
    "hole": [[1, 0, 0, 1, 1], [1, 1, 1, 0, 1]],
    "whole row": [[0, 0, 0, 0, 0], [1, 1, 1, 1, 1]],
    "whole batch": [[0, 0, 0, 0, 0], [0, 0, 0, 0, 0]],
}

every_model = pytest.mark.parametrize("spec", MODELS.values(), ids=MODELS)


def twins(trial, spec):
    return trial.twins(oracle, scalar, spec)


@every_model
def test_outputs_and_final_states_agree(spec):
    trial = Trial("forward")
    ours, theirs = twins(trial, spec)
    x, _ = batch(trial, spec)
    for states in (None, trial.states(spec, ROWS)):
        got, expected = (m.call(x, initial_state=states) for m in (ours, theirs))
        trial.assert_close(got.outputs, expected.outputs, "outputs", FLOAT64)
        trial.assert_states_close(got.states, expected.states, tolerance=FLOAT64)


@every_model
@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)
def test_masked_calls_agree_whatever_stands_in_masked_steps(spec, mask):
    if "Masking" in str(spec.layers) or isinstance(spec.layers[0], Dense):
        spec = replace(spec, layers=(LSTM(4, return_sequences=True), LSTM(2)))
    trial = Trial("mask")
    ours, theirs = twins(trial, spec)
    valid = np.array(mask, bool)
    x = np.where(valid[:, :, None], batch(trial, spec)[0], np.nan)
    states = trial.states(spec, ROWS)
    got, expected = (m.call(x, valid, states) for m in (ours, theirs))
    trial.assert_close(got.outputs, expected.outputs, "outputs", FLOAT64)
    trial.assert_states_close(got.states, expected.states, tolerance=FLOAT64)


@every_model
def test_gradients_agree(spec):
    trial = Trial("gradients")
    ours, theirs = twins(trial, spec)
    for states in (None, trial.states(spec, ROWS)):
        x, y = batch(trial, spec)
        got, expected = (m.gradients(x, y, initial_state=states) for m in (ours, theirs))
        trial.assert_close(np.array(got.loss), np.array(expected.loss), "loss", FLOAT64)
        trial.assert_close(got.x, expected.x, "gradient with respect to x", FLOAT64)
        for index, (mine, other) in enumerate(zip(got.weights, expected.weights, strict=True)):
            trial.assert_close(mine, other, f"gradient {index}", FLOAT64)


@every_model
@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_ten_training_steps_agree(spec, optimizer):
    trial = Trial("training")
    ours, theirs = twins(trial, replace(spec, optimizer=optimizer))
    for _ in range(10):
        x, y = batch(trial, spec)
        got, expected = ours.train_on_batch(x, y), theirs.train_on_batch(x, y)
        assert got == pytest.approx(expected, abs=1e-11)
    for index, (mine, other) in enumerate(
        zip(ours.get_weights(), theirs.get_weights(), strict=True)
    ):
        # Adam divides by the root of v: where a gradient is as small as 1e-4 its noise grows so.
        trial.assert_close(mine, other, f"weight {index} after 10 updates", 1e-10)
    trial.assert_states_close(ours.get_states(), theirs.get_states(), tolerance=1e-10)


@every_model
def test_fit_evaluate_and_predict_agree(spec):
    trial = Trial("fit")
    ours, theirs = twins(trial, spec)
    rows = 3 * ROWS if spec.stateful else 3 * ROWS + 1
    (x, y), validation = batch(trial, spec, rows), batch(trial, spec, 2 * ROWS)
    how = {"batch_size": ROWS, "epochs": 3, "shuffle": False, "validation_data": validation}
    got, expected = ours.fit(x, y, **how), theirs.fit(x, y, **how)
    assert list(got) == list(expected)
    for name, series in expected.items():
        assert got[name] == pytest.approx(series, abs=1e-11)
    assert ours.evaluate(x, y, ROWS) == pytest.approx(theirs.evaluate(x, y, ROWS), abs=1e-11)
    trial.assert_close(ours.predict(x, ROWS), theirs.predict(x, ROWS), "predictions", 1e-11)
    trial.assert_states_close(ours.get_states(), theirs.get_states(), tolerance=1e-11)


def test_saturated_and_huge_inputs_agree():
    spec = ModelSpec((LSTM(4), Dense(6, "softmax")), FEATURES, loss="categorical_crossentropy")
    trial = Trial("huge")
    ours, theirs = trial.twins(oracle, scalar, spec, trial.weights(spec, scale=5000.0))
    x, y = trial.array(ROWS, STEPS, FEATURES, scale=50.0), trial.labels(ROWS, width=6)
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    assert expected.loss > 745  # the wanted probability is below the smallest float64
    assert got.loss == pytest.approx(expected.loss, rel=1e-12)
    for mine, other in zip(got.weights, expected.weights, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-12)


def test_cross_entropy_of_outputs_that_are_no_softmax_agrees():
    layers = (LSTM(4, recurrent_activation="sigmoid"), Dense(6, "sigmoid"))
    spec = ModelSpec(layers, FEATURES, loss="categorical_crossentropy", optimizer=Adam())
    trial = Trial("sigmoid")
    ours, theirs = twins(trial, spec)
    x, y = batch(trial, spec)
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    assert got.loss == pytest.approx(expected.loss, abs=FLOAT64)
    for mine, other in zip(got.weights, expected.weights, strict=True):
        trial.assert_close(mine, other, "gradient", FLOAT64)
