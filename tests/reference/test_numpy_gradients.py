"""The gradients of both oracles are those that finite differences of the loss give.

Central differences of a float64 loss of order one with step 1e-6 are off by 1e-10 (rounding) plus
1e-12 times the third derivative.
"""

import numpy as np
import pytest
from oracle_models import MODELS, ROWS, STEPS, batch

from lstm_spec.checking.trial import Trial
from lstm_spec.model import LSTM, ModelSpec
from reference.numpy import NumpyImplementation
from reference.numpy import implementation as oracle
from reference.numpy.lstm import LSTMLayer
from reference.scalar import implementation as scalar

STEP, TOLERANCE = 1e-6, 1e-8
CHECKED = 15  # entries of each array: enough for every gate to be met

engines = pytest.mark.parametrize("engine", [oracle, scalar], ids=["numpy", "scalar"])


def slope(loss, array, index):
    kept = array[index]
    losses = []
    for moved in (kept + STEP, kept - STEP):
        array[index] = moved
        losses.append(loss())
    array[index] = kept
    return (losses[0] - losses[1]) / (2 * STEP)


def chosen(trial, array):
    entries = trial.rng.permutation(array.size)[:CHECKED]
    return [np.unravel_index(entry, array.shape) for entry in entries]


def confirm(engine, spec):
    trial = Trial("differences")
    weights = [weight.astype(np.float64) for weight in trial.weights(spec)]
    x, y = batch(trial, spec)
    model = trial.model(engine, spec, weights)
    model.call(x)
    start = model.get_states()
    gradients = model.gradients(x, y)

    def loss():
        model.set_weights(weights)
        model.set_states(start)
        return model.test_on_batch(x, y)["loss"]

    for array, gradient in [*zip(weights, gradients.weights, strict=True), (x, gradients.x)]:
        for index in chosen(trial, array):
            if array is x and 0.5 in x[index[:2]]:
                continue  # the smallest step away from the mask value changes the mask
            assert gradient[index] == pytest.approx(slope(loss, array, index), abs=TOLERANCE)


@pytest.mark.parametrize("spec", MODELS.values(), ids=MODELS)
def test_gradients_are_the_slopes_of_the_loss(spec):
    confirm(oracle, spec)


@pytest.mark.parametrize("name", ["masked stack", "one of two stateful", "classes"])
def test_gradients_of_the_scalar_oracle_are_the_slopes_of_its_own_loss(name):
    confirm(scalar, MODELS[name])


@engines
def test_a_carried_state_is_a_constant(engine):
    spec = ModelSpec((LSTM(4, stateful=True),), 3, batch_size=ROWS, dtype="float64")
    trial = Trial("border")
    model = trial.model(engine, spec, trial.weights(spec))
    first, (x, y) = batch(trial, spec), batch(trial, spec)
    model.train_on_batch(*first)
    carried = model.get_states()
    stateless = ModelSpec((LSTM(4),), 3, dtype="float64")
    given = trial.model(engine, stateless, model.get_weights())
    got, expected = model.gradients(x, y), given.gradients(x, y, initial_state=carried)
    assert got.loss == expected.loss
    for mine, other in zip(got.weights, expected.weights, strict=True):
        trial.assert_equal(mine, other, "gradient")


@engines
def test_gradients_reach_from_the_last_step_to_the_first(engine):
    spec = ModelSpec((LSTM(4),), 3, dtype="float64")
    trial = Trial("inside")
    model = trial.model(engine, spec, trial.weights(spec))
    gradients = model.gradients(*batch(trial, spec))
    assert np.abs(gradients.x).max(axis=(0, 2)).min() > 1e-4


def test_the_border_hook_sees_the_gradient_of_the_initial_state():
    seen = []

    class Watched(LSTMLayer):
        def border(self, d_h, d_c):
            seen.append((d_h, d_c))

    spec = ModelSpec((LSTM(4),), 3, dtype="float64")
    trial = Trial("hook")
    weights, states = trial.weights(spec), trial.states(spec, ROWS)
    x, y = batch(trial, spec)
    model = trial.model(NumpyImplementation(name="watched", lstm_class=Watched), spec, weights)
    model.gradients(x, y, initial_state=states)
    [gradients] = seen[:1]
    for array, gradient in zip(states[0], gradients, strict=True):
        array = array.astype(np.float64)
        for index in chosen(trial, array):
            pair = [part.astype(np.float64) for part in states[0]]
            which = 0 if gradient is gradients[0] else 1

            def loss(which=which, pair=pair, array=array):
                pair[which] = array
                return model.gradients(x, y, initial_state=[tuple(pair)]).loss

            assert gradient[index] == pytest.approx(slope(loss, array, index), abs=TOLERANCE)


def test_a_masked_step_sends_nothing_to_its_input():
    spec = MODELS["masked"]
    trial = Trial("masked")
    x, y = batch(trial, spec)
    gradients = trial.model(oracle, spec, trial.weights(spec)).gradients(x, y)
    masked = (x == 0.5).all(axis=-1)
    assert masked.sum() == 3
    assert not gradients.x[masked].any()
    assert np.abs(gradients.x[~masked]).max(axis=-1).min() > 0
    assert gradients.x.shape == (ROWS, STEPS, 3)
