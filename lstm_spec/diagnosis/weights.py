"""Weights that are set: what is read afterwards, and what setting them a second time does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.diagnosis.equations import run
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.diagnosis.layouts import blocks
from lstm_spec.diagnosis.rounding import ROUNDINGS
from lstm_spec.model import LSTM, Bidirectional, Dense, ModelSpec

UNITS, FEATURES, ROWS, STEPS = 4, 3, 3, 4
FAMILIES = ("CELL", "SEQ", "STATE", "LIFE", "MASK", "GRAD", "TRAIN", "PIPE")
SPEC = ModelSpec((LSTM(UNITS),), FEATURES)
NAMES = ("kernel", "recurrent kernel", "bias")


def set_and_read(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Weights are set and read, and the model is called; then the same weights are set again."""
    weights = trial.weights(SPEC)
    x = trial.array(ROWS, STEPS, FEATURES)
    ours = trial.model(subject, SPEC, weights)
    read = ours.get_weights()
    if len(read) != len(weights):
        return _number(read, weights)
    first = ours.call(x.copy()).outputs
    if not matches(ours.call(x.copy()).outputs, first):
        return []  # whatever differs, setting weights is not needed for it
    ours.set_weights(weights)
    if not matches(ours.call(x.copy()).outputs, first):
        ours.set_weights(weights)
        changed = [
            name
            for name, before, now in zip(NAMES, read, ours.get_weights(), strict=True)
            if not matches(before, now)
        ]
        which = f": the {changed[0]} that is read changes" if len(changed) == 1 else ""
        return [Finding(f"setting the same weights again changes the result{which}", FAMILIES)]
    return _compared(read, weights, first, x)


def _number(read: Sequence[Array], weights: Sequence[Array]) -> list[Finding]:
    told = f"get_weights gives {len(read)} arrays where the model has {len(weights)}"
    return [Finding(told, FAMILIES)]


def _compared(
    read: Sequence[Array], weights: Sequence[Array], outputs: Array, x: Array
) -> list[Finding]:
    """How the arrays that are read differ from those that were set, if all in the same way."""
    wrong = {
        name: how_it_differs(np.asarray(now), was)
        for name, now, was in zip(NAMES, read, weights, strict=True)
        if not matches(now, was)
    }
    how = set(wrong.values())
    if len(how) != 1 or (len(wrong) > 1 and how == {OTHERWISE}):
        return []
    which = "every weight" if len(wrong) == len(NAMES) else f"the {' and the '.join(wrong)}"
    zero = np.zeros((len(x), UNITS)), np.zeros((len(x), UNITS))
    if matches(outputs, run(weights, x, zero).outputs[:, -1]):
        return [Finding(f"get_weights gives {which} {how.pop()}", FAMILIES)]
    if matches(outputs, run(read, x, zero).outputs[:, -1]):
        return [Finding(f"set_weights takes {which} {how.pop()}", FAMILIES)]
    return []


OTHERWISE = "otherwise than it was set"


def how_it_differs(now: Array, was: Array) -> str:
    """How an array is related to what it should be, in words."""
    ways = {
        "as zero": 0 * was,
        "with the opposite sign": -was,
        **{f"rounded to {name}": narrow(was) for name, narrow in ROUNDINGS.items()},
    }
    for words, expected in ways.items():
        if now.shape == was.shape and np.abs(now - expected).max(initial=0.0) < 1e-7:
            return words
    if was.ndim == 2 and matches(now, was.T):
        return "transposed"
    square = was.ndim == 2 and 4 * len(was) == was.shape[1]
    if square and matches(now, blocks(was, lambda k, block: block.T)):
        return "with every block transposed"
    return OTHERWISE


def of_every_layer(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """The number and the order of the arrays of several layers, and of a model that has run."""
    for spec in _models(set(subject.capabilities)):
        weights = trial.weights(spec)
        ours = trial.model(subject, spec, weights)
        ours.call(trial.array(ROWS, STEPS, FEATURES))
        read = ours.get_weights()
        if len(read) != len(weights):
            return _number(read, weights)
        if all(map(matches, read, weights)):
            continue
        if sorted(map(_key, read)) == sorted(map(_key, weights)):
            return [Finding("get_weights gives the arrays in another order", FAMILIES)]
    return []


def _models(can: set[Capability]) -> Iterator[ModelSpec]:
    if Capability.STATEFUL in can:
        yield ModelSpec((LSTM(UNITS, stateful=True),), FEATURES, batch_size=ROWS)
    if Capability.LAYERS in can:
        every = LSTM(UNITS, return_sequences=True)
        yield ModelSpec((every, LSTM(UNITS + 1), Dense(2)), FEATURES)
    if Capability.BIDIRECTIONAL in can:
        yield ModelSpec((Bidirectional(LSTM(UNITS)),), FEATURES)


def _key(array: Array) -> tuple[object, ...]:
    """An array as something that can be sorted."""
    return np.shape(array), np.round(np.asarray(array, np.float64), 4).tolist()
