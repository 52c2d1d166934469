"""Fresh weights as Keras draws them, from a seed: the same seed gives the same weights."""

from __future__ import annotations

import math

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import LSTM, Bidirectional, Dense, ModelSpec


def initial_weights(spec: ModelSpec, seed: int) -> list[Array]:
    """Weights in the order of ``spec.weight_shapes`` and in the dtype of the description.

    Kernels are Glorot uniform (Glorot & Bengio 2010), recurrent kernels orthogonal (Saxe et al.
    2014), biases zero but for the forget block of an LSTM with ``forget_bias``, which is one.
    """
    rng = np.random.default_rng(seed)
    weights: list[Array] = []
    width = spec.features
    for layer in spec.layers:
        if isinstance(layer, Dense):
            weights += [glorot_uniform(rng, width, layer.units), np.zeros(layer.units)]
            width = layer.units
        elif isinstance(layer, LSTM):
            weights += _lstm(rng, layer, width)
            width = layer.units
        elif isinstance(layer, Bidirectional):
            weights += _lstm(rng, layer.layer, width) + _lstm(rng, layer.layer, width)
            width = 2 * layer.layer.units
    return [weight.astype(spec.dtype) for weight in weights]


def _lstm(rng: np.random.Generator, layer: LSTM, features: int) -> list[Array]:
    bias = np.zeros(4 * layer.units)
    if layer.forget_bias:
        bias[layer.units : 2 * layer.units] = 1.0
    gates = 4 * layer.units
    made = [glorot_uniform(rng, features, gates), orthogonal(rng, layer.units, gates)]
    return [*made, bias] if layer.use_bias else made


def glorot_uniform(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """Uniform in +-sqrt(6 / (rows + columns))."""
    limit = math.sqrt(6.0 / (rows + columns))
    return rng.uniform(-limit, limit, (rows, columns))


def orthogonal(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """Orthonormal rows (columns >= rows), uniformly distributed."""
    q, r = np.linalg.qr(rng.standard_normal((columns, rows)))
    # QR alone prefers some signs; those of r's diagonal make the draw uniform.
    rotated: Array = (q * np.sign(np.diag(r))).T
    return rotated
