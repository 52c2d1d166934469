"""Limits of the gates and of the cell state, and coupled gates, told wrongly."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation, Unsupported
from lstm_spec.diagnosis.conventions import FAMILIES, FEATURES, ROWS, STEPS, UNITS
from lstm_spec.diagnosis.equations import run, sigmoid, usual_cell
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import LSTM, ModelSpec

LIMIT = 0.5


def cut(a: Array) -> Array:
    """The numbers within the limit, which stands for those beyond it."""
    inside: Array = np.clip(a, -LIMIT, LIMIT)
    return inside


def limited_sigmoid(z: Array) -> Array:
    """What enters is cut off."""
    return sigmoid(cut(z))


def limited_tanh(z: Array) -> Array:
    """What enters is cut off."""
    a: Array = np.tanh(cut(z))
    return a


def _limited_cell(i: Array, f: Array, g: Array, c: Array) -> Array:
    return cut(usual_cell(i, f, g, c))


def _coupled(i: Array, f: Array, g: Array, c: Array) -> Array:
    return usual_cell(i, 1 - i, g, c)


Changes = dict[str, Any]
"""What replaces lines of ``equations.run``."""

GATES: Changes = {"sigma": limited_sigmoid, "candidate": limited_tanh}

ASKED: dict[str, tuple[LSTM, Changes, dict[str, Changes]]] = {
    "gate_clip": (
        LSTM(UNITS, return_sequences=True, gate_clip=LIMIT),
        {**GATES},
        {
            "the limit of the gates is ignored": {},
            "the limit of the gates cuts off the cell state, too": {
                **GATES,
                "cell": _limited_cell,
            },
            "the limit of the gates cuts off what enters the tanh of the cell state": {
                **GATES,
                "leaving": limited_tanh,
            },
            "the limit of the gates cuts off the cell state alone": {"cell": _limited_cell},
            "the limit of the gates does not reach the candidate": {"sigma": limited_sigmoid},
        },
    ),
    "cell_clip": (
        LSTM(UNITS, return_sequences=True, cell_clip=LIMIT),
        {"cell": _limited_cell},
        {
            "the limit of the cell state is ignored": {},
            "the limit of the cell state cuts off what enters the gates": {**GATES},
            "the limit of the cell state acts on h alone": {"leaving": limited_tanh},
        },
    ),
    "coupled_gates": (
        LSTM(UNITS, return_sequences=True, coupled_gates=True),
        {"cell": _coupled},
        {
            "the gates are not coupled": {},
            "the input gate is one minus the forget gate": {
                "cell": lambda i, f, g, c: usual_cell(1 - f, f, g, c)
            },
            "the forget gate equals the input gate": {
                "cell": lambda i, f, g, c: usual_cell(i, i, g, c)
            },
        },
    ),
}
"""A layer, the equations that it has, and those that it has by mistake."""


def limits(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Each field by itself, and the mistake that gives the subject's numbers."""
    return [
        Finding(words, FAMILIES)
        for layer, right, wrong in ASKED.values()
        for words in _told(subject, trial, layer, right, wrong)
    ]


def _told(
    subject: Implementation,
    trial: Trial,
    layer: LSTM,
    right: Changes,
    wrong: dict[str, Changes],
) -> list[str]:
    spec = ModelSpec((layer,), FEATURES)
    weights, x = trial.weights(spec, scale=1.0), trial.array(ROWS, STEPS, FEATURES)
    zero = np.zeros((ROWS, UNITS)), np.zeros((ROWS, UNITS))
    try:
        got = trial.model(subject, spec, weights).call(x).outputs
    except Unsupported:
        return []

    def gives(changes: Changes) -> bool:
        return matches(got, run(weights, x, zero, **changes).outputs)

    if gives(right):
        return []
    return [words for words, changes in wrong.items() if gives(changes)][:1]
