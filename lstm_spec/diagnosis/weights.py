"""Weights that are set: what is read afterwards, and what setting them a second time does."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import LSTM, ModelSpec

UNITS, FEATURES = 4, 3
FAMILIES = ("CELL", "SEQ", "STATE", "LIFE", "MASK", "GRAD", "TRAIN", "PIPE")
SPEC = ModelSpec((LSTM(UNITS),), FEATURES)


def set_and_read(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Weights are set and read, and the model is called; then the same weights are set again."""
    weights = trial.weights(SPEC)
    x = trial.array(3, 4, FEATURES)
    ours = trial.model(subject, SPEC, weights)
    read = ours.get_weights()
    if len(read) != len(weights):
        return []
    names = ("kernel", "recurrent kernel", "bias")
    first = ours.call(x.copy()).outputs
    if not matches(ours.call(x.copy()).outputs, first):
        return []  # whatever differs, setting weights is not needed for it
    ours.set_weights(weights)
    if not matches(ours.call(x.copy()).outputs, first):
        ours.set_weights(weights)
        changed = [
            name
            for name, before, now in zip(names, read, ours.get_weights(), strict=True)
            if not matches(before, now)
        ]
        which = f": the {changed[0]} that is read changes" if len(changed) == 1 else ""
        return [Finding(f"setting the same weights again changes the result{which}", FAMILIES)]
    findings = []
    for name, was, now in zip(names, weights, read, strict=True):
        if not matches(now, was):
            findings.append(Finding(f"{_read(np.asarray(now), was)} {name}", FAMILIES))
    return findings[:1] if len(findings) == 1 else []


def _read(now: Array, was: Array) -> str:
    """How an array that is read differs from what was set."""
    if matches(now, 0 * was):
        return "get_weights gives zeros as the"
    if matches(now, -was):
        return "get_weights gives the negative of the"
    return "get_weights does not give what was set as the"
