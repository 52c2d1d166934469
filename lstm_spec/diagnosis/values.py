"""Special values of an argument that an engine may take for something else."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Implementation
from lstm_spec.diagnosis.carry import FEATURES, ROWS, UNITS
from lstm_spec.diagnosis.equations import run
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import LSTM, ModelSpec

FAMILIES = ("SEQ", "STATE", "LIFE", "GRAD")
STEPS = 2
SPEC = ModelSpec((LSTM(UNITS, stateful=True),), FEATURES, batch_size=ROWS)


def zeros_given(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A stateful model that is warm is given an initial state of zeros."""
    weights = trial.weights(SPEC)
    ours = trial.model(subject, SPEC, weights)
    first, second = trial.array(2, ROWS, STEPS, FEATURES)
    zero = np.zeros((ROWS, UNITS)), np.zeros((ROWS, UNITS))
    warm = run(weights, first, zero).state
    ours.call(first)
    given = np.zeros((ROWS, UNITS), np.float32), np.zeros((ROWS, UNITS), np.float32)
    got = ours.call(second, initial_state=[given]).outputs
    if matches(got, run(weights, second, warm).outputs[:, -1]):
        return [Finding("an initial state of zeros is taken for none", FAMILIES)]
    return []
