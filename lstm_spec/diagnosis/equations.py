"""The equations once more, in float64, with every line replaceable, so that mistakes can be tried.

A hypothesis is a function of weights, x (batch, time, features) and state that returns outputs
(batch, time, units) and the final state. ``run`` without changes is the specification; the tests
compare it with the oracle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lstm_spec.contract import Array

State = tuple[Array, Array]
Weights = Sequence[Array]
Function = Callable[[Array], Array]


class Result(NamedTuple):
    """Outputs of every step (batch, time, units), and h and c after the last."""

    outputs: Array
    state: State


Hypothesis = Callable[[Weights, Array, State], Result]


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z))."""
    a: Array = 0.5 * (np.tanh(0.5 * z) + 1.0)
    return a


def overflowing_tanh(z: Array) -> Array:
    """Tanh in the naive form, which overflows for large numbers."""
    with np.errstate(all="ignore"):
        a: Array = (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))
    return a


def rational_tanh(z: Array) -> Array:
    """Z (27 + z^2) / (27 + 9 z^2), clipped: the usual fast approximation."""
    a: Array = np.clip(z * (27 + z * z) / (27 + 9 * z * z), -1, 1)
    return a


FUNCTIONS: Mapping[str, Function] = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "linear": lambda z: z,
    "relu": lambda z: np.maximum(z, 0),
    "hard_sigmoid_keras2": lambda z: np.clip(0.2 * z + 0.5, 0, 1),
    "hard_sigmoid_keras3": lambda z: np.clip(z + 3, 0, 6) / 6,
}


def usual_cell(i: Array, f: Array, g: Array, c: Array) -> Array:
    """C after the step."""
    after: Array = f * c + i * g
    return after


def usual_output(o: Array, squashed: Array, c: Array, before: Array) -> Array:
    """H after the step; ``c`` is the new cell state, ``before`` the old one."""
    return o * squashed


def held(valid: Array, new: State, old: State) -> State:
    """A masked step leaves h and c as they were."""
    return np.where(valid, new[0], old[0]), np.where(valid, new[1], old[1])


def run(
    weights: Weights,
    x: Array,
    state: State,
    *,
    sigma: Function = sigmoid,
    candidate: Function = np.tanh,
    leaving: Function = np.tanh,
    cell: Callable[[Array, Array, Array, Array], Array] = usual_cell,
    output: Callable[[Array, Array, Array, Array], Array] = usual_output,
    bias: Callable[[Array, int], Array] = lambda b, step: b,
    between: Callable[[State, int], State] = lambda state, step: state,
    mask: Array | None = None,
    rule: Callable[[Array, State, State], State] = held,
) -> Result:
    """Run every step of x from a state.

    ``bias(b, step)`` is the bias of a step, ``between((h, c), step)`` is what a step starts from,
    and ``rule(valid, new, old)`` is the state after a step where a mask (batch, time) is given.
    """
    kernel, recurrent_kernel, b = (np.asarray(weight, np.float64) for weight in weights)
    x = np.asarray(x, np.float64)
    h, c = (np.asarray(a, np.float64) for a in state)
    shown = np.zeros_like(h)
    outputs = []
    for step in range(x.shape[1]):
        h, c = between((h, c), step)
        z = x[:, step] @ kernel + h @ recurrent_kernel + bias(b, step)
        _, _, z_g, _ = by_gate = z.reshape(len(z), 4, -1).swapaxes(0, 1)
        i, f, _, o = sigma(by_gate)  # of z_g too: one call costs less than three
        after = cell(i, f, candidate(z_g), c)
        out = output(o, leaving(after), after, c)
        if mask is None:
            h, c, shown = out, after, out
        else:
            valid = mask[:, step : step + 1]
            shown = np.where(valid, out, shown)
            h, c = rule(valid, (out, after), (h, c))
        outputs.append(shown)
    made = np.stack(outputs, axis=1) if outputs else np.zeros((len(h), 0, h.shape[1]))
    return Result(made, (h, c))
