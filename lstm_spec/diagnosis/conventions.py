"""The conventions of a forward pass, and the search through all their combinations.

Gate order, transposed recurrent kernel, number of biases, a forget bias added on the way, h and c
swapped, either hard sigmoid, the first two axes swapped, time reversed: a departure from any of
them is a change of the weights or inputs that the *oracle* is given, so the search needs no second
engine.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from lstm_spec.contract import Array, Capability, Implementation, Model, States
from lstm_spec.diagnosis import Finding, matches
from lstm_spec.model import LSTM, Activation, ModelSpec
from lstm_spec.trial import Trial

UNITS, FEATURES, STEPS, ROWS = 4, 3, 5, 2
ORDER = "ifco"
FAMILIES = ("CELL", "SEQ", "STATE", "LIFE", "MASK", "GRAD", "TRAIN", "PIPE")


@dataclass(frozen=True)
class Convention:
    """One combination; the defaults are those of the specification."""

    order: str = ORDER
    transposed: bool = False
    biases: float = 1.0
    forget_bias: float = 0.0
    swapped: bool = False
    ignored_state: bool = False
    gates: Activation = "sigmoid"
    candidate: Activation = "tanh"
    batch_is_time: bool = False
    backwards: bool = False
    diagonal: bool = False
    disconnected: bool = False

    def departures(self) -> list[str]:
        """What differs from the specification, in words."""
        told = {
            f"the gates lie in the order {', '.join(self.order)}": self.order != ORDER,
            "the recurrent kernel is transposed": self.transposed,
            "the bias is left out": self.biases == 0.0,
            "the bias is added twice": self.biases == 2.0,
            "one is added to the forget gate in every step": self.forget_bias != 0.0,
            "h and c are swapped in the initial state": self.swapped,
            "the initial state is ignored": self.ignored_state,
            f"the gates are squashed by {self.gates}": self.gates != "sigmoid",
            f"the candidate and the cell state pass through {self.candidate}": (
                self.candidate != "tanh"
            ),
            "batch and time are swapped": self.batch_is_time,
            "time runs backwards": self.backwards,
            "only the diagonal of the recurrent kernel is used": self.diagonal,
            "the recurrent kernel is not used": self.disconnected,
        }
        return [words for words, true in told.items() if true]


def every(with_state: bool) -> Iterator[Convention]:
    """All combinations of the search, those nearest to the specification first."""
    orders = ["".join(order) for order in itertools.permutations(ORDER)]
    alone = [
        Convention(order=order, transposed=transposed, biases=biases, forget_bias=forget_bias)
        for order, transposed, biases, forget_bias in itertools.product(
            orders, (False, True), (1.0, 0.0, 2.0), (0.0, 1.0)
        )
    ]
    gates: tuple[Activation, ...] = ("sigmoid", "hard_sigmoid_keras2", "hard_sigmoid_keras3")
    combined = [
        replace(one, gates=gate, batch_is_time=batch_is_time, backwards=backwards, swapped=swapped)
        for one, gate, batch_is_time, backwards, swapped in itertools.product(
            alone, gates, (False, True), (False, True), (False, True) if with_state else (False,)
        )
    ]
    usual = Convention()
    candidates: tuple[Activation, ...] = ("linear", "relu", "sigmoid")
    single = [replace(usual, candidate=candidate) for candidate in candidates]
    single += [replace(usual, gates=gate) for gate in ("tanh", "linear", "relu")]
    single += [replace(usual, diagonal=True), replace(usual, disconnected=True)]
    single += [replace(usual, ignored_state=True)] if with_state else []
    yield from sorted([*combined, *single], key=lambda one: len(one.departures()))


def forward(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """One call from a state that is not zero; the nearest combination that explains it."""
    with_state = Capability.INITIAL_STATE in subject.capabilities
    spec = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)
    weights = trial.weights(spec)
    x = trial.array(ROWS, STEPS, FEATURES)
    states = trial.states(spec, ROWS) if with_state else None
    ours = trial.model(subject, spec, weights)
    got = ours.call(x, initial_state=states) if with_state else ours.call(x)
    search = Search(oracle, weights, x, states)
    explanation = search.first(got.outputs, every(with_state))
    if explanation is None or not explanation.departures():
        return []
    return [Finding(" and ".join(explanation.departures()), FAMILIES)]


@dataclass
class Search:
    """The oracle, and the trace on which every convention is tried."""

    oracle: Implementation
    weights: list[Array]
    x: Array
    states: States | None

    def first(self, got: Array, conventions: Iterable[Convention]) -> Convention | None:
        """The first convention under which the oracle gives these outputs."""
        models: dict[tuple[Activation, Activation, bool], Model] = {}
        for convention in conventions:
            built = (convention.gates, convention.candidate, convention.backwards)
            if built not in models:
                layer = LSTM(UNITS, convention.candidate, convention.gates, return_sequences=True)
                layer = replace(layer, go_backwards=convention.backwards)
                models[built] = self.oracle.build(ModelSpec((layer,), FEATURES))
            if matches(got, self.outputs(models[built], convention)):
                return convention
        return None

    def outputs(self, model: Model, convention: Convention) -> Array:
        """What the oracle gives when it follows this convention."""
        kernel, recurrent_kernel, bias = (_reordered(w, convention.order) for w in self.weights)
        if convention.transposed:
            blocks = np.split(recurrent_kernel, 4, axis=1)
            recurrent_kernel = np.concatenate([block.T for block in blocks], axis=1)
        if convention.diagonal:
            recurrent_kernel = recurrent_kernel * np.tile(np.eye(UNITS), 4)
        if convention.disconnected:
            recurrent_kernel = np.zeros_like(recurrent_kernel)
        bias = bias * convention.biases
        bias[UNITS : 2 * UNITS] += convention.forget_bias
        model.set_weights([kernel, recurrent_kernel, bias])
        x, states = self.x, None if convention.ignored_state else self.states
        if states is not None and convention.swapped:
            states = [(c, h) for h, c in states]
        if not convention.batch_is_time:
            return model.call(x, initial_state=states).outputs
        rows = None if states is None else [_stretched(pair, x.shape[1]) for pair in states]
        return model.call(x.swapaxes(0, 1), initial_state=rows).outputs.swapaxes(0, 1)


def _reordered(weight: Array, order: str) -> Array:
    """The blocks as the oracle must see them if the subject reads them in ``order``."""
    blocks = dict(zip(order, np.split(weight, 4, axis=-1), strict=True))
    return np.concatenate([blocks[gate] for gate in ORDER], axis=-1)


def _stretched(pair: tuple[Array, Array], rows: int) -> tuple[Array, Array]:
    """The state for as many rows as there are steps: the first one for all."""
    h, c = pair
    return np.repeat(h[:1], rows, axis=0), np.repeat(c[:1], rows, axis=0)
