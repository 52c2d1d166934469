"""Fresh weights, drawn the way Keras draws them, so that every engine can start from the same ones.

Kernels: uniform in +-sqrt(6 / (fan in + fan out)) (Glorot & Bengio 2010). Recurrent kernels:
orthogonal rows (Saxe et al. 2014). Biases: zero, but one for the forget gate where the layer says
so (Jozefowicz et al. 2015). A document's seed never fixes these numbers: the generators of the
frameworks differ from each other and from NumPy's.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import LSTM, Bidirectional, Dense, ModelSpec, Shape


def initial_weights(spec: ModelSpec, seed: int) -> list[Array]:
    """Weights in the layout of ``spec.weight_shapes``, the same for the same seed.

    Every value can be held by float32, so that a float64 engine and a float32 engine start equal.
    """
    return [weight.copy() for weight in _drawn(spec, seed)]


@lru_cache(maxsize=512)
def _drawn(spec: ModelSpec, seed: int) -> tuple[Array, ...]:
    """The weights themselves: a suite builds the same small models over and over."""
    rng = np.random.default_rng(seed)
    weights: list[Array] = []
    width = spec.features
    for layer in spec.layers:
        if isinstance(layer, LSTM):
            weights += _lstm(layer, width, rng)
            width = layer.units
        elif isinstance(layer, Bidirectional):
            weights += _lstm(layer.layer, width, rng) + _lstm(layer.layer, width, rng)
            width = 2 * layer.layer.units
        elif isinstance(layer, Dense):
            weights += [_glorot_uniform((width, layer.units), rng), np.zeros(layer.units)]
            width = layer.units
    return tuple(weight.astype(np.float32).astype(spec.dtype) for weight in weights)


def _lstm(layer: LSTM, features: int, rng: np.random.Generator) -> list[Array]:
    units = layer.units
    kernel = _glorot_uniform((features, 4 * units), rng)
    recurrent_kernel = _orthogonal((units, 4 * units), rng)
    if not layer.use_bias:
        return [kernel, recurrent_kernel]
    bias = np.zeros(4 * units)
    if layer.forget_bias:
        bias[units : 2 * units] = 1.0
    return [kernel, recurrent_kernel, bias]


def _glorot_uniform(shape: Shape, rng: np.random.Generator) -> Array:
    limit = np.sqrt(6.0 / (shape[0] + shape[1]))
    return rng.uniform(-limit, limit, shape)


def _orthogonal(shape: Shape, rng: np.random.Generator) -> Array:
    """Rows of length one at right angles; ``shape`` is at least as wide as it is high."""
    drawn = rng.standard_normal(shape[::-1]).T
    # The Q of a QR factorisation whose R has a positive diagonal, which makes the draw uniform. By
    # way of Cholesky: four times as many columns as rows are never near to dependent.
    rows: Array = np.linalg.solve(np.linalg.cholesky(drawn @ drawn.T), drawn)
    return rows
