"""The gradient of every loss with every kind of weights, by the complex step.

A real function that is computed with w + ih has its derivative in its imaginary part, without a
difference that could cancel (Squire & Trapp 1998): the figures agree to the last digits of float64.
The network and the losses are written out once more below, for complex numbers.
"""

from typing import get_args

import numpy as np
import pytest

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.conformance.support.loss_cases import EVERY
from lstm_spec.model import (
    LSTM,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Dense,
    Huber,
    ModelSpec,
    Reduction,
    SparseCategoricalCrossentropy,
    meant,
)
from reference.numpy import implementation as numpy_engine
from reference.scalar import implementation as scalar_engine

ROWS, STEPS, FEATURES, CLASSES = 2, 3, 2, 3
H = 1e-30
ENGINES = {"numpy": numpy_engine, "scalar": scalar_engine}
CASES = [
    *EVERY,
    ("mean squared error", "mse", "tanh"),
    ("ignored class", SparseCategoricalCrossentropy(ignore_class=1), "softmax"),
]


class Draws:
    """Random numbers in the form that ``random_batch`` asks for."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def array(self, *shape, scale=1.0):
        return scale * self.rng.standard_normal(shape)

    def labels(self, *shape, width):
        return np.eye(width)[self.rng.integers(width, size=shape)]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(weights, x, activation):
    """One LSTM and a Dense layer at every step, for weights of complex numbers."""
    kernel, recurrent, bias, dense, dense_bias = weights
    h = c = np.zeros((len(x), len(recurrent)), complex)
    outputs = []
    for t in range(x.shape[1]):
        i, f, g, o = np.split(x[:, t] @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        outputs.append(h @ dense + dense_bias)
    z = np.stack(outputs, axis=1)
    match activation:
        case "softmax":
            return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
        case "sigmoid":
            return sigmoid(z)
        case "tanh":
            return np.tanh(z)
    return z


def each_position(loss, p, y):
    """The loss of each position (rows, steps), for outputs of complex numbers."""
    match meant(loss):
        case "mse":
            return ((p - y) ** 2).mean(axis=-1)
        case "mae":
            return (np.sign((p - y).real) * (p - y)).mean(axis=-1)
        case Huber(delta):
            line = delta * (np.sign((p - y).real) * (p - y) - delta / 2)
            return np.where(abs((p - y).real) <= delta, (p - y) ** 2 / 2, line).mean(axis=-1)
        case CategoricalCrossentropy(from_logits, smoothing):
            p = np.exp(p) / np.exp(p).sum(axis=-1, keepdims=True) if from_logits else p
            return -((y * (1 - smoothing) + smoothing / CLASSES) * np.log(p)).sum(axis=-1)
        case SparseCategoricalCrossentropy(from_logits, ignored):
            p = np.exp(p) / np.exp(p).sum(axis=-1, keepdims=True) if from_logits else p
            losses = -np.log(np.take_along_axis(p, y.astype(int)[..., None], axis=-1))[..., 0]
            return losses if ignored is None else losses * (y != ignored)
        case BinaryCrossentropy(from_logits, smoothing):
            p = sigmoid(p) if from_logits else p
            y = y * (1 - smoothing) + smoothing / 2
            return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean(axis=-1)


def divisor(loss, reduction, y, w):
    """What the sum of the weighed losses of all positions is divided by."""
    asked = np.ones((ROWS, STEPS))
    ignored = getattr(meant(loss), "ignore_class", None)
    if ignored is not None:
        asked = (y != ignored).astype(float)
    return {"mean": asked.sum(), "sum": 1, "weighted mean": (asked * w).sum()}[reduction]


def by_complex_step(loss, activation, weights, x, y, w, reduction="mean"):
    """The derivative of the loss of all positions for every single weight."""
    whole = divisor(loss, reduction, y, w)
    found = []
    for place, one in enumerate(weights):
        slopes = np.zeros(one.shape)
        for entry in np.ndindex(one.shape):
            moved = [each.astype(complex) for each in weights]
            moved[place][entry] += 1j * H
            total = (each_position(loss, forward(moved, x, activation), y) * w).sum() / whole
            slopes[entry] = total.imag / H
        found.append(slopes)
    return found


@pytest.mark.parametrize("reduction", get_args(Reduction))
@pytest.mark.parametrize("weighed", ["not weighed", "by rows", "by steps"])
@pytest.mark.parametrize(("name", "loss", "activation"), CASES, ids=lambda one: str(one))
def test_the_gradient_is_the_derivative(name, loss, activation, weighed, reduction):
    layers = (LSTM(2, return_sequences=True), Dense(CLASSES, activation))
    spec = ModelSpec(layers, FEATURES, loss=loss, dtype="float64", reduction=reduction)
    draws = Draws(len(name))
    weights = [draws.array(*shape) for shape in spec.weight_shapes]
    x, y = random_batch(draws, spec, ROWS, STEPS)
    given = {"not weighed": None, "by rows": np.array([0.5, 3.0])}.get(
        weighed, np.abs(draws.array(ROWS, STEPS))
    )
    w = np.ones(1) if given is None else given.reshape(ROWS, -1)
    expected = by_complex_step(loss, activation, weights, x, np.asarray(y, float), w, reduction)
    for engine in ENGINES.values():
        model = engine.build(spec)
        model.set_weights(weights)
        got = model.gradients(x, y, sample_weight=given)
        for ours, theirs in zip(got.weights, expected, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-13)
