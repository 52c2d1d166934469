"""From gradients to weights: SGD and Adam, and which weights there is no need to move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import jax
import jax.numpy as jnp
import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import (
    LSTM,
    SGD,
    Adam,
    AnyOptimizer,
    Bidirectional,
    Dense,
    ForwardOnly,
    Masking,
    ModelSpec,
    RepeatVector,
)
from reference.jax.equations import Start

Weights = tuple[jax.Array, ...]
Moments = tuple[Weights, Weights]
"""Adam's m and v, array by array."""


def unread(spec: ModelSpec, starts: Sequence[Start]) -> frozenset[int]:
    """The recurrent kernels of layers with one step from a state of zero: no step reads them."""
    found = []
    number = 0
    recurrent = iter(starts)
    steps = spec.time_steps
    for layer in spec.layers:
        match layer:
            case LSTM():
                if next(recurrent) is None and steps == 1:
                    found.append(number + 1)
                number += 2 + layer.use_bias
            case Dense():
                number += 2
            case Masking() | RepeatVector() | Bidirectional() | ForwardOnly():
                break  # what follows is longer, or masked, or both: left alone
            case _:
                assert_never(layer)
    return frozenset(found)


def descend(
    optimizer: AnyOptimizer,
    weights: Weights,
    moments: Moments,
    gradient: Weights,
    rate: jax.Array,
    still: frozenset[int] = frozenset(),
) -> tuple[Weights, Moments]:
    """Move every weight; ``rate`` is the step size with Adam's correction (see ``rates``).

    ``still`` are weights with neither gradient nor moments: they would be moved by zero.
    """
    moved, first, second = list(weights), list(moments[0]), list(moments[1])
    for k, (w, g) in enumerate(zip(weights, gradient, strict=True)):
        if k in still:
            continue
        match optimizer:
            case SGD():
                moved[k] = w - rate * g
            case Adam():
                first[k] = optimizer.beta_1 * first[k] + (1.0 - optimizer.beta_1) * g
                second[k] = optimizer.beta_2 * second[k] + (1.0 - optimizer.beta_2) * (g * g)
                moved[k] = w - rate * first[k] / (jnp.sqrt(second[k]) + optimizer.epsilon)
            case _:
                assert_never(optimizer)
    return tuple(moved), (tuple(first), tuple(second))


def rates(optimizer: AnyOptimizer, done: int, count: int) -> Array:
    """The step sizes of ``count`` updates after ``done`` ones, worked out in float64."""
    match optimizer:
        case SGD():
            return np.full(count, optimizer.learning_rate)
        case Adam(rate, beta_1, beta_2):
            t = np.arange(done + 1, done + count + 1)
            size: Array = rate * np.sqrt(1.0 - beta_2**t) / (1.0 - beta_1**t)
            return size
    assert_never(optimizer)
