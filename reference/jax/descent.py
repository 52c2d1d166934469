"""From gradients to weights: SGD and Adam, and which weights there is no need to move."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import LSTM, SGD, Adam, Dense, ModelSpec
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
        if isinstance(layer, LSTM):
            if next(recurrent) is None and steps == 1:
                found.append(number + 1)
            number += 2 + layer.use_bias
        elif isinstance(layer, Dense):
            number += 2
        else:
            break  # what follows is longer, or masked, or both: left alone
    return frozenset(found)


def descend(
    optimizer: SGD | Adam,
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
        if isinstance(optimizer, SGD):
            moved[k] = w - rate * g
            continue
        first[k] = optimizer.beta_1 * first[k] + (1.0 - optimizer.beta_1) * g
        second[k] = optimizer.beta_2 * second[k] + (1.0 - optimizer.beta_2) * (g * g)
        moved[k] = w - rate * first[k] / (jnp.sqrt(second[k]) + optimizer.epsilon)
    return tuple(moved), (tuple(first), tuple(second))


def rates(optimizer: SGD | Adam, done: int, count: int) -> Array:
    """The step sizes of ``count`` updates after ``done`` ones, worked out in float64."""
    if isinstance(optimizer, SGD):
        return np.full(count, optimizer.learning_rate)
    t = np.arange(done + 1, done + count + 1)
    size: Array = (
        optimizer.learning_rate * np.sqrt(1.0 - optimizer.beta_2**t) / (1.0 - optimizer.beta_1**t)
    )
    return size
