"""The activations, each with its slope in terms of its own output or, for others, of its input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from lstm_spec.contract import Array, Unsupported
from reference.numpy.more_activations import OF_ELEMENTS, OF_VECTORS
from reference.numpy.slopes import SLOPES


class Activation(NamedTuple):
    """``a = of(z)`` and ``da/dz = slope(a)``, or ``slope_at(z)`` where a does not tell it.

    All are element by element; with ``of_vectors`` it is a function of the whole last axis instead.
    """

    of: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    of_vectors: bool = False
    slope_at: Callable[[Array], Array] | None = None

    def derivative(self, z: Array, a: Array) -> Array:
        """da/dz at z, where the activation is a."""
        return self.slope(a) if self.slope_at is None else self.slope_at(z)


def no_slope(a: Array) -> Array:
    """Never reached: such an activation has ``slope_at``, or its model refuses to be trained."""
    raise Unsupported("this activation has no derivative in terms of its output")


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), written with tanh because exp overflows for z below -709."""
    a: Array = np.tanh(0.5 * z)
    a += 1.0
    a *= 0.5
    return a


def softmax(z: Array) -> Array:
    """exp(z) / sum(exp(z)) over the last axis."""
    a: Array = np.exp(z - np.maximum.reduce(z, axis=-1, keepdims=True))
    a /= np.add.reduce(a, axis=-1, keepdims=True)
    return a


def softmax_backward(a: Array, d: Array) -> Array:
    """The gradient d with respect to a softmax's output a, taken back to its input."""
    d_z: Array = a * (d - (d * a).sum(axis=-1, keepdims=True))
    return d_z


def _inside(a: Array) -> Array:
    """1 where a clipped activation is not clipped."""
    return ((a > 0) & (a < 1)).astype(a.dtype)


TRAINED: Mapping[str, Activation] = {
    "linear": Activation(np.copy, np.ones_like),  # the gates are written to, what they read is not
    "tanh": Activation(np.tanh, lambda a: 1.0 - a * a),
    "sigmoid": Activation(sigmoid, lambda a: a - a * a),
    "relu": Activation(lambda z: np.maximum(z, 0), lambda a: (a > 0).astype(a.dtype)),
    "hard_sigmoid_keras2": Activation(
        lambda z: np.clip(0.2 * z + 0.5, 0, 1), lambda a: 0.2 * _inside(a)
    ),
    "hard_sigmoid_keras3": Activation(lambda z: np.clip(z + 3, 0, 6) / 6, lambda a: _inside(a) / 6),
}
"""Those whose output tells the slope; softmax, no function of single elements, has one apart."""

ACTIVATIONS: Mapping[str, Activation] = {
    **TRAINED,
    **{word: Activation(of, no_slope, slope_at=SLOPES[word]) for word, of in OF_ELEMENTS.items()},
    "softmax": Activation(softmax, no_slope, of_vectors=True),
    **{word: Activation(of, no_slope, of_vectors=True) for word, of in OF_VECTORS.items()},
}
"""Every activation; in an LSTM, a function of vectors works on the units of one gate."""


def activate(word: str, z: Array) -> Array:
    """An activation of the last axis."""
    return ACTIVATIONS[word].of(z)
