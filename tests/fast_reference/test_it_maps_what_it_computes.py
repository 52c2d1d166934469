"""What the fast reference says it maps, without importing jax, is what its equations compute."""

import numpy as np
import pytest

from lstm_spec.model import LSTM, LSTMState, ModelSpec
from reference.jax import MAPS, implementation

pytest.importorskip("jax", reason="needs the extra jax")


def test_the_activations_losses_and_optimisers_are_those_of_the_equations():
    from reference.jax import model  # starts jax
    from reference.jax.descent import RULES
    from reference.jax.equations import ACTIVATIONS, PER_POSITION

    assert model
    assert set(MAPS["Dense.activation"]) == set(ACTIVATIONS)
    assert set(MAPS["LSTM.activation"]) == set(ACTIVATIONS) - {"softmax"}
    assert set(MAPS["loss"]) == set(PER_POSITION)
    assert {kind.__name__ for kind in RULES} == {"SGD", "Adam"} <= set(MAPS)


def test_a_named_state_is_differentiated_like_a_pair():
    """To jax itself they are different structures."""
    model = implementation.build(ModelSpec((LSTM(2),), 1))
    x, y, state = np.ones((1, 2, 1)), np.zeros((1, 2)), (np.full((1, 2), 0.5),) * 2
    plain, named = (
        model.gradients(x, y, initial_state=[start]) for start in (state, LSTMState(*state))
    )
    for one, other in zip(plain.weights, named.weights, strict=True):
        np.testing.assert_array_equal(one, other)
