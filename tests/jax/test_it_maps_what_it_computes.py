"""What the fast reference says it maps, without importing jax, is what its equations compute."""

import pytest

from reference.jax import MAPS

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
