"""The specification's equations as pure functions of weights, input and state.

Nothing here remembers anything: states come in and go out. The gradient is jax's own, so not a line
of the way back is written down. Arrays are (batch, time, features) outside and (time, batch,
features) inside a layer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from typing import Any, NamedTuple, assert_never

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from lstm_spec.contract import Unsupported
from lstm_spec.model import (
    LSTM,
    Bidirectional,
    Dense,
    ForwardOnly,
    Masking,
    ModelSpec,
    RepeatVector,
    TimeDistributed,
    loss_facts,
)

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


MERGED: Mapping[str, Callable[[jax.Array, jax.Array], jax.Array]] = {
    "concat": lambda ahead, back: jnp.concatenate([ahead, back], axis=-1),
    "sum": jnp.add,
    "mul": jnp.multiply,
    "ave": lambda ahead, back: 0.5 * (ahead + back),
}
"""How the outputs of two directions become one."""


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
    """All layers once, from one start per LSTM direction.

    In front of an LSTM x may be the places (batch, time) of the ones in its one-hot rows.
    """
    left, starting = list(weights), list(starts)
    final: list[State] = []
    preactivation = x
    repeats = 0  # after a RepeatVector: x has one step, which stands for this many

    def take(items: list[Any], count: int) -> list[Any]:
        taken, items[:count] = items[:count], []
        return taken

    for layer in spec.layers:
        if repeats and not isinstance(layer, LSTM):
            x, repeats = jnp.repeat(x, repeats, axis=1), 0
        match layer:
            case LSTM():
                own = take(left, 2 + layer.use_bias)
                x, mask, ended = lstm(layer, own, x, mask, take(starting, 1)[0], repeats)
                final.append(ended)
                repeats = 0
            case Bidirectional():
                one, reversed_one = layer.directions
                ahead, back = take(left, 2 + one.use_bias), take(left, 2 + one.use_bias)
                there, again = take(starting, 2)
                first, mask_out, ended = lstm(one, ahead, x, mask, there)
                second, _, ended_back = lstm(reversed_one, back, x, mask, again)
                if one.return_sequences:
                    second = second[:, ::-1]
                x, mask = MERGED[layer.merge_mode](first, second), mask_out
                final += [ended, ended_back]
            case Dense():
                kernel, bias = take(left, 2)
                preactivation = x @ kernel + bias
                x = ACTIVATIONS[layer.activation](preactivation)
            case Masking():
                mask = (x != layer.mask_value).any(axis=-1)
                x = jnp.where(mask[:, :, None], x, 0)
            case RepeatVector():
                x, mask, repeats = x[:, None, :], None, layer.n
            case TimeDistributed() | ForwardOnly():
                raise Unsupported(f"jax does not compute a {type(layer).__name__}")
            case _:
                assert_never(layer)
    if repeats:
        x = jnp.repeat(x, repeats, axis=1)
    if not isinstance(spec.layers[-1], Dense):
        preactivation = x
    return Passed(preactivation, x, mask, final)


def lstm(
    layer: LSTM,
    weights: Sequence[jax.Array],
    x: jax.Array,
    mask: jax.Array | None,
    start: Start,
    repeats: int = 0,
) -> tuple[jax.Array, jax.Array | None, State]:
    """One direction over x (batch, time, features): outputs, their mask, the final (h, c).

    The product of a one-hot row and the kernel is a row of the kernel: where x is places
    (batch, time), it is looked up, and no product with zeros is made on either way.

    With ``repeats`` the one step of x stands for that many: its product with the kernel is made
    once, and so is its gradient.
    """
    inputs = jnp.swapaxes(x, 0, 1)
    valid = None if mask is None else mask.T[:, :, None]
    if layer.go_backwards:
        inputs, valid = inputs[::-1], None if valid is None else valid[::-1]
    if valid is not None:
        # Whatever stands in a masked step (NaN, too) must not reach the gradient of a weight.
        inputs = jnp.where(valid, inputs, 0)
    projected = weights[0][inputs] if inputs.ndim == 2 else inputs @ weights[0]
    if layer.use_bias:
        projected = projected + weights[2]
    if repeats:
        projected = jnp.broadcast_to(projected, (repeats, *projected.shape[1:]))
    if valid is None:
        outputs, last_c = recurrence(layer, projected, weights[1], start)
        state = outputs[-1], last_c
    else:
        outputs, state = _masked(layer, projected, weights[1], start, valid)
    if not layer.return_sequences:
        return outputs[-1], None, state
    return jnp.swapaxes(outputs, 0, 1), None if valid is None else valid[:, :, 0].T, state


def _masked(
    layer: LSTM, projected: jax.Array, kernel: jax.Array, start: Start, valid: jax.Array
) -> tuple[jax.Array, State]:
    """A step that is not valid keeps the state and says again what was said last."""
    zero = jnp.zeros((projected.shape[1], layer.units), projected.dtype)

    def step(
        carry: tuple[State, jax.Array], now: tuple[jax.Array, jax.Array]
    ) -> tuple[tuple[State, jax.Array], jax.Array]:
        (h, c), held = carry
        z, valid_now = now
        h_new, c_new = cell(layer, z + h @ kernel, c)
        held = jnp.where(valid_now, h_new, held)
        return ((jnp.where(valid_now, h_new, h), jnp.where(valid_now, c_new, c)), held), held

    begin = ((zero, zero) if start is None else start, zero)
    (state, _), outputs = lax.scan(step, begin, (projected, valid))
    return outputs, state


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def recurrence(
    layer: LSTM, projected: jax.Array, kernel: jax.Array, start: Start
) -> tuple[jax.Array, jax.Array]:
    """All h (time, batch, units) and the last c, from x K + b (time, batch, 4 units).

    Each step is differentiated by jax. Only the sum over the steps is written down here: the
    gradient of the recurrent kernel is one product over all steps and rows, where jax would make
    one for each step and add them up.
    """
    _, h, c = _steps(layer, projected, kernel, start)
    return h, c[-1]


Steps = tuple[jax.Array, jax.Array, jax.Array]
"""Of every step: what went into the gates (time, batch, 4 units), h and c."""


def _steps(layer: LSTM, projected: jax.Array, kernel: jax.Array, start: Start) -> Steps:
    def step(state: State, z: jax.Array) -> tuple[State, Steps]:
        z = z + state[0] @ kernel
        state = cell(layer, z, state[1])
        return state, (z, *state)

    if start is None:
        z = projected[0]
        state = cell(layer, z, None)
        first = z, *state
    else:
        state, first = step(start, projected[0])
    if len(projected) <= UNROLLED_STEPS:
        every = [first]
        for z in projected[1:]:
            state, now = step(state, z)
            every.append(now)
        return tuple(map(jnp.stack, zip(*every, strict=True)))
    _, rest = lax.scan(step, state, projected[1:])
    joined = [jnp.concatenate([one[None], more]) for one, more in zip(first, rest, strict=True)]
    return joined[0], joined[1], joined[2]


def _recurrence_ahead(
    layer: LSTM, projected: jax.Array, kernel: jax.Array, start: Start
) -> tuple[tuple[jax.Array, jax.Array], Any]:
    z, h, c = _steps(layer, projected, kernel, start)
    return (h, c[-1]), (z, h, c, kernel, start)


def _recurrence_back(
    layer: LSTM, kept: Any, wanted: tuple[jax.Array, jax.Array]
) -> tuple[jax.Array, jax.Array, Start]:
    z, h, c, kernel, start = kept
    of_h, of_last_c = wanted

    def step(after: State, now: tuple[jax.Array, ...]) -> tuple[State, jax.Array]:
        z, before, of_h = now
        _, back = jax.vjp(partial(cell, layer), z, before)
        of_z, of_c = back((of_h + after[0], after[1]))
        return (of_z @ kernel.T, of_c), of_z

    after = jnp.zeros_like(of_h[0]), of_last_c
    later = z[1:], c[:-1], of_h[1:]
    if len(z) <= UNROLLED_STEPS:
        backwards = []
        for now in reversed(list(zip(*later, strict=True))):
            after, of_z = step(after, now)
            backwards.append(of_z)
        rest = jnp.stack(backwards[::-1]) if backwards else z[1:]
    else:
        after, rest = lax.scan(step, after, later, reverse=True)
    if start is None:
        _, back = jax.vjp(lambda z: cell(layer, z, None), z[0])
        (first,) = back((of_h[0] + after[0], after[1]))
        of_start, states, reached = None, h[:-1], rest
    else:
        of_start, first = step(after, (z[0], start[1], of_h[0]))
        states = jnp.concatenate([start[0][None], h[:-1]])
        reached = jnp.concatenate([first[None], rest])
    of_kernel = _sum_of_products(states, reached)
    return jnp.concatenate([first[None], rest]), of_kernel, of_start


def _sum_of_products(states: jax.Array, reached: jax.Array) -> jax.Array:
    """(units, 4 units), over all steps and rows: few of them in one loop, more by a product.

    A product would be left to a library, and a loop that calls one is not compiled in one piece.
    """
    flat, wanted = (array.reshape(-1, array.shape[-1]) for array in (states, reached))
    if not 0 < len(flat) <= UNROLLED_STEPS:
        return flat.T @ wanted
    return reduce(jnp.add, (h[:, None] * z for h, z in zip(flat, wanted, strict=True)))


recurrence.defvjp(_recurrence_ahead, _recurrence_back)


def cell(layer: LSTM, z: jax.Array, c: jax.Array | None) -> State:
    """(h, c) of a step from z = x K + h R + b, (batch, 4 units), and the c before it."""
    if (layer.recurrent_activation, layer.activation) == ("sigmoid", "tanh"):
        i, f, g, o = _quarters(_four_gates(z))
        phi = jnp.tanh
    else:
        sigma, phi = ACTIVATIONS[layer.recurrent_activation], ACTIVATIONS[layer.activation]
        i, f, g, o = _quarters(z)
        i, f, g, o = sigma(i), sigma(f), phi(g), sigma(o)
    new = i * g if c is None else f * c + i * g
    return o * phi(new), new


def _quarters(z: jax.Array) -> list[jax.Array]:
    """Four slices.

    The way back is a sum of padded parts, which XLA makes one loop of; that of ``jnp.split`` is a
    concatenation, which would stay a step of its own.
    """
    units = z.shape[-1] // 4
    return [lax.slice_in_dim(z, k * units, (k + 1) * units, axis=-1) for k in range(4)]


def _four_gates(z: jax.Array) -> jax.Array:
    """Sigmoid of i, f, o and tanh of the candidate, all by one tanh: one loop instead of four."""
    units = z.shape[-1] // 4
    half = np.repeat(np.array([0.5, 0.5, 1.0, 0.5], z.dtype), units)
    return half * jnp.tanh(half * z) + (1 - half)


# Loss and metrics --------------------------------------------------------------------------------


def squared_error(spec: ModelSpec, passed: Passed, y: jax.Array) -> jax.Array:
    """Per position the mean over the features of (output - y)^2."""
    return jnp.square(passed.outputs - y).mean(axis=-1)


def crossentropy(spec: ModelSpec, passed: Passed, y: jax.Array) -> jax.Array:
    """Per position -sum y log p."""
    last = spec.layers[-1]
    if isinstance(last, Dense) and last.activation == "softmax":
        # Softmax and cross-entropy as one function: exact where a probability underflows.
        return -(y * jax.nn.log_softmax(passed.preactivation, axis=-1)).sum(axis=-1)
    return -(y * jnp.log(passed.outputs)).sum(axis=-1)


PER_POSITION: Mapping[str, Callable[[ModelSpec, Passed, jax.Array], jax.Array]] = {
    "mse": squared_error,
    "categorical_crossentropy": crossentropy,
}
"""The loss of a row, or of a step of a row where the outputs are a sequence.

Whatever is not here is refused before a model is built; see ``reference.jax.MAPS``."""


def mean(per_position: jax.Array, valid: jax.Array | None) -> jax.Array:
    """Over the valid positions; zero where there is none."""
    if valid is None:
        return per_position.mean()
    return jnp.where(valid, per_position, 0).sum() / jnp.maximum(valid.sum(), 1)


def measured(spec: ModelSpec, passed: Passed, y: jax.Array) -> dict[str, jax.Array]:
    """Loss, and accuracy for cross-entropy, as means over the valid positions."""
    figures = {"loss": mean(PER_POSITION[str(spec.loss)](spec, passed, y), passed.mask)}
    if loss_facts(spec.loss).accuracy:
        hits = jnp.argmax(passed.outputs, axis=-1) == jnp.argmax(y, axis=-1)
        figures["accuracy"] = mean(hits.astype(y.dtype), passed.mask)
    return figures
