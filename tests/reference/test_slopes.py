"""The derivatives of the activations: both oracles, jax, and the differences of the functions."""

import numpy as np
import pytest

from lstm_spec.model import LSTM, Dense, ModelSpec
from lstm_spec.model.words import SPECIFIED_SLOPES
from reference.numpy import implementation as numpy_oracle
from reference.numpy.activations import ACTIVATIONS
from reference.per_gate import implementation as per_gate
from reference.scalar import implementation as scalar_oracle
from reference.scalar import more_activations, partial_derivatives

WORDS = [word for word in SPECIFIED_SLOPES if word != "softmax"]
LATER = list(partial_derivatives.OF_NUMBERS)
POINTS = np.linspace(-7.03, 7.03, 204)
"""No corner and no jump is nearer than the step of the differences."""

STEP = 1e-5
CORNERS = {0.0, 0.5, 1.0, 3.0, 6.0}


@pytest.mark.parametrize("word", WORDS)
def test_the_slope_is_the_limit_of_the_differences(word):
    of = ACTIVATIONS[word].of
    differences = (of(POINTS + STEP) - of(POINTS - STEP)) / (2 * STEP)
    slopes = ACTIVATIONS[word].derivative(POINTS, of(POINTS))
    # The differences are off by STEP^2 / 6 times a third derivative, and by 1e-16 / STEP.
    largest = np.maximum(1, np.abs(slopes))
    assert np.abs((differences - slopes) / largest).max() < 1e-8


@pytest.mark.parametrize("word", LATER)
def test_both_oracles_have_one_slope_also_at_the_corners(word):
    points = np.array([*POINTS, *CORNERS, *(-one for one in CORNERS)])
    theirs = [partial_derivatives.OF_NUMBERS[word](float(z)) for z in points]
    ours = ACTIVATIONS[word].derivative(points, ACTIVATIONS[word].of(points))
    assert np.allclose(ours, theirs, rtol=1e-12, atol=1e-14)


def test_there_is_a_slope_for_each_activation_of_numbers():
    assert set(LATER) == set(more_activations.OF_NUMBERS)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("word", WORDS)
def test_a_slope_has_the_number_type_of_its_argument(word, kind):
    z = POINTS.astype(kind)
    assert ACTIVATIONS[word].derivative(z, ACTIVATIONS[word].of(z)).dtype == kind


def gradients(implementation, spec):
    rng = np.random.default_rng(5)
    model = implementation.build(spec)
    model.set_weights([0.4 * rng.standard_normal(shape) for shape in spec.weight_shapes])
    x = rng.standard_normal((2, 3, spec.features))
    found = model.gradients(x, rng.standard_normal(spec.output_shape(2, 3)))
    return [found.loss, found.x, *found.weights]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("place", ["activation", "recurrent_activation", "Dense"])
def test_every_engine_takes_the_slope_where_the_activation_stands(word, place):
    lstm = LSTM(3, return_sequences=True) if place == "Dense" else LSTM(3, **{place: word})
    dense = Dense(2, word) if place == "Dense" else Dense(2)
    spec = ModelSpec((lstm, dense), 2, dtype="float64")
    expected = gradients(scalar_oracle, spec)
    for engine in (numpy_oracle, per_gate):
        for ours, theirs in zip(gradients(engine, spec), expected, strict=True):
            assert np.abs(ours - theirs).max() < 1e-12


def test_two_activations_in_one_layer_do_not_overwrite_each_other():
    """The gates with linear used to be the array that squareplus takes its derivative from."""
    spec = ModelSpec((LSTM(3, "squareplus", "linear"),), 2, dtype="float64")
    for ours, theirs in zip(
        gradients(numpy_oracle, spec), gradients(scalar_oracle, spec), strict=True
    ):
        assert np.abs(ours - theirs).max() < 1e-12
