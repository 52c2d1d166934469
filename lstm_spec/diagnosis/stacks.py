"""What is carried, and what a reset leaves, in a stack and in a bidirectional layer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation
from lstm_spec.diagnosis.carry import FEATURES, ROWS, UNITS
from lstm_spec.diagnosis.equations import State, Weights, run
from lstm_spec.diagnosis.finding import Finding, matches, nearest
from lstm_spec.model import LSTM, AnyLayer, Bidirectional, ModelSpec

FAMILIES = ("STATE", "LIFE", "TRAIN", "PIPE")
STEPS = 2

Pair = tuple[State, State]
"""The states of both layers or directions."""

Runner = Callable[[Weights, Array, Pair], tuple[Array, Pair]]


def _zero(units: int) -> State:
    return np.zeros((ROWS, units)), np.zeros((ROWS, units))


def _stack(w: Weights, x: Array, states: Pair) -> tuple[Array, Pair]:
    """Two layers, the second of which reads the outputs of the first."""
    first = run(w[:3], x, states[0])
    second = run(w[3:], first.outputs, states[1])
    return second.outputs, (first.state, second.state)


def _bidirectional(w: Weights, x: Array, states: Pair) -> tuple[Array, Pair]:
    """Two directions side by side."""
    ahead = run(w[:3], x, states[0])
    back = run(w[3:], x[:, ::-1], states[1])
    outputs = np.concatenate([ahead.outputs, back.outputs[:, ::-1]], axis=-1)
    return outputs, (ahead.state, back.state)


def of_a_stack(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Two stateful layers, then a stateful one below a stateless one."""
    layers = (
        LSTM(UNITS, return_sequences=True, stateful=True),
        LSTM(UNITS + 1, return_sequences=True, stateful=True),
    )
    zero = _zero(UNITS), _zero(UNITS + 1)
    carry: dict[str, Callable[[Pair], Pair]] = {
        "": lambda s: s,
        "only the first of two recurrent layers carries its state": lambda s: (s[0], zero[1]),
        "only the second of two recurrent layers carries its state": lambda s: (zero[0], s[1]),
        "a stack of two recurrent layers carries no state": lambda s: zero,
    }
    reset: dict[str, Callable[[Pair], Pair]] = {
        "": lambda s: zero,
        "reset_states clears only the first of two recurrent layers": lambda s: (zero[0], s[1]),
        "reset_states clears only the second of two recurrent layers": lambda s: (s[0], zero[1]),
        "reset_states does not clear a stack of recurrent layers": lambda s: s,
    }
    found = _searched(subject, trial, layers, _stack, zero, carry, reset)
    if found:
        return found
    mixed = (layers[0], LSTM(UNITS + 1, return_sequences=True))
    carry = {
        "": lambda s: (s[0], zero[1]),
        "a stateless layer above a stateful one carries its state, too": lambda s: s,
    }
    return _searched(subject, trial, mixed, _stack, zero, carry, {"": lambda s: zero})


def of_a_bidirectional_layer(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> list[Finding]:
    """A stateful bidirectional layer."""
    layer = Bidirectional(LSTM(UNITS, return_sequences=True, stateful=True))
    zero = _zero(UNITS), _zero(UNITS)
    name = "of a bidirectional layer"
    carry: dict[str, Callable[[Pair], Pair]] = {
        "": lambda s: s,
        f"the backward half {name} carries no state": lambda s: (s[0], zero[1]),
        f"the forward half {name} carries no state": lambda s: (zero[0], s[1]),
        f"the halves {name} swap their states when they are carried": lambda s: (s[1], s[0]),
        "a bidirectional layer carries no state": lambda s: zero,
    }
    reset: dict[str, Callable[[Pair], Pair]] = {
        "": lambda s: zero,
        f"reset_states clears only the forward half {name}": lambda s: (zero[0], s[1]),
        f"reset_states clears only the backward half {name}": lambda s: (s[0], zero[1]),
        "reset_states does not clear a bidirectional layer": lambda s: s,
    }
    return _searched(subject, trial, (layer,), _bidirectional, zero, carry, reset)


def _searched(
    subject: Implementation,
    trial: Trial,
    layers: tuple[AnyLayer, ...],
    runner: Runner,
    zero: Pair,
    carry: dict[str, Callable[[Pair], Pair]],
    reset: dict[str, Callable[[Pair], Pair]],
) -> list[Finding]:
    """Which states are carried from one call to the next, and which remain after a reset.

    Nothing is said about the reset if the carry is already wrong.
    """
    spec = ModelSpec(layers, FEATURES, batch_size=ROWS)
    weights = trial.weights(spec)
    ours = trial.model(subject, spec, weights)
    x = trial.array(3, ROWS, STEPS, FEATURES)
    got = [ours.call(batch).outputs for batch in x[:2]]
    ours.reset_states()
    got.append(ours.call(x[2]).outputs)
    outputs, after = runner(weights, x[0], zero)
    if not matches(got[0], outputs):
        return []
    mistake = nearest(carry, lambda rule: matches(got[1], runner(weights, x[1], rule(after))[0]))
    if mistake == "":
        _, final = runner(weights, x[1], carry[""](after))
        mistake = nearest(
            reset, lambda rule: matches(got[2], runner(weights, x[2], rule(final))[0])
        )
    return [Finding(mistake, FAMILIES)] if mistake else []
