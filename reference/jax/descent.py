"""From gradients to weights: SGD and Adam, and which weights there is no need to move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import LSTM, SGD, Adam, AnyOptimizer, Dense, ModelSpec, Optimizer
from reference.jax.equations import Start

Weights = tuple[jax.Array, ...]
Moments = tuple[Weights, Weights]
"""Adam's m and v, array by array."""

Moved = tuple[jax.Array, jax.Array, jax.Array]
"""One weight, and its part of m and v."""


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
            break  # what follows may be longer, or masked: any other layer ends the search
    return frozenset(found)


class Rule(NamedTuple):
    """How one optimiser moves a weight, and the step sizes it does it with."""

    move: Callable[[Any, jax.Array, jax.Array, jax.Array, jax.Array, jax.Array], Moved]
    """(settings, weight, m, v, gradient, step size) to the weight, m and v afterwards."""
    rates: Callable[[Any, int, int], Array]
    """(settings, updates done, count) to the sizes of the next steps, worked out in float64."""


def _sgd_move(
    _: SGD, w: jax.Array, m: jax.Array, v: jax.Array, g: jax.Array, rate: jax.Array
) -> Moved:
    return w - rate * g, m, v


def _adam_move(
    settings: Adam, w: jax.Array, m: jax.Array, v: jax.Array, g: jax.Array, rate: jax.Array
) -> Moved:
    m = settings.beta_1 * m + (1.0 - settings.beta_1) * g
    v = settings.beta_2 * v + (1.0 - settings.beta_2) * (g * g)
    return w - rate * m / (jnp.sqrt(v) + settings.epsilon), m, v


def _sgd_rates(settings: SGD, done: int, count: int) -> Array:
    return np.full(count, settings.learning_rate)


def _adam_rates(settings: Adam, done: int, count: int) -> Array:
    t = np.arange(done + 1, done + count + 1)
    correction: Array = np.sqrt(1.0 - settings.beta_2**t) / (1.0 - settings.beta_1**t)
    return settings.learning_rate * correction


RULES: Mapping[type[Optimizer], Rule] = {
    SGD: Rule(_sgd_move, _sgd_rates),
    Adam: Rule(_adam_move, _adam_rates),
}
"""Whatever is not here is refused before a model is built; see ``reference.jax.MAPS``."""


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
    move = RULES[type(optimizer)].move
    moved, first, second = list(weights), list(moments[0]), list(moments[1])
    for k, (w, g) in enumerate(zip(weights, gradient, strict=True)):
        if k not in still:
            moved[k], first[k], second[k] = move(optimizer, w, first[k], second[k], g, rate)
    return tuple(moved), (tuple(first), tuple(second))


def rates(optimizer: AnyOptimizer, done: int, count: int) -> Array:
    """The step sizes of ``count`` updates after ``done`` ones, worked out in float64."""
    return RULES[type(optimizer)].rates(optimizer, done, count)
