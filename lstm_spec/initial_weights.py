"""Fresh weights, drawn the way Keras draws them, so that every engine can start from the same ones.

Kernels: uniform in +-sqrt(6 / (fan in + fan out)) (Glorot & Bengio 2010). Recurrent kernels:
orthogonal rows (Saxe et al. 2014). Biases: zero, but one for the forget gate where the layer says
so (Jozefowicz et al. 2015). A document's seed never fixes these numbers: the generators of the
frameworks differ from each other and from NumPy's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import assert_never

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import ModelSpec, Shape, Weight


def initial_weights(spec: ModelSpec, seed: int) -> list[Array]:
    """Weights in the layout of ``spec.weight_shapes``, the same for the same seed.

    Every value can be held by float32, so that a float64 engine and a float32 engine start equal.
    """
    return [weight.copy() for weight in _drawn(spec, seed)]


@lru_cache(maxsize=512)
def _drawn(spec: ModelSpec, seed: int) -> tuple[Array, ...]:
    """The weights themselves: a suite builds the same small models over and over."""
    rng = np.random.default_rng(seed)
    weights = [_draw(one, rng) for of_layer in spec.layer_weights for one in of_layer]
    return tuple(weight.astype(np.float32).astype(spec.dtype) for weight in weights)


def _draw(weight: Weight, rng: np.random.Generator) -> Array:
    match weight.initial:
        case "glorot uniform":
            return _glorot_uniform(weight.shape, rng)
        case "orthogonal":
            return _orthogonal(weight.shape, rng)
        case "zeros":
            return np.zeros(weight.shape)
        case "ones":
            return np.ones(weight.shape)
        case "ones for the forget gate":
            return np.repeat([0.0, 1.0, 0.0, 0.0], weight.shape[0] // 4)
    assert_never(weight.initial)


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
