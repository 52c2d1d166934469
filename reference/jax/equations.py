"""The specification's equations as pure functions of weights, input and state.

Nothing here remembers anything: states come in and go out. The gradient is jax's own, so not a line
of the way back is written down. Arrays are (batch, time, features) outside and (time, batch,
features) inside a layer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from lstm_spec.model import LSTM, Bidirectional, Dense, Masking, ModelSpec, RepeatVector

UNROLLED_STEPS = 8
"""Up to here the steps are written out one after the other: XLA then fuses across them. Longer rows
become a loop, which compiles in the same short time whatever its length."""

State = tuple[jax.Array, jax.Array]
Start = State | None
"""(h, c), each (batch, units); None is the zero state, for which R has nothing to do."""

ACTIVATIONS: Mapping[str, Callable[[jax.Array], jax.Array]] = {
    "linear": lambda z: z,
    "tanh": jnp.tanh,
    # Written with tanh: exp(-z) overflows for large negative z, and then so does the gradient.
    "sigmoid": lambda z: 0.5 * jnp.tanh(0.5 * z) + 0.5,
    "relu": lambda z: jnp.where(z > 0, z, 0),
    "softmax": lambda z: jax.nn.softmax(z, axis=-1),
    "hard_sigmoid_keras2": lambda z: _clipped(0.2 * z + 0.5),
    "hard_sigmoid_keras3": lambda z: _clipped((z + 3) / 6),
}


def _clipped(line: jax.Array) -> jax.Array:
    """Clip to 0..1 with no gradient at and beyond either end."""
    return jnp.where(line >= 1, 1, jnp.where(line <= 0, 0, line)).astype(line.dtype)


class Passed(NamedTuple):
    """One forward pass: what the loss reads, the outputs, their mask, the final states."""

    preactivation: jax.Array  # what went into the last Dense activation (the outputs if no Dense)
    outputs: jax.Array
    mask: jax.Array | None  # (batch, time)
    states: list[State]


def forward(
    spec: ModelSpec,
    weights: Sequence[jax.Array],
    x: jax.Array,
    mask: jax.Array | None,
    starts: Sequence[Start],
) -> Passed:
    """All layers once, from one start per LSTM direction."""
    left, starting = list(weights), list(starts)
    final: list[State] = []
    preactivation = x

    def take(items: list[Any], count: int) -> list[Any]:
        taken, items[:count] = items[:count], []
        return taken

    for layer in spec.layers:
        if isinstance(layer, LSTM):
            own = take(left, 2 + layer.use_bias)
            x, mask, ended = lstm(layer, own, x, mask, take(starting, 1)[0])
            final.append(ended)
        elif isinstance(layer, Bidirectional):
            one = layer.layer
            ahead, back = take(left, 2 + one.use_bias), take(left, 2 + one.use_bias)
            there, again = take(starting, 2)
            first, mask_out, ended = lstm(one, ahead, x, mask, there)
            second, _, ended_back = lstm(replace(one, go_backwards=True), back, x, mask, again)
            if one.return_sequences:
                second = second[:, ::-1]
            x, mask = jnp.concatenate([first, second], axis=-1), mask_out
            final += [ended, ended_back]
        elif isinstance(layer, Dense):
            kernel, bias = take(left, 2)
            preactivation = x @ kernel + bias
            x = ACTIVATIONS[layer.activation](preactivation)
        elif isinstance(layer, Masking):
            mask = (x != layer.mask_value).any(axis=-1)
            x = jnp.where(mask[:, :, None], x, 0)
        else:
            assert isinstance(layer, RepeatVector)
            x, mask = jnp.repeat(x[:, None, :], layer.n, axis=1), None
    if not isinstance(spec.layers[-1], Dense):
        preactivation = x
    return Passed(preactivation, x, mask, final)


def lstm(
    layer: LSTM,
    weights: Sequence[jax.Array],
    x: jax.Array,
    mask: jax.Array | None,
    start: Start,
) -> tuple[jax.Array, jax.Array | None, State]:
    """One direction over x (batch, time, features): outputs, their mask, the final (h, c)."""
    kernel, recurrent_kernel = weights[0], weights[1]
    inputs = jnp.swapaxes(x, 0, 1)
    valid = None if mask is None else mask.T[:, :, None]
    if layer.go_backwards:
        inputs, valid = inputs[::-1], None if valid is None else valid[::-1]
    if valid is not None:
        # Whatever stands in a masked step (NaN, too) must not reach the gradient of a weight.
        inputs = jnp.where(valid, inputs, 0)
    projected = inputs @ kernel
    if layer.use_bias:
        projected = projected + weights[2]
    zero = jnp.zeros((x.shape[0], layer.units), x.dtype)

    def step(state: Start, z: jax.Array) -> State:
        if state is not None:
            z = z + state[0] @ recurrent_kernel
        return cell(layer, z, None if state is None else state[1])

    def masked_step(
        carry: tuple[State, jax.Array], now: tuple[jax.Array, jax.Array]
    ) -> tuple[tuple[State, jax.Array], jax.Array]:
        (h, c), held = carry
        z, valid_now = now
        h_new, c_new = step((h, c), z)
        held = jnp.where(valid_now, h_new, held)
        return ((jnp.where(valid_now, h_new, h), jnp.where(valid_now, c_new, c)), held), held

    steps = len(projected)
    if valid is not None:
        begin = ((zero, zero) if start is None else start, zero)
        (state, _), outputs = lax.scan(masked_step, begin, (projected, valid))
    elif steps <= UNROLLED_STEPS:
        state, said = step(start, projected[0]), []
        said.append(state[0])
        for z in projected[1:]:
            state = step(state, z)
            said.append(state[0])
        outputs = jnp.stack(said)
    else:
        first = step(start, projected[0])

        def counted(state: State, z: jax.Array) -> tuple[State, jax.Array]:
            state = step(state, z)
            return state, state[0]

        state, rest = lax.scan(counted, first, projected[1:])
        outputs = jnp.concatenate([first[0][None], rest])
    if not layer.return_sequences:
        return outputs[-1], None, state
    return jnp.swapaxes(outputs, 0, 1), None if valid is None else valid[:, :, 0].T, state


def cell(layer: LSTM, z: jax.Array, c: jax.Array | None) -> State:
    """(h, c) of a step from z = x K + h R + b, (batch, 4 units), and the c before it."""
    sigma, phi = ACTIVATIONS[layer.recurrent_activation], ACTIVATIONS[layer.activation]
    i, f, g, o = jnp.split(z, 4, axis=-1)
    new = sigma(i) * phi(g)
    if c is not None:
        new = sigma(f) * c + new
    return sigma(o) * phi(new), new


# Loss and metrics --------------------------------------------------------------------------------


def losses(spec: ModelSpec, passed: Passed, y: jax.Array) -> jax.Array:
    """The loss of every position: a row, or a step of a row where the outputs are a sequence."""
    if spec.loss == "mse":
        return jnp.square(passed.outputs - y).mean(axis=-1)
    last = spec.layers[-1]
    if isinstance(last, Dense) and last.activation == "softmax":
        # Softmax and cross-entropy as one function: exact where a probability underflows.
        return -(y * jax.nn.log_softmax(passed.preactivation, axis=-1)).sum(axis=-1)
    return -(y * jnp.log(passed.outputs)).sum(axis=-1)


def mean(per_position: jax.Array, valid: jax.Array | None) -> jax.Array:
    """Over the valid positions; zero where there is none."""
    if valid is None:
        return per_position.mean()
    return jnp.where(valid, per_position, 0).sum() / jnp.maximum(valid.sum(), 1)


def measured(spec: ModelSpec, passed: Passed, y: jax.Array) -> dict[str, jax.Array]:
    """Loss, and accuracy for cross-entropy, as means over the valid positions."""
    figures = {"loss": mean(losses(spec, passed, y), passed.mask)}
    if spec.loss == "categorical_crossentropy":
        hits = jnp.argmax(passed.outputs, axis=-1) == jnp.argmax(y, axis=-1)
        figures["accuracy"] = mean(hits.astype(y.dtype), passed.mask)
    return figures
