"""The conventions of a forward pass, and the search through all their combinations.

Gate order, a transposed recurrent kernel, the number of biases, an additional forget bias, h and c
exchanged, either hard sigmoid, the first two axes exchanged, time reversed: several of them may
differ at once when weights are converted from one engine to another.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.diagnosis import wrong_equations
from lstm_spec.diagnosis.equations import FUNCTIONS, Result, State, Weights, run
from lstm_spec.diagnosis.finding import MATCH, Finding, matches
from lstm_spec.diagnosis.layouts import blocks
from lstm_spec.model import LSTM, ModelSpec

UNITS, FEATURES, STEPS, ROWS = 4, 6, 5, 3
ORDER = "ifco"
ORDERS = ["".join(order) for order in itertools.permutations(ORDER)]
PLACES = np.array([[order.index(gate) for gate in ORDER] for order in ORDERS])
SQUASHED = ("sigmoid", "hard_sigmoid_keras2", "hard_sigmoid_keras3")
FAMILIES = ("CELL", "SEQ", "STATE", "LIFE", "MASK", "GRAD", "TRAIN", "PIPE")


@dataclass(frozen=True)
class Convention:
    """One combination; the defaults are those of the specification."""

    order: str = ORDER
    transposed: bool = False
    biases: float = 1.0
    forget_bias: float = 0.0
    gates: str = "sigmoid"
    batch_is_time: bool = False
    backwards: bool = False
    swapped: bool = False
    ignored: bool = False

    def differences(self) -> list[str]:
        """What differs from the specification, in words."""
        told = {
            f"the gates are in the order {', '.join(self.order)}": self.order != ORDER,
            "the recurrent kernel is transposed": self.transposed,
            "the bias is left out": self.biases == 0.0,
            "the bias is added twice": self.biases == 2.0,
            "one is added to the forget gate in every step": self.forget_bias != 0.0,
            f"the gates use {self.gates}": self.gates != "sigmoid",
            "batch and time are swapped": self.batch_is_time,
            "time runs backwards": self.backwards,
            "h and c are swapped in the initial state": self.swapped,
            "the initial state is ignored": self.ignored,
        }
        return [words for words, true in told.items() if true]

    def outputs(self, w: Weights, x: Array, state: State) -> Result:
        """The equations under this convention."""
        kernel, recurrent_kernel, bias = (_reordered(np.asarray(one), self.order) for one in w)
        if self.transposed:
            recurrent_kernel = blocks(recurrent_kernel, lambda k, block: block.T)
        bias = bias * self.biases
        bias[UNITS : 2 * UNITS] += self.forget_bias
        weights, sigma = (kernel, recurrent_kernel, bias), FUNCTIONS[self.gates]
        h, c = (0 * state[0], 0 * state[1]) if self.ignored else state
        if self.swapped:
            h, c = c, h
        if self.batch_is_time:
            # There are as many states as rows: the first one stands for every step taken for a row.
            x = x.swapaxes(0, 1)
            h, c = (np.repeat(a[:1], len(x), axis=0) for a in (h, c))
        x = x[:, ::-1] if self.backwards else x
        result = run(weights, x, (h, c), sigma=sigma)
        return Result(result.outputs.swapaxes(0, 1), state) if self.batch_is_time else result


def _reordered(weight: Array, order: str) -> Array:
    """The blocks as the specification must read them if the subject reads them in ``order``."""
    held = dict(zip(order, np.split(weight, 4, axis=-1), strict=True))
    return np.concatenate([held[gate] for gate in ORDER], axis=-1)


@dataclass(frozen=True)
class Trace:
    """One call of the subject: its inputs and its results."""

    weights: list[Array]
    x: Array
    state: State
    outputs: Array
    final: State | None

    def agrees(self, result: Result, final: bool = True) -> bool:
        """Whether a hypothesis gives the subject's outputs and, if it has one, its final state."""
        if not matches(self.outputs, result.outputs):
            return False
        return (
            self.final is None
            or not final
            or all(matches(*pair) for pair in zip(self.final, result.state, strict=True))
        )


def forward(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """One call from a state that is not zero, and the nearest explanation of its numbers."""
    with_state = Capability.INITIAL_STATE in subject.capabilities
    trace = traced(subject, trial, ROWS, with_state)
    if trace.agrees(run(trace.weights, trace.x, trace.state)):
        square = traced(subject, trial, ROWS, False, steps=ROWS)
        if square.agrees(run(square.weights, square.x, square.state)):
            return []
        told = explained(square, False)
        explanation = f"{told}, but only where there are as many rows as steps" if told else ""
    else:
        explanation = explained(trace, with_state)
    return [Finding(explanation, FAMILIES)] if explanation else []


def traced(
    subject: Implementation, trial: Trial, rows: int, with_state: bool, steps: int = STEPS
) -> Trace:
    """A call of a layer that returns every step, from a random state or from zero."""
    spec = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)
    weights = trial.weights(spec)
    x = trial.array(rows, steps, FEATURES)
    states = trial.states(spec, rows)
    if not with_state:
        states = [(0 * h, 0 * c) for h, c in states]
    ours = trial.model(subject, spec, weights)
    outputs, final = ours.call(x, initial_state=states) if with_state else ours.call(x)
    gives_state = Capability.FINAL_STATE in subject.capabilities and final is not None
    return Trace(weights, x, states[0], outputs, final[0] if gives_state and final else None)


def explained(trace: Trace, with_state: bool) -> str:
    """The differences that give the numbers of a trace, in words; empty if none does."""
    plain = run(trace.weights, trace.x, trace.state)
    for words, hypothesis in wrong_equations.every():
        result = hypothesis(trace.weights, trace.x, trace.state)
        same = matches(result.outputs, plain.outputs) and all(
            matches(*pair) for pair in zip(result.state, plain.state, strict=True)
        )
        if not same and trace.agrees(result):
            return words
    possible = sorted(_candidates(trace, with_state), key=lambda one: len(one.differences()))
    for convention in possible:
        result = convention.outputs(trace.weights, trace.x, trace.state)
        if trace.agrees(result, final=not convention.batch_is_time):
            return " and ".join(convention.differences())
    return ""


def _candidates(trace: Trace, with_state: bool) -> Iterator[Convention]:
    """The combinations that give the first step of a trace, with all gate orders tried at once."""
    kernel, recurrent_kernel, b = (np.asarray(weight, np.float64) for weight in trace.weights)
    turned = blocks(recurrent_kernel, lambda k, block: block.T)
    starts = ("", "swapped", "ignored") if with_state else ("",)
    for backwards, batch_is_time, start in itertools.product((False, True), (False, True), starts):
        place = -1 if backwards else 0
        h, c = (0 * a if start == "ignored" else a for a in trace.state)
        if start == "swapped":
            h, c = c, h
        x, expected = trace.x[:, place], trace.outputs[:, 0]
        if batch_is_time:
            x, expected = trace.x[place], trace.outputs[0]
            h, c = (np.repeat(a[:1], len(x), axis=0) for a in (h, c))
        for transposed, biases in itertools.product((False, True), (1.0, 0.0, 2.0)):
            z = x @ kernel + h @ (turned if transposed else recurrent_kernel) + biases * b
            for forget_bias, gates in itertools.product((0.0, 1.0), SQUASHED):
                agree = _first_step(z, c, forget_bias, gates) - expected[:, None]
                for index in np.flatnonzero(np.abs(agree).max(axis=(0, 2)) < MATCH):
                    yield Convention(
                        ORDERS[index],
                        transposed,
                        biases,
                        forget_bias,
                        gates,
                        batch_is_time,
                        backwards,
                        start == "swapped",
                        start == "ignored",
                    )


def _first_step(z: Array, c: Array, forget_bias: float, gates: str) -> Array:
    """H after one step under every gate order: (rows, orders, units)."""
    by_order = z.reshape(len(z), 4, UNITS)[:, PLACES]
    i, f, g, o = (by_order[:, :, k] for k in range(4))
    sigma = FUNCTIONS[gates]
    after = sigma(f + forget_bias) * c[:, None] + sigma(i) * np.tanh(g)
    h: Array = sigma(o) * np.tanh(after)
    return h
