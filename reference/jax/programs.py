"""The compiled programs: run, measure, differentiate, update, and train whole epochs.

Each is a pure function of arrays, compiled once for every description, shape and schedule; the
description (``ModelSpec``) and the schedule (``Rounds``) are constants of the program.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from lstm_spec.model import ModelSpec
from reference.jax.descent import Moments, Weights, descend, unread
from reference.jax.equations import Start, State, forward, measured
from reference.jax.one_thread import COMPILER_OPTIONS

Figures = dict[str, jax.Array]

compiled: Callable[..., Any] = partial(jax.jit, compiler_options=COMPILER_OPTIONS)


class Learner(NamedTuple):
    """What training changes: weights, the optimiser's moments, one start per LSTM direction."""

    weights: Weights
    moments: Moments
    starts: tuple[Start, ...]


@partial(compiled, static_argnums=0)
def run(
    spec: ModelSpec,
    weights: Weights,
    x: jax.Array,
    mask: jax.Array | None,
    starts: tuple[Start, ...],
) -> tuple[jax.Array, list[State]]:
    """Outputs and final states of one batch."""
    passed = forward(spec, weights, x, mask, starts)
    return passed.outputs, passed.states


@partial(compiled, static_argnums=0)
def measure(
    spec: ModelSpec, weights: Weights, x: jax.Array, y: jax.Array, starts: tuple[Start, ...]
) -> tuple[Figures, list[State]]:
    """Loss and metrics of one batch, and the final states."""
    passed = forward(spec, weights, x, None, starts)
    return measured(spec, passed, y), passed.states


@partial(compiled, static_argnums=0)
def differentiate(
    spec: ModelSpec, weights: Weights, x: jax.Array, y: jax.Array, starts: tuple[Start, ...]
) -> tuple[jax.Array, tuple[Weights, jax.Array], list[State]]:
    """The loss, its gradients for weights and x, and the final states; the start is a constant."""

    def loss(weights: Weights, x: jax.Array) -> tuple[jax.Array, list[State]]:
        passed = forward(spec, weights, x, None, starts)
        return measured(spec, passed, y)["loss"], passed.states

    (value, states), gradients = jax.value_and_grad(loss, (0, 1), has_aux=True)(weights, x)
    return value, gradients, states


def carried(spec: ModelSpec, starts: Sequence[Start], final: Sequence[State]) -> tuple[Start, ...]:
    """Where the next batch starts: a stateful direction where this one ended."""
    layers = spec.recurrent_layers
    return tuple(
        ended if layer.stateful and start is not None else start
        for layer, start, ended in zip(layers, starts, final, strict=True)
    )


def update(
    spec: ModelSpec,
    learner: Learner,
    rate: jax.Array,
    x: jax.Array,
    y: jax.Array,
    still: frozenset[int] = frozenset(),
) -> tuple[Learner, Figures]:
    """One update; the figures are those before it.

    ``still`` are the weights that neither gradient nor moments would move (see ``descent``).
    """

    def loss(weights: Weights) -> tuple[jax.Array, tuple[Figures, list[State]]]:
        passed = forward(spec, weights, x, None, learner.starts)
        figures = measured(spec, passed, y)
        return figures["loss"], (figures, passed.states)

    (_, (figures, final)), gradient = jax.value_and_grad(loss, has_aux=True)(learner.weights)
    # All gradients before any weight moves: then XLA moves weights where they lie, without copies.
    gradient, at, moments = lax.optimization_barrier((gradient, learner.weights, learner.moments))
    weights, moments = descend(spec.optimizer, at, moments, gradient, rate, still)
    return Learner(weights, moments, carried(spec, learner.starts, final)), figures


# Whole epochs ------------------------------------------------------------------------------------


class Rounds(NamedTuple):
    """How epochs are run: constants of the program."""

    batch_size: int
    shuffle: bool
    reset_each_epoch: bool = False
    fresh_data: bool = False  # x and y have an axis of epochs in front
    y_labels: bool = False  # y holds the places of the ones in its one-hot rows
    cold: bool = False  # every update begins with states of zero
    first: bool = False  # no update was made before: all moments are zero


class EpochData(NamedTuple):
    """x and y of all epochs, of which every epoch takes the rows in ``order`` (epochs, rows)."""

    x: jax.Array
    y: jax.Array
    order: jax.Array | None  # None where nothing is shuffled
    rates: jax.Array  # (epochs, updates)
    test: tuple[jax.Array, jax.Array] | None


@partial(compiled, static_argnums=(0, 1), donate_argnums=2)
def epochs(
    spec: ModelSpec, rounds: Rounds, learner: Learner, data: EpochData
) -> tuple[Learner, Figures]:
    """Train epoch after epoch; figures (epochs, batches), with ``val_`` in front for the test part.

    A last smaller batch is an update of its own.
    """
    if rounds.cold:
        starts = learner.starts
        learner = learner._replace(starts=tuple(None for _ in starts))
        rounds = rounds._replace(cold=False, reset_each_epoch=False)
        learner, figures = _epochs(spec, rounds, learner, data)
        return learner._replace(starts=starts), figures
    return _epochs(spec, rounds, learner, data)


def _epochs(
    spec: ModelSpec, rounds: Rounds, learner: Learner, data: EpochData
) -> tuple[Learner, Figures]:
    size = rounds.batch_size
    rows = data.x.shape[1] if rounds.fresh_data else data.x.shape[0]
    whole, rest = divmod(rows, size)
    still = unread(spec, learner.starts) if rounds.first else frozenset()
    if not (rounds.reset_each_epoch or rounds.fresh_data or rest or data.test is not None):
        return _without_a_break(spec, rounds, learner, data, whole, still)

    def epoch(learner: Learner, given: tuple[Any, ...]) -> tuple[Learner, Figures]:
        rates, order, fresh = given
        x, y = fresh if rounds.fresh_data else (data.x, data.y)
        take = partial(_batch, spec, rounds, x, y, order)
        learner, figures = _each(
            lambda learner, k: update(spec, learner, rates[k], *take(k * size, size), still),
            learner,
            whole,
        )
        if rest:
            learner, last = update(spec, learner, rates[whole], *take(whole * size, rest), still)
            figures = _joined(figures, last)
        if data.test is not None:
            learner, test_figures = _validate(spec, learner, *data.test, size)
            figures |= {f"val_{name}": values for name, values in test_figures.items()}
        if rounds.reset_each_epoch:
            learner = learner._replace(starts=jax.tree.map(jnp.zeros_like, learner.starts))
        return learner, figures

    fresh = (data.x, data.y) if rounds.fresh_data else None
    learner, figures = lax.scan(epoch, learner, (data.rates, data.order, fresh))
    return learner, figures


def _without_a_break(
    spec: ModelSpec,
    rounds: Rounds,
    learner: Learner,
    data: EpochData,
    updates: int,
    still: frozenset[int],
) -> tuple[Learner, Figures]:
    """The same where nothing happens between epochs: one loop over all updates, a third faster."""
    count = data.rates.shape[0]
    size = rounds.batch_size
    flat = None if data.order is None else data.order[:, : updates * size].reshape(-1, size)

    def one(learner: Learner, given: tuple[jax.Array, Any]) -> tuple[Learner, Figures]:
        rate, where = given
        if flat is None:
            x, y = _batch(spec, rounds, data.x, data.y, None, where * size, size)
        else:
            x, y = _rows(spec, rounds, data.x, data.y, where)
        return update(spec, learner, rate, x, y, still)

    places = jnp.tile(jnp.arange(updates), count) if flat is None else flat
    learner, figures = lax.scan(one, learner, (data.rates.reshape(-1), places))
    return learner, jax.tree.map(lambda values: values.reshape(count, updates), figures)


def _each(
    step: Callable[[Any, Any], tuple[Any, Figures]], carry: Any, count: int
) -> tuple[Any, Figures]:
    """``step`` for 0..count - 1, without a loop where one step is all; figures (count,)."""
    if count == 1:
        carry, figures = step(carry, 0)
        return carry, jax.tree.map(lambda value: value[None], figures)
    return lax.scan(step, carry, jnp.arange(count)) if count else (carry, {})


def _validate(
    spec: ModelSpec, learner: Learner, x: jax.Array, y: jax.Array, size: int
) -> tuple[Learner, Figures]:
    """The test rows through the same state."""
    whole, rest = divmod(x.shape[0], size)

    def test(learner: Learner, start: Any, count: int) -> tuple[Learner, Figures]:
        rows = (lax.dynamic_slice_in_dim(part, start, count) for part in (x, y))
        figures, final = _measured(spec, learner, *rows)
        return learner._replace(starts=carried(spec, learner.starts, final)), figures

    learner, figures = _each(lambda learner, k: test(learner, k * size, size), learner, whole)
    if rest:
        learner, last = test(learner, whole * size, rest)
        figures = _joined(figures, last)
    return learner, figures


def _measured(
    spec: ModelSpec, learner: Learner, x: jax.Array, y: jax.Array
) -> tuple[Figures, list[State]]:
    passed = forward(spec, learner.weights, x, None, learner.starts)
    return measured(spec, passed, y), passed.states


def _joined(figures: Figures, last: Figures) -> Figures:
    """The figures of the whole batches and those of the last, smaller one."""
    if not figures:
        return {name: value[None] for name, value in last.items()}
    return {name: jnp.append(figures[name], value) for name, value in last.items()}


def _batch(
    spec: ModelSpec,
    rounds: Rounds,
    x: jax.Array,
    y: jax.Array,
    order: jax.Array | None,
    start: Any,
    count: int,
) -> tuple[jax.Array, jax.Array]:
    """``count`` rows from place ``start`` of the epoch on."""
    if order is not None:
        return _rows(spec, rounds, x, y, lax.dynamic_slice_in_dim(order, start, count))
    cut = (lax.dynamic_slice_in_dim(part, start, count) for part in (x, y))
    return _encoded(spec, rounds, *cut)


def _rows(
    spec: ModelSpec, rounds: Rounds, x: jax.Array, y: jax.Array, which: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """The rows of these numbers; a slice where it is one, which is cheaper than a gather."""
    if which.shape == (1,):
        return _encoded(
            spec, rounds, *(lax.dynamic_slice_in_dim(part, which[0], 1) for part in (x, y))
        )
    return _encoded(spec, rounds, x[which], y[which])


def _encoded(
    spec: ModelSpec, rounds: Rounds, x: jax.Array, y: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """One-hot rows of y from their labels, where labels were given."""
    if rounds.y_labels:
        y = jax.nn.one_hot(y, spec.output_shape(1, 1)[-1], dtype=spec.dtype)
    return x, y
