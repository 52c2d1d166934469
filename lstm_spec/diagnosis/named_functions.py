"""Every named activation in both places of an LSTM: its values, then its derivative."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_args

import numpy as np

from lstm_spec.checking.side_by_side import is_fast
from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation, Unsupported
from lstm_spec.diagnosis.conventions import FAMILIES, FEATURES, ROWS, UNITS
from lstm_spec.diagnosis.equations import FUNCTIONS
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import LSTM, Activation, ModelSpec

LAYER = LSTM(UNITS, return_sequences=True)
FIELDS = ("activation", "recurrent_activation")
WORDS = [word for word in get_args(Activation) if word not in FUNCTIONS]
"""The others are asked about by ``fields.activations``."""

SEVERAL = 3
"""So many functions are named."""

UNBOUNDED = 100.0
"""Outputs as large as this are left out: an exponential of an exponential shows only rounding."""

FEW = 2
"""Steps: an unbounded function in the place of a gate grows with each of them."""


def values(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Each function, as which other one it is computed; if as none, that it is another.

    Nothing is shown unless tanh and the sigmoid, which every model has, give the right outputs.
    """
    told = []
    for field, word, spec in _specs(trial) if _plain_is_right(subject, oracle, trial) else ():
        weights, x = trial.weights(spec), trial.array(ROWS, FEW, FEATURES)

        def outputs(
            engine: Implementation,
            field: str = field,
            word: str = word,
            w: Any = weights,
            x: Array = x,
        ) -> Array:
            return trial.model(engine, _spec(field, word), w).call(x).outputs

        try:
            got = outputs(subject)
        except Unsupported:
            continue
        right = outputs(oracle)
        if not np.abs(right).max() < UNBOUNDED or _is(got, right):
            continue
        others = (one for one in get_args(Activation) if one != word)
        other = next((one for one in others if _is(got, outputs(oracle, word=one))), None)
        what = f"is computed as {other}" if other else "is another function"
        told.append(f"{field}={word} {what}")
    return _in_short(told)


def derivatives(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Each function whose derivative in training is not its own.

    Gradients above one are left out: what limits them is not the derivative of a function.
    """
    told = []
    for field, word, spec in _specs(trial) if _plain_is_right(subject, oracle, trial) else ():
        try:
            ours, theirs = trial.twins(subject, oracle, spec)
            x, y = trial.array(ROWS, FEW, FEATURES), trial.array(ROWS, FEW, UNITS)
            got, right = ours.gradients(x, y), theirs.gradients(x, y)
        except Unsupported:
            continue
        small = all(np.abs(one).max() < 1.0 for one in right.weights)
        if small and not all(map(matches, got.weights, right.weights)):
            told.append(f"the derivative of {field}={word} is wrong")
    return _in_short(told)


def _plain_is_right(subject: Implementation, oracle: Implementation, trial: Trial) -> bool:
    """Whether the usual functions give the oracle's outputs and, where there are any, gradients."""
    spec = ModelSpec((LAYER,), FEATURES)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(ROWS, FEW, FEATURES), trial.array(ROWS, FEW, UNITS)
    if not matches(ours.call(x).outputs, theirs.call(x).outputs):
        return False
    if Capability.GRADIENTS not in subject.capabilities:
        return True
    return all(map(matches, ours.gradients(x, y).weights, theirs.gradients(x, y).weights))


def _is(got: Array, expected: Array) -> bool:
    """Whether these are the same numbers, in proportion to their size: it may have no bound."""
    size = max(1.0, float(np.abs(expected).max(initial=0.0)))
    return matches(np.asarray(got) / size, np.asarray(expected) / size)


def _specs(trial: Trial) -> Iterator[tuple[str, str, ModelSpec]]:
    """None for a slow subject: there are some fifty models to be built."""
    if is_fast(trial):
        for word in WORDS:
            for field in FIELDS:
                yield field, word, _spec(field, word)


def _spec(field: str, word: str) -> ModelSpec:
    changed: Any = {field: word}
    return ModelSpec((replace(LAYER, **changed),), FEATURES)


def _in_short(told: list[str]) -> list[Finding]:
    """One finding that names the first functions and counts the others."""
    if not told:
        return []
    more = [f"{len(told) - SEVERAL} more"] if len(told) > SEVERAL else []
    return [Finding(" and ".join([*told[:SEVERAL], *more]), FAMILIES)]
