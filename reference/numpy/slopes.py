"""The derivatives of the activations whose output does not tell them, in terms of the input.

At a corner the derivative is that of the flat side, as automatic differentiation of minimum and
maximum gives it in most libraries; at the jump of hard_shrink it is zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from lstm_spec.contract import Array
from reference.numpy.more_activations import SELU_ALPHA, SELU_SCALE, _erf, logistic, softplus

Slope = Callable[[Array], Array]


def elu(z: Array) -> Array:
    """1 above zero, else exp(z)."""
    slope: Array = np.exp(np.minimum(z, 0))
    return slope


def selu(z: Array) -> Array:
    """The same with the two numbers of selu."""
    return SELU_SCALE * np.where(z > 0, 1.0, SELU_ALPHA * np.exp(np.minimum(z, 0)))


def silu(z: Array) -> Array:
    """S + z s (1 - s), where s is the logistic function."""
    s = logistic(z)
    slope: Array = s + z * s * (1 - s)
    return slope


def gelu(z: Array) -> Array:
    """The distribution function of a standard normal number, plus z times its density."""
    density = np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    below: Array = 0.5 * (1 + _erf(z / math.sqrt(2.0)))
    return below + z * density


def mish(z: Array) -> Array:
    """T + z (1 - t^2) logistic(z), where t = tanh(softplus(z))."""
    t = np.tanh(softplus(z))
    slope: Array = t + z * (1 - t * t) * logistic(z)
    return slope


def hard_silu(z: Array) -> Array:
    """(2 z + 3) / 6 between -3 and 3; beyond them 0 and 1."""
    return np.where(z <= -3, 0.0, np.where(z >= 3, 1.0, (2 * z + 3) / 6))


FORMULAS: Mapping[str, Slope] = {
    "elu": elu,
    "celu": elu,
    "selu": selu,
    "softplus": logistic,
    "softsign": lambda z: (1 + np.abs(z)) ** -2.0,
    "exponential": np.exp,
    "silu": silu,
    "gelu": gelu,
    "mish": mish,
    "leaky_relu": lambda z: np.where(z > 0, 1.0, 0.2),
    "relu6": lambda z: (z > 0) & (z < 6),
    "hard_silu": hard_silu,
    "hard_tanh": lambda z: np.abs(z) < 1,
    "hard_shrink": lambda z: np.abs(z) > 0.5,
    "soft_shrink": lambda z: np.abs(z) > 0.5,
    "tanh_shrink": lambda z: np.tanh(z) ** 2,
    "log_sigmoid": lambda z: logistic(-z),
    "sparse_plus": lambda z: np.where(z >= 1, 1.0, 0.5 * np.maximum(z + 1, 0)),
    "sparse_sigmoid": lambda z: 0.5 * (np.abs(z) < 1),
    "squareplus": lambda z: 0.5 + 0.5 * z / np.sqrt(z * z + 4),
}


def _of_its_kind(formula: Slope) -> Slope:
    """The formula in the number type of its argument."""
    return lambda z: np.asarray(formula(z)).astype(z.dtype)


SLOPES: Mapping[str, Slope] = {word: _of_its_kind(one) for word, one in FORMULAS.items()}
"""By the name of the activation."""
