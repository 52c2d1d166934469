"""Every loss class of the oracle by itself: its gradient is the derivative of its value."""

import numpy as np
import pytest

from lstm_spec.model import (
    LSTM,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Dense,
    Huber,
    ModelSpec,
    SparseCategoricalCrossentropy,
)
from lstm_spec.model.json_form import UnknownPart, from_json, to_json
from reference.numpy import implementation as oracle
from reference.scalar import implementation as scalar

OPTIONS = [
    ("mse", "linear"),
    ("mae", "linear"),
    (Huber(0.5), "linear"),
    (CategoricalCrossentropy(label_smoothing=0.25), "sigmoid"),
    (CategoricalCrossentropy(label_smoothing=0.25), "softmax"),
    (CategoricalCrossentropy(from_logits=True), "linear"),
    (SparseCategoricalCrossentropy(), "sigmoid"),
    (SparseCategoricalCrossentropy(from_logits=True), "linear"),
    (BinaryCrossentropy(label_smoothing=0.25), "softmax"),
    (BinaryCrossentropy(label_smoothing=0.25), "sigmoid"),
    (BinaryCrossentropy(from_logits=True), "linear"),
]
ROWS, CLASSES = 4, 3


def spec(loss, activation="linear"):
    return ModelSpec((LSTM(2), Dense(CLASSES, activation)), 2, loss=loss)


def pair(loss):
    rng = np.random.default_rng(0)
    outputs = rng.uniform(0.1, 0.9, (ROWS, CLASSES))
    if isinstance(loss, SparseCategoricalCrossentropy):
        return outputs, rng.integers(0, CLASSES, ROWS)
    targets = np.eye(CLASSES)[rng.integers(0, CLASSES, ROWS)]
    return outputs, targets * 3 if isinstance(loss, Huber) else targets


@pytest.mark.parametrize(("loss", "activation"), OPTIONS, ids=str)
def test_the_gradient_is_the_derivative(loss, activation):
    computed, (outputs, y) = oracle.loss(spec(loss, activation)), pair(loss)
    gradient, h = computed.gradient(outputs, y), 1e-6
    for column in range(CLASSES):
        along = np.zeros_like(outputs)
        along[:, column] = h
        ahead, behind = (computed.per_position(outputs + s * along, y) for s in (1, -1))
        # The error of the difference is h^2 times a third derivative of up to 2 / 0.1^3, about
        # 2e-9, and that of rounding 1e-16 / h: 1e-10.
        assert np.abs((ahead - behind) / (2 * h) - gradient[:, column]).max() < 1e-8


@pytest.mark.parametrize(("loss", "activation"), OPTIONS, ids=str)
def test_a_loss_with_options_comes_back_from_json(loss, activation):
    asked = spec(loss, activation)
    assert from_json(to_json(asked)) == asked


def test_an_option_outside_its_bounds_is_refused():
    with pytest.raises(ValueError, match=r"CategoricalCrossentropy\.label_smoothing must be"):
        spec(CategoricalCrossentropy(label_smoothing=1.0))
    with pytest.raises(ValueError, match=r"no loss of lstm_spec\.model"):
        spec(LSTM(2))
    with pytest.raises(UnknownPart, match="Huber has no field 'slope'"):
        from_json(to_json(spec("mse")) | {"loss": {"kind": "Huber", "slope": 1}})


@pytest.mark.parametrize("engine", [oracle, scalar], ids=lambda one: one.name)
@pytest.mark.parametrize(
    ("loss", "y"),
    [
        ("sparse_categorical_crossentropy", [0.0, 3.0]),
        ("sparse_categorical_crossentropy", [0.5, 1.0]),
        ("sparse_categorical_crossentropy", [[1.0, 0.0, 0.0]] * 2),
        ("binary_crossentropy", [[0.0, 1.0, 1.5]] * 2),
    ],
)
def test_targets_that_do_not_fit_the_loss_are_refused(engine, loss, y):
    model = engine.build(spec(loss, "sigmoid"))
    with pytest.raises(ValueError, match="y must"):
        model.train_on_batch(np.zeros((2, 3, 2)), np.array(y))
