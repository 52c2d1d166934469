"""The scalar oracle's building blocks, against numbers that a reader can work out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_spec.model import LSTM, Adam, Dense, ModelSpec
from reference.scalar import calculus, implementation
from reference.scalar.calculus import Value, differentiate
from reference.scalar.dropout import Drops
from reference.scalar.equations import Cell, lstm_step
from reference.scalar.optimizers import ScalarAdam

FUNCTIONS = {
    "exp": (calculus.exp, math.exp),
    "tanh": (calculus.tanh, math.tanh),
    "sigmoid": (calculus.sigmoid, lambda x: 1 / (1 + math.exp(-x))),
    "relu": (calculus.relu, lambda x: max(x, 0.0)),
    "hard_sigmoid_keras2": (
        calculus.ACTIVATIONS["hard_sigmoid_keras2"],
        lambda x: min(max(0.2 * x + 0.5, 0.0), 1.0),
    ),
    "hard_sigmoid_keras3": (
        calculus.ACTIVATIONS["hard_sigmoid_keras3"],
        lambda x: min(max(x + 3, 0.0), 6.0) / 6,
    ),
}
POINTS = [-3.7, -2.6, -0.9, 0.4, 1.0, 2.7, 3.3]


@pytest.mark.parametrize(("function", "known"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_functions_have_their_value_and_their_slope(function, known):
    for point in POINTS:
        x = Value(point)
        result = function(x)
        differentiate(result)
        assert result.number == pytest.approx(known(point), abs=1e-15)
        assert function(point) == result.number
        numeric = (known(point + 1e-6) - known(point - 1e-6)) / 2e-6
        assert x.slope == pytest.approx(numeric, abs=1e-8)


def test_a_value_that_is_used_twice_gets_both_slopes():
    x, y = Value(3.0), Value(5.0)
    differentiate(x * x * y - (2.0 - x) + 4.0 * y)
    assert x.slope == 2 * 3 * 5 + 1
    assert y.slope == 9 + 4


def test_the_sigmoid_does_not_overflow():
    assert calculus.sigmoid(-1000.0) == 0.0
    assert calculus.sigmoid(1000.0) == 1.0
    assert calculus.sigmoid(-40.0) == pytest.approx(math.exp(-40), rel=1e-12)


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=6))
def test_the_exponentials_of_a_log_softmax_sum_to_one(z):
    assert math.fsum(math.exp(x) for x in calculus.log_softmax(z)) == pytest.approx(1, abs=1e-11)


def test_one_step_of_one_unit_is_the_textbook_equation():
    x, h, c = 0.5, -0.25, 2.0
    kernel, recurrent, bias = [1.0, 2.0, 3.0, 4.0], [0.4, 0.3, 0.2, 0.1], [0.1, -0.2, 0.3, -0.4]
    z = [k * x + r * h + b for k, r, b in zip(kernel, recurrent, bias, strict=True)]
    i, f, o = (1 / (1 + math.exp(-z[gate])) for gate in (0, 1, 3))
    new_c = f * c + i * math.tanh(z[2])
    columns = [list(column) for column in zip(kernel, recurrent, bias, strict=True)]
    got_h, got_c = lstm_step(LSTM(1), Cell(columns, [], [], [], []), [x], [h], [c], Drops())
    assert got_c == [pytest.approx(new_c, abs=1e-15)]
    assert got_h == [pytest.approx(o * math.tanh(new_c), abs=1e-15)]


def test_the_first_update_of_adam_is_the_learning_rate_in_the_sign_of_the_gradient():
    adam = ScalarAdam(Adam(learning_rate=0.1, epsilon=0.0), [2])
    assert adam.update([1.0, 1.0], [2.0, -1e-5]) == pytest.approx([0.9, 1.1])


def test_epsilon_stands_outside_the_root_beside_the_uncorrected_moment():
    """Keras' form; the other form of the paper would move by 0.1 * 2 / (2 + 0.5)."""
    adam = ScalarAdam(Adam(learning_rate=0.1, epsilon=0.5), [1])
    root = math.sqrt(1 - 0.999)
    expected = 0.1 * root / 0.1 * (0.1 * 2) / (root * 2 + 0.5)
    assert adam.update([0.0], [2.0]) == pytest.approx([-expected], rel=1e-12)


def test_the_mean_squared_error_is_averaged_over_rows_steps_and_features():
    spec = ModelSpec((Dense(2),), 1)
    model = implementation.build(spec)
    model.set_weights([np.array([[1.0, 2.0]]), np.array([0.0, 1.0])])
    x = np.array([[[1.0], [2.0]], [[3.0], [4.0]], [[5.0], [6.0]]])
    expected = sum(v * v + (2 * v + 1) ** 2 for v in range(1, 7)) / 12
    assert model.test_on_batch(x, np.zeros((3, 2, 2))) == {"loss": pytest.approx(expected)}


def test_cross_entropy_and_accuracy_of_known_probabilities():
    spec = ModelSpec((Dense(2, "softmax"),), 1, loss="categorical_crossentropy")
    model = implementation.build(spec)
    model.set_weights([np.array([[1.0, 0.0]]), np.array([0.0, 0.0])])
    x = np.log([[[3.0]], [[1 / 9]]])  # probabilities (3/4, 1/4) and (1/10, 9/10)
    y = np.array([[[1.0, 0.0]], [[1.0, 0.0]]])
    figures = model.test_on_batch(x, y)
    assert figures == {
        "loss": pytest.approx(-(math.log(0.75) + math.log(0.1)) / 2),
        "accuracy": 0.5,
    }
