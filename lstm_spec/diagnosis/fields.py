"""The fields of a layer that name a function: each function, computed as another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Capability, Implementation, Unsupported
from lstm_spec.diagnosis.conventions import FAMILIES, FEATURES, ROWS, STEPS, UNITS
from lstm_spec.diagnosis.equations import FUNCTIONS, run
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import LSTM, ModelSpec

LAYER = LSTM(UNITS, return_sequences=True)


def activations(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """``activation`` and ``recurrent_activation`` of an LSTM, with every function known here."""
    told = []
    hard = Capability.HARD_SIGMOID in subject.capabilities
    for name in FUNCTIONS:
        if name.startswith("hard_sigmoid") and not hard:
            continue
        for field in ("activation", "recurrent_activation"):
            told += _computed(subject, trial, field, name)
    return [Finding(" and ".join(told), FAMILIES)] if told else []


def _computed(subject: Implementation, trial: Trial, field: str, name: str) -> list[str]:
    """As what a function is computed, if it is not what it is called."""
    changed: Any = {field: name}
    layer = replace(LAYER, **changed)
    spec = ModelSpec((layer,), FEATURES)
    weights, x = trial.weights(spec), trial.array(ROWS, STEPS, FEATURES)
    zero = np.zeros((ROWS, UNITS)), np.zeros((ROWS, UNITS))
    try:
        got = trial.model(subject, spec, weights).call(x).outputs
    except Unsupported:
        return []

    def as_(other: str) -> bool:
        phi = FUNCTIONS[other if field == "activation" else layer.activation]
        sigma = FUNCTIONS[other if field != "activation" else layer.recurrent_activation]
        result = run(weights, x, zero, candidate=phi, leaving=phi, sigma=sigma)
        return matches(got, result.outputs)

    if as_(name):
        return []
    return [f"{field}={name} is computed as {other}" for other in FUNCTIONS if as_(other)][:1]
