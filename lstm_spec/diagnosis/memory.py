"""How an array lies in memory must not matter: each argument once in every layout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lstm_spec.checking.layouts import LAYOUTS, Change
from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.diagnosis.conventions import FAMILIES
from lstm_spec.diagnosis.equations import run
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import LSTM, ModelSpec

ROWS, STEPS, FEATURES, UNITS = 4, 5, 3, 2
SPEC = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)


def of_arguments(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """X, the mask, an initial state and the weights, in each layout."""
    can = set(subject.capabilities)
    weights = trial.weights(SPEC)
    x = trial.array(ROWS, STEPS, FEATURES)
    mask = trial.rng.random((ROWS, STEPS)) < 0.7
    state = trial.states(SPEC, ROWS)[0]
    zero = np.zeros((ROWS, UNITS)), np.zeros((ROWS, UNITS))
    right = run(weights, x, zero).outputs

    def asked(change: Change = np.array, **given: Any) -> Array:
        """What a new model, whose weights lie in memory as ``change`` lays them, gives."""
        ours = trial.model(subject, SPEC, [change(one) for one in weights])
        return ours.call(**{"x": x.copy(), **given}).outputs

    arguments: dict[str, tuple[Callable[[Change], Array], Array]] = {
        "arrays x": (lambda change: asked(x=change(x)), right),
        "weights": (asked, right),
    }
    if Capability.INITIAL_STATE in can:
        arguments["initial states"] = (
            lambda change: asked(initial_state=[(change(state[0]), change(state[1]))]),
            run(weights, x, state).outputs,
        )
    if Capability.MASK in can:
        mask[:, 0] = True
        arguments["masks"] = (
            lambda change: asked(mask=change(mask))[mask],
            run(weights, x, zero, mask=mask).outputs[mask],
        )
    findings = []
    for argument, (ask, expected) in arguments.items():
        if not matches(ask(np.array), expected):
            continue  # wrong in the usual layout too
        wrong = [words for words, change in LAYOUTS.items() if _differs(ask, change, expected)]
        if wrong:
            told = f"the result is wrong only for {argument} {' and '.join(wrong)}"
            findings.append(Finding(told, FAMILIES))
    return findings


def _differs(ask: Callable[[Change], Array], change: Change, expected: Array) -> bool:
    """Whether an argument in this layout gives other numbers; a refusal is no wrong number."""
    try:
        return not matches(ask(change), expected)
    except Exception:
        return False
