"""What an operator can be told beyond the usual cell, told wrongly: peepholes, a projection."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from operator import itemgetter

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation, Unsupported
from lstm_spec.diagnosis.conventions import FAMILIES, FEATURES, ROWS, STEPS, UNITS
from lstm_spec.diagnosis.equations import run, sigmoid
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import LSTM, ModelSpec

Seen = tuple[Array, Array, Array]
"""What is added to what enters the input, the forget and the output gate."""

Sight = Callable[[Array, Array, Array], Seen]
"""What the gates see by the peepholes (3, units), the c before the step and the c after it. What it
gives for the input and the forget gate must not depend on the last one."""


def _peeping(weights: list[Array], x: Array, see: Sight) -> Array:
    """The outputs of a layer from a state of zero."""
    kernel, recurrent_kernel, bias = (np.asarray(one, np.float64) for one in weights[:3])
    p = np.asarray(weights[3], np.float64).reshape(3, -1)
    h = c = np.zeros((len(x), p.shape[1]))
    outputs = []
    for step in range(x.shape[1]):
        z = x[:, step] @ kernel + h @ recurrent_kernel + bias
        z_i, z_f, z_g, z_o = np.split(z, 4, axis=1)
        to_i, to_f, _ = see(p, c, c)
        after = sigmoid(z_f + to_f) * c + sigmoid(z_i + to_i) * np.tanh(z_g)
        h = sigmoid(z_o + see(p, c, after)[2]) * np.tanh(after)
        c = after
        outputs.append(h)
    return np.stack(outputs, axis=1)


def _usual(p: Array, before: Array, after: Array) -> Seen:
    return p[0] * before, p[1] * before, p[2] * after


def _seeing(
    peepholes: Callable[[Array], Array], state: Callable[[Array], Array] = lambda c: c
) -> Sight:
    """Other peepholes, or another state."""
    return lambda p, before, after: _usual(peepholes(p), state(before), state(after))


def _wrong_peepholes() -> Iterator[tuple[str, Sight]]:
    yield "the peepholes are ignored", _seeing(lambda p: 0 * p)
    yield (
        "the output gate sees the cell state before the step",
        lambda p, before, after: _usual(p, before, before),
    )
    for gate, keeps in (("input", [0, 1, 1]), ("forget", [1, 0, 1]), ("output", [1, 1, 0])):
        yield f"the {gate} gate has no peephole", _seeing(partial(_scaled, np.array([keeps]).T))
    for order in list(itertools.permutations(range(3)))[1:]:
        words = ", ".join("ifo"[k] for k in order)
        places = [order.index(k) for k in range(3)]
        yield f"the peepholes are in the order {words}", _seeing(itemgetter(places))
    yield "the gates see tanh of the cell state", _seeing(lambda p: p, np.tanh)
    for shift, words in ((-1, "after"), (1, "before")):
        neighbour = partial(np.roll, shift=shift, axis=1)
        yield (
            f"a gate sees the cell state of the unit {words} its own",
            _seeing(lambda p: p, neighbour),
        )


def _scaled(by: Array, p: Array) -> Array:
    scaled: Array = by * p
    return scaled


def peepholes(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A layer with peepholes, which may see otherwise than the equations say."""
    spec = ModelSpec((LSTM(UNITS, return_sequences=True, peephole=True),), FEATURES)
    weights, x = trial.weights(spec, scale=1.0), trial.array(ROWS, STEPS, FEATURES)
    try:
        got = trial.model(subject, spec, weights).call(x).outputs
    except Unsupported:
        return []
    if matches(got, _peeping(weights, x, _usual)):
        return []
    for words, see in _wrong_peepholes():
        if matches(got, _peeping(weights, x, see)):
            return [Finding(words, FAMILIES)]
    return []


ONTO = 2

Projecting = Callable[[Array, Array, Array], Array]
"""H from the opened output gate (rows, units), tanh of c, and the projection kernel."""

PROJECTIONS: dict[str, Projecting] = {
    "the projected h is passed through tanh": lambda o, squashed, kernel: np.tanh(
        (o * squashed) @ kernel
    ),
    "the cell is projected before the output gate": lambda o, squashed, kernel: (
        o[:, :ONTO] * (squashed @ kernel)
    ),
    "the projection is left out: h is the first units": lambda o, squashed, kernel: (o * squashed)[
        :, :ONTO
    ],
    "the projection kernel is read as one of the other orientation": lambda o, squashed, kernel: (
        (o * squashed) @ kernel.reshape(kernel.shape[::-1]).T
    ),
}


def _projecting(weights: list[Array], x: Array, project: Projecting) -> Array:
    """The outputs of a projected layer from a state of zero."""
    *usual, kernel = (np.asarray(one, np.float64) for one in weights)
    state = np.zeros((len(x), ONTO)), np.zeros((len(x), UNITS))
    return run(
        usual, x, state, output=lambda o, squashed, c, before: project(o, squashed, kernel)
    ).outputs


def projection(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A projected layer, which may project otherwise than the equations say."""
    spec = ModelSpec((LSTM(UNITS, return_sequences=True, projection=ONTO),), FEATURES)
    weights, x = trial.weights(spec, scale=1.0), trial.array(ROWS, STEPS, FEATURES)
    try:
        got = trial.model(subject, spec, weights).call(x).outputs
    except Unsupported:
        return []
    if matches(got, _projecting(weights, x, lambda o, squashed, kernel: o * squashed @ kernel)):
        return []
    return [
        Finding(words, FAMILIES)
        for words, project in PROJECTIONS.items()
        if matches(got, _projecting(weights, x, project))
    ][:1]
