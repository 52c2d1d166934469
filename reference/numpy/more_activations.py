"""The activations that later generations of Keras have added; ``slopes`` has their derivatives.

Each is written as the documentation of Keras writes it; softplus, silu and mish in the forms that
do not overflow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from lstm_spec.contract import Array

SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946

_erf = np.vectorize(math.erf, otypes=[np.float64])


def logistic(z: Array) -> Array:
    """1 / (1 + exp(-z)), by way of tanh, which cannot overflow."""
    a: Array = 0.5 + 0.5 * np.tanh(0.5 * z)
    return a


def softplus(z: Array) -> Array:
    """log(1 + exp(z))."""
    a: Array = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
    return a


def elu(z: Array) -> Array:
    """Z where it is above zero, else exp(z) - 1."""
    a: Array = np.where(z > 0, z, np.expm1(np.minimum(z, 0)))
    return a


def selu(z: Array) -> Array:
    """An elu that keeps mean and variance (Klambauer et al. 2017)."""
    a: Array = SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0)))
    return a


def gelu(z: Array) -> Array:
    """Z times the probability that a standard normal number is below it."""
    a: Array = 0.5 * z * (1.0 + _erf(z / math.sqrt(2.0)).astype(z.dtype))
    return a


def hard_tanh(z: Array) -> Array:
    """Z between -1 and 1."""
    a: Array = np.clip(z, -1, 1)
    return a


def relu6(z: Array) -> Array:
    """Z between 0 and 6."""
    a: Array = np.clip(z, 0, 6)
    return a


def soft_shrink(z: Array) -> Array:
    """0.5 nearer to zero."""
    a: Array = np.sign(z) * np.maximum(np.abs(z) - 0.5, 0)
    return a


def sparse_plus(z: Array) -> Array:
    """0 below -1, (z + 1)^2 / 4 up to 1, then z."""
    a: Array = np.where(z >= 1, z, 0.25 * np.maximum(z + 1, 0) ** 2)
    return a


def log_softmax(z: Array) -> Array:
    """Log of the softmax over the last axis; exact where exp(z) itself would overflow."""
    shifted: Array = z - z.max(axis=-1, keepdims=True)
    a: Array = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return a


def sparsemax_keras3(z: Array) -> Array:
    """What Keras 3 calls sparsemax, last axis: see ``lstm_spec.model.words``."""
    falling = -np.sort(-z, axis=-1)
    counts = np.arange(1, z.shape[-1] + 1, dtype=z.dtype)
    sums = falling.cumsum(axis=-1)
    inside = counts * falling > sums - 1
    size = inside.sum(axis=-1, keepdims=True, dtype=z.dtype)
    threshold = (np.where(inside, sums, 0).sum(axis=-1, keepdims=True) - 1) / size
    a: Array = np.maximum(z - threshold, 0)
    return a


OF_ELEMENTS: Mapping[str, Callable[[Array], Array]] = {
    "elu": elu,
    "selu": selu,
    "softplus": softplus,
    "softsign": lambda z: z / (1 + np.abs(z)),
    "exponential": np.exp,
    "silu": lambda z: z * logistic(z),
    "gelu": gelu,
    "mish": lambda z: z * np.tanh(softplus(z)),
    "leaky_relu": lambda z: np.where(z > 0, z, z * z.dtype.type(0.2)),
    "relu6": relu6,
    "celu": elu,  # at the alpha of 1 that its name stands for
    "hard_silu": lambda z: z * relu6(z + 3) / 6,
    "hard_tanh": hard_tanh,
    "hard_shrink": lambda z: np.where(np.abs(z) > 0.5, z, np.zeros_like(z)),
    "soft_shrink": soft_shrink,
    "tanh_shrink": lambda z: z - np.tanh(z),
    "log_sigmoid": lambda z: -softplus(-z),
    "sparse_plus": sparse_plus,
    "sparse_sigmoid": lambda z: np.clip(0.5 * (z + 1), 0, 1),
    "squareplus": lambda z: 0.5 * (z + np.sqrt(z * z + 4)),
}
"""Functions of single numbers."""

OF_VECTORS: Mapping[str, Callable[[Array], Array]] = {
    "log_softmax": log_softmax,
    "sparsemax_keras3": sparsemax_keras3,
}
"""Functions of a whole vector, the last axis: in an LSTM, of the units of one gate."""
