"""What a reset of single rows leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation
from lstm_spec.diagnosis.carry import FEATURES, UNITS
from lstm_spec.diagnosis.equations import State, run
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import LSTM, ModelSpec

FAMILIES = ("STATE", "LIFE", "TRAIN")
ROWS, STEPS = 4, 2
CHOSEN = np.array([1, 0, 1, 0])[:, None]
"""Rows 0 and 2 are reset."""


def _kept(part: Array) -> Array:
    kept: Array = part * (1 - CHOSEN)
    return kept


RESETS: Mapping[str, Callable[[State], State]] = {
    "": lambda s: (_kept(s[0]), _kept(s[1])),
    "a reset of rows does nothing": lambda s: s,
    "a reset of rows resets all rows": lambda s: (0 * s[0], 0 * s[1]),
    "a reset of rows clears only h": lambda s: (_kept(s[0]), s[1]),
    "a reset of rows clears only c": lambda s: (s[0], _kept(s[1])),
    "a reset of rows clears the other rows": lambda s: (s[0] * CHOSEN, s[1] * CHOSEN),
}


def of_some_rows(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A call, a reset of two rows of four, and a call."""
    spec = ModelSpec((LSTM(UNITS, stateful=True),), FEATURES, batch_size=ROWS)
    weights, (first, second) = trial.weights(spec), trial.array(2, ROWS, STEPS, FEATURES)
    ours = trial.model(subject, spec, weights)
    ours.call(first)
    ours.reset_rows([0, 2])
    got = ours.call(second).outputs
    zero = np.zeros((ROWS, UNITS)), np.zeros((ROWS, UNITS))
    before = run(weights, first, zero).state
    for mistake, reset in RESETS.items():
        if matches(got, run(weights, second, reset(before)).outputs[:, -1]):
            return [Finding(mistake, FAMILIES)] if mistake else []
    return []
