"""The equations that hypotheses are tried with are those of both oracles."""

import numpy as np
import pytest

from lstm_spec.checking.trial import Trial
from lstm_spec.diagnosis.equations import run
from lstm_spec.diagnosis.wrong_equations import every
from lstm_spec.model import LSTM, ModelSpec
from reference.numpy import implementation as numpy
from reference.scalar import implementation as scalar

SPEC = ModelSpec((LSTM(4, return_sequences=True),), 6, dtype="float64")


def scene(seed):
    trial = Trial("equations", seed)
    return trial.weights(SPEC), trial.array(3, 5, 6), trial.states(SPEC, 3)


@pytest.mark.parametrize("oracle", [numpy, scalar], ids=lambda one: one.name)
def test_they_agree_with_the_oracle_from_any_state(oracle):
    weights, x, states = scene(1)
    model = oracle.build(SPEC)
    model.set_weights(weights)
    outputs, final = model.call(x, initial_state=states)
    result = run(weights, x, states[0])
    np.testing.assert_allclose(result.outputs, outputs, atol=1e-14)
    np.testing.assert_allclose(result.state, final[0], atol=1e-14)


@pytest.mark.parametrize("oracle", [numpy, scalar], ids=lambda one: one.name)
def test_they_agree_with_the_oracle_under_a_mask(oracle):
    weights, x, _ = scene(2)
    mask = np.array([[0, 1, 1, 0, 1], [1, 1, 0, 0, 1], [0, 0, 0, 0, 0]], bool)
    model = oracle.build(SPEC)
    model.set_weights(weights)
    outputs, final = model.call(x, mask=mask)
    result = run(weights, x, (np.zeros((3, 4)), np.zeros((3, 4))), mask=mask)
    np.testing.assert_allclose(result.outputs, outputs, atol=1e-14)
    np.testing.assert_allclose(result.state, final[0], atol=1e-14)


@pytest.mark.parametrize("seed", range(5))
def test_every_departure_differs_from_the_specification_and_from_every_other(seed):
    """By more than a hundred times what counts as agreement: none can be taken for another."""
    weights, x, states = scene(seed)
    plain = run(weights, x, states[0])
    known = {"": plain}
    silent = set()
    for words, hypothesis in every():
        result = hypothesis(weights, x, states[0])
        for other, before in known.items():
            if _distance(result, before) < 1e-3:
                silent.add((words, other))
        known[words] = result
    # These show only with larger numbers than this trace has, or are the same function.
    for words, other in silent:
        assert "clipped" in words or "overflows" in words, (words, other)


def _distance(one, other):
    largest = 0.0
    for got, expected in ((one.outputs, other.outputs), *zip(one.state, other.state, strict=True)):
        if got.shape != expected.shape:
            return np.inf
        largest = max(largest, float(np.abs(got - expected).max()))
    return largest
