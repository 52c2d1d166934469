"""What the compiled programs leave out or do at once changes no number: held to the oracle."""

import numpy as np
import pytest

from lstm_spec.model import LSTM, Adam, Dense, ModelSpec, RepeatVector
from lstm_spec.subjects.find import find

pytest.importorskip("jax", reason="needs the extra jax")

SEEDS = np.random.default_rng(5)


def twins(spec):
    fast, oracle = find("jax").build(spec), find("numpy").build(spec)
    oracle.set_weights(fast.get_weights())
    return fast, oracle


def assert_same_weights(fast, oracle):
    for got, expected in zip(fast.get_weights(), oracle.get_weights(), strict=True):
        np.testing.assert_allclose(got, expected, atol=1e-9)


def arrays(rows, steps, features, outputs):
    return (
        SEEDS.standard_normal((rows, steps, features)),
        SEEDS.standard_normal((rows, *outputs)),
    )


def test_a_recurrent_kernel_that_no_step_reads_stays_where_it_is():
    spec = ModelSpec(
        (LSTM(4), Dense(2)), features=3, time_steps=1, optimizer=Adam(), dtype="float64"
    )
    fast, oracle = twins(spec)
    before = fast.get_weights()[1]
    x, y = arrays(6, 1, 3, (2,))
    for model in (fast, oracle):
        model.fit(x, y, batch_size=2, epochs=3, shuffle=False)
    np.testing.assert_array_equal(fast.get_weights()[1], before)
    assert_same_weights(fast, oracle)


def test_a_recurrent_kernel_is_moved_by_what_earlier_updates_left_in_its_moments():
    longer = ModelSpec((LSTM(4), Dense(2)), features=3, optimizer=Adam(), dtype="float64")
    fast, oracle = twins(longer)
    x, y = arrays(6, 3, 3, (2,))
    for model in (fast, oracle):
        model.fit(x, y, batch_size=2, epochs=2, shuffle=False)
    after_three_steps = fast.get_weights()[1]
    for model in (fast, oracle):
        model.fit(x[:, :1], y, batch_size=2, epochs=2, shuffle=False)
    assert np.abs(fast.get_weights()[1] - after_three_steps).max() > 1e-5
    assert_same_weights(fast, oracle)


@pytest.mark.parametrize("steps", [1, 2, 8, 12], ids="steps {}".format)
@pytest.mark.parametrize("sequences", [False, True], ids=["last", "sequences"])
def test_steps_from_a_carried_state_written_out_or_in_a_loop(steps, sequences):
    layers = (LSTM(4, return_sequences=sequences, stateful=True), Dense(2))
    spec = ModelSpec(
        layers, features=3, batch_size=2, time_steps=steps, optimizer=Adam(), dtype="float64"
    )
    fast, oracle = twins(spec)
    x, y = arrays(8, steps, 3, (steps, 2) if sequences else (2,))
    for model in (fast, oracle):
        model.fit(x, y, batch_size=2, epochs=3, shuffle=False)
    assert_same_weights(fast, oracle)
    for got, expected in zip(fast.get_states(), oracle.get_states(), strict=True):
        np.testing.assert_allclose(got, expected, atol=1e-9)


@pytest.mark.parametrize("n", [1, 3, 10])
def test_a_repeated_vector_meets_the_kernel_once(n):
    layers = (LSTM(4), RepeatVector(n), LSTM(3, return_sequences=True), Dense(2))
    spec = ModelSpec(layers, features=3, time_steps=2, optimizer=Adam(), dtype="float64")
    fast, oracle = twins(spec)
    x, y = arrays(4, 2, 3, (n, 2))
    got, expected = fast.gradients(x, y), oracle.gradients(x, y)
    for ours, theirs in zip(got.weights, expected.weights, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)
    np.testing.assert_allclose(got.x, expected.x, atol=1e-12)


def test_a_repeated_vector_that_no_lstm_reads():
    layers = (LSTM(4), RepeatVector(3), Dense(2))
    spec = ModelSpec(layers, features=3, time_steps=2, dtype="float64")
    fast, oracle = twins(spec)
    x, _ = arrays(4, 2, 3, (2,))
    np.testing.assert_allclose(fast.call(x).outputs, oracle.call(x).outputs, atol=1e-12)
