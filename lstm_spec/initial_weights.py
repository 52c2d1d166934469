"""Fresh weights, drawn the way Keras draws them, so that every engine can start from the same ones.

Kernels: uniform in +-sqrt(6 / (fan in + fan out)) (Glorot & Bengio 2010). Recurrent kernels:
orthogonal rows (Saxe et al. 2014). Biases: zero, but one for the forget gate where the layer says
so (Jozefowicz et al. 2015). A layer may ask for others: those of He et al. 2015 have the variance
2 / fan in, those of LeCun et al. 1998 1 / fan in; the normal ones are cut off at two standard
deviations before they are scaled to it. A document's seed never fixes these numbers: the generators
of the frameworks differ from each other and from NumPy's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import assert_never

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import (
    Constant,
    Distribution,
    Identity,
    Maps,
    ModelSpec,
    Orthogonal,
    RandomNormal,
    RandomUniform,
    Shape,
    TruncatedNormal,
    VarianceScaling,
    Weight,
)


def initial_weights(spec: ModelSpec, seed: int) -> list[Array]:
    """Weights in the layout of ``spec.weight_shapes``, the same for the same seed.

    Every value can be held by float32, so that a float64 engine and a float32 engine start equal.
    """
    return [weight.copy() for weight in _drawn(spec, seed)]


MAPS: Maps = {
    "VarianceScaling": ("scale", "mode", "distribution"),
    "VarianceScaling.mode": ("fan_in", "fan_out", "fan_avg"),
    "VarianceScaling.distribution": ("truncated_normal", "untruncated_normal", "uniform"),
    "Orthogonal": ("gain",),
    "Identity": ("gain",),
    "Constant": ("value",),
    "RandomUniform": ("minval", "maxval"),
    "RandomNormal": ("mean", "stddev"),
    "TruncatedNormal": ("mean", "stddev"),
}
"""The initializers with settings that are drawn here."""

SMALL = 0.05
"""The limit of random uniform, and the standard deviation of both random normals before a cut."""

SPREAD_OF_TRUNCATED = 0.87962566103423978
"""The standard deviation of a standard normal number that is cut off at two."""


@lru_cache(maxsize=512)
def _drawn(spec: ModelSpec, seed: int) -> tuple[Array, ...]:
    """The weights themselves: a suite builds the same small models over and over."""
    rng = np.random.default_rng(seed)
    weights = [_draw(one, rng) for of_layer in spec.layer_weights for one in of_layer]
    return tuple(weight.astype(np.float32).astype(spec.dtype) for weight in weights)


def _draw(weight: Weight, rng: np.random.Generator) -> Array:
    drawn = _as_it_says(weight, rng)
    if weight.forget_gate_at_one:
        units = weight.shape[0] // 4
        drawn[units : 2 * units] = 1
    return drawn


def _as_it_says(weight: Weight, rng: np.random.Generator) -> Array:
    shape = weight.shape
    match weight.initial:
        case "glorot uniform":
            return _uniform(shape, rng, 2 / (shape[0] + shape[1]))
        case "glorot normal":
            return _normal(shape, rng, 2 / (shape[0] + shape[1]))
        case "he uniform":
            return _uniform(shape, rng, 2 / shape[0])
        case "he normal":
            return _normal(shape, rng, 2 / shape[0])
        case "lecun uniform":
            return _uniform(shape, rng, 1 / shape[0])
        case "lecun normal":
            return _normal(shape, rng, 1 / shape[0])
        case "orthogonal":
            return _orthogonal(shape, rng)
        case "random uniform":
            return rng.uniform(-SMALL, SMALL, shape)
        case "random normal":
            return rng.normal(0, SMALL, shape)
        case "truncated normal":
            return SMALL * _truncated(shape, rng)
        case "zeros" | "ones" | "halves":
            return np.full(shape, {"zeros": 0.0, "ones": 1.0, "halves": 0.5}[weight.initial])
        case VarianceScaling(scale, mode, distribution):
            fans = {"fan_in": shape[0], "fan_out": shape[1], "fan_avg": (shape[0] + shape[1]) / 2}
            return _scaled(shape, rng, scale / fans[mode], distribution)
        case Orthogonal(gain):
            return gain * _orthogonal(shape, rng)
        case Identity(gain):
            return np.diag(np.full(shape[1], gain))[: shape[0]]
        case Constant(value):
            return np.full(shape, float(value))
        case RandomUniform(minval, maxval):
            return rng.uniform(minval, maxval, shape)
        case RandomNormal(mean, stddev):
            return rng.normal(mean, stddev, shape)
        case TruncatedNormal(mean, stddev):
            return mean + stddev * _truncated(shape, rng)
    assert_never(weight.initial)


def _scaled(
    shape: Shape, rng: np.random.Generator, variance: float, distribution: Distribution
) -> Array:
    match distribution:
        case "uniform":
            return _uniform(shape, rng, variance)
        case "truncated_normal":
            return _normal(shape, rng, variance)
        case "untruncated_normal":
            return rng.normal(0, np.sqrt(variance), shape)
    assert_never(distribution)


def _uniform(shape: Shape, rng: np.random.Generator, variance: float) -> Array:
    limit = np.sqrt(3 * variance)
    return rng.uniform(-limit, limit, shape)


def _normal(shape: Shape, rng: np.random.Generator, variance: float) -> Array:
    spread: float = np.sqrt(variance) / SPREAD_OF_TRUNCATED
    return spread * _truncated(shape, rng)


def _truncated(shape: Shape, rng: np.random.Generator) -> Array:
    """Normal numbers, those beyond two standard deviations drawn again."""
    drawn = rng.standard_normal(shape)
    while (beyond := np.abs(drawn) > 2).any():
        drawn[beyond] = rng.standard_normal(int(beyond.sum()))
    return drawn


def _orthogonal(shape: Shape, rng: np.random.Generator) -> Array:
    """Rows of length one at right angles; ``shape`` is at least as wide as it is high."""
    drawn = rng.standard_normal(shape[::-1]).T
    # The Q of a QR factorisation whose R has a positive diagonal, which makes the draw uniform. By
    # way of Cholesky: four times as many columns as rows are never near to dependent.
    rows: Array = np.linalg.solve(np.linalg.cholesky(drawn @ drawn.T), drawn)
    return rows
