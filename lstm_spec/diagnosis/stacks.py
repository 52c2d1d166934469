"""What is carried, and what a reset leaves, in a stack and in a bidirectional layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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


def stack(w: Weights, x: Array, states: Pair) -> tuple[Array, Pair]:
    """Two layers, the second of which reads the outputs of the first."""
    first = run(w[:3], x, states[0])
    second = run(w[3:], first.outputs, states[1])
    return second.outputs, (first.state, second.state)


def bidirectional(w: Weights, x: Array, states: Pair) -> tuple[Array, Pair]:
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
    found = _searched(subject, trial, layers, stack, zero, carry, reset)
    if found:
        return found
    mixed = (layers[0], LSTM(UNITS + 1, return_sequences=True))
    carry = {
        "": lambda s: (s[0], zero[1]),
        "a stateless layer above a stateful one carries its state, too": lambda s: s,
    }
    found = _searched(subject, trial, mixed, stack, zero, carry, {"": lambda s: zero})
    if found:
        return found
    zero = _zero(UNITS), _zero(UNITS)
    carry = {
        "": lambda s: s,
        "two layers of one width exchange their states when they are carried": lambda s: s[::-1],
    }
    return _searched(
        subject, trial, (layers[0], layers[0]), stack, zero, carry, {"": lambda s: zero}
    )


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
        f"the backward half {name} carries only h": lambda s: (s[0], (s[1][0], 0 * s[1][1])),
        f"the backward half {name} carries only c": lambda s: (s[0], (0 * s[1][0], s[1][1])),
        f"the forward half {name} carries only h": lambda s: ((s[0][0], 0 * s[0][1]), s[1]),
        f"the forward half {name} carries only c": lambda s: ((0 * s[0][0], s[0][1]), s[1]),
        f"the halves {name} swap their states when they are carried": lambda s: (s[1], s[0]),
        "a bidirectional layer carries no state": lambda s: zero,
    }
    reset: dict[str, Callable[[Pair], Pair]] = {
        "": lambda s: zero,
        f"reset_states clears only the forward half {name}": lambda s: (zero[0], s[1]),
        f"reset_states clears only the backward half {name}": lambda s: (s[0], zero[1]),
        "reset_states does not clear a bidirectional layer": lambda s: s,
    }
    return _searched(subject, trial, (layer,), bidirectional, zero, carry, reset)


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


def given_to_a_stack(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> list[Finding]:
    """Three layers of one width, each of which is given an initial state."""
    layer = LSTM(UNITS, return_sequences=True)
    spec = ModelSpec((layer, layer, layer), FEATURES)
    weights = trial.weights(spec)
    x, states = trial.array(ROWS, STEPS, FEATURES), trial.states(spec, ROWS)
    got = trial.model(subject, spec, weights).call(x, initial_state=states).outputs

    def outputs(starts: Sequence[State]) -> Array:
        made = x
        for index, start in enumerate(starts):
            made = run(weights[3 * index : 3 * index + 3], made, start).outputs
        return made

    told: dict[str, Sequence[State]] = {"": states}
    for index, name in enumerate(("first", "second", "third")):
        cold = list(states)
        cold[index] = _zero(UNITS)
        told[f"the initial state of the {name} of three layers is ignored"] = cold
    told["only the first of three layers starts from its initial state"] = [
        states[0],
        _zero(UNITS),
        _zero(UNITS),
    ]
    told["every layer starts from the first layer's initial state"] = [states[0]] * 3
    told["initial states are given to the layers from the last to the first"] = states[::-1]
    mistake = nearest(told, lambda starts: matches(got, outputs(starts)))
    return [Finding(mistake, FAMILIES)] if mistake else []
