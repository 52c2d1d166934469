"""Which block of which gradient is wrong, and how it is related to the right one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import LSTM, ModelSpec

ROWS, STEPS, FEATURES, UNITS = 3, 5, 2, 4
FAMILIES = ("GRAD", "TRAIN", "PIPE", "LIFE")
SPEC = ModelSpec((LSTM(UNITS),), FEATURES)
GATES = ("input gate", "forget gate", "cell", "output gate")
ARRAYS = ("kernel", "recurrent kernel", "bias")


def by_gate(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """The gradients of one batch by array and gate, beside those of each of its rows alone."""
    ours, theirs = trial.twins(subject, oracle, SPEC)
    x, y = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, UNITS)
    got, right = ours.gradients(x, y), theirs.gradients(x, y)
    rows = [theirs.gradients(x[k : k + 1], y[k : k + 1]).weights for k in range(ROWS)]
    told: dict[tuple[str, str], str] = {}
    for index, array in enumerate(ARRAYS):
        if np.shape(got.weights[index]) != right.weights[index].shape:
            return []
        blocks = [np.split(one, 4, axis=-1) for one in (got.weights[index], right.weights[index])]
        alone = [np.split(one[index], 4, axis=-1) for one in rows]
        for gate, ours_is, right_is, *of_rows in zip(GATES, *blocks, *alone, strict=True):
            if not matches(ours_is, right_is):
                told[array, gate] = _related(ours_is, right_is, of_rows)
    if not told:
        same = matches(got.x, right.x)
        return [] if same else _finding(f"of x {_related(got.x, right.x, [])}")
    if len(told) == len(ARRAYS) * len(GATES):
        how = set(told.values())
        return _finding(f"of every weight {how.pop()}") if len(how) == 1 else []
    arrays = list(dict.fromkeys(array for array, _ in told))
    gates = list(dict.fromkeys(gate for _, gate in told))
    how = set(told.values())
    words = how.pop() if len(how) == 1 else "is wrong"
    if len(arrays) == 1 and len(gates) == 1:
        return _finding(f"of the {gates[0]}'s {arrays[0]} {words}")
    if len(arrays) == 1 and len(gates) == len(GATES):
        return _finding(f"of the {arrays[0]} {words}")
    if len(gates) == 1 and len(arrays) == len(ARRAYS):
        return _finding(f"of the {gates[0]} {words}")
    return []


def _finding(words: str) -> list[Finding]:
    return [Finding(f"the gradient {words}", FAMILIES)]


def _related(got: Array, right: Array, rows: Sequence[Array]) -> str:
    """How a gradient that is wrong is related to the right one."""
    if matches(got, 0 * right):
        return "is zero"
    for factor, words in (
        (-1.0, "has the opposite sign"),
        (2.0, "is twice too large"),
        (0.5, "is only half"),
        (float(ROWS), "is as many times too large as there are rows"),
        (1.0 / ROWS, "is as many times too small as there are rows"),
        (float(STEPS), "is as many times too large as there are steps"),
        (1.0 / STEPS, "is as many times too small as there are steps"),
    ):
        if matches(got, factor * right):
            return words
    if rows:
        for part in (1.0, 1.0 / len(rows)):
            for row, words in ((0, "first"), (-1, "last")):
                if matches(got, part * rows[row]):
                    return f"is that of the {words} row, not the sum over rows"
        if np.shape(got) == np.shape(right):
            return "is not the sum over rows"
    return "is wrong"
