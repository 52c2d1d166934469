"""Which block of which gradient is wrong, and how it is related to the right one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Gradients, Implementation
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import LSTM, ModelSpec

ROWS, STEPS, FEATURES, UNITS = 3, 5, 2, 4
FAMILIES = ("GRAD", "TRAIN", "PIPE", "LIFE")
SPEC = ModelSpec((LSTM(UNITS),), FEATURES)
GATES = ("input gate", "forget gate", "cell gate", "output gate")
WRONG, ZERO = "is wrong", "is zero"
NEAR = 1e-5
ARRAYS = ("kernel", "recurrent kernel", "bias")


def by_gate(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """The gradients of one batch by array and gate: of a single step, then of several.

    A single step from a given state shows each gate alone; over several steps, what is wrong in one
    reaches all of them.
    """
    given = Capability.INITIAL_STATE in subject.capabilities
    for steps in (1, STEPS) if given else (STEPS,):
        got, right, rows = _both(subject, oracle, trial, steps)
        if abs(got.loss - right.loss) > NEAR:
            return []  # what is wrong is wrong on the way there
        if all(map(matches, got.weights, right.weights)):
            if not matches(got.x, right.x):
                return _finding(f"of x {_related(got.x, right.x, [])}")
            continue
        found = _compared(got, right, rows, steps)
        if found or steps == 1 or not given:
            return found
        return _finding("is right for a single step, and wrong over several")
    return []


def _both(
    subject: Implementation, oracle: Implementation, trial: Trial, steps: int
) -> tuple[Gradients, Gradients, list[Sequence[Array]]]:
    """The subject's gradients, the oracle's, and the oracle's for each row alone."""
    ours, theirs = trial.twins(subject, oracle, SPEC)
    x, y = trial.array(ROWS, steps, FEATURES), trial.array(ROWS, UNITS)
    state = [trial.states(SPEC, ROWS)[0]] if steps == 1 else None

    def of_row(k: int) -> Sequence[Array]:
        one = slice(k, k + 1)
        from_state = [(state[0][0][one], state[0][1][one])] if state else None
        return theirs.gradients(x[one], y[one], from_state).weights

    rows = [of_row(k) for k in range(ROWS)]
    return ours.gradients(x, y, state), theirs.gradients(x, y, state), rows


def _compared(
    got: Gradients, right: Gradients, rows: Sequence[Sequence[Array]], steps: int
) -> list[Finding]:
    """Which arrays and gates are wrong, if it can be said in a few words."""
    told: dict[tuple[str, str], str] = {}
    for index, array in enumerate(ARRAYS):
        if np.shape(got.weights[index]) != right.weights[index].shape:
            return []
        blocks = [np.split(one, 4, axis=-1) for one in (got.weights[index], right.weights[index])]
        alone = [np.split(one[index], 4, axis=-1) for one in rows]
        for gate, ours_is, right_is, *of_rows in zip(GATES, *blocks, *alone, strict=True):
            if not matches(ours_is, right_is):
                told[array, gate] = _related(ours_is, right_is, of_rows)
    arrays = list(dict.fromkeys(array for array, _ in told))
    gates = list(dict.fromkeys(gate for _, gate in told))
    if len(told) != len(arrays) * len(gates):
        return []
    how = set(told.values())
    words = how.pop() if len(how) == 1 else WRONG
    if len(gates) == len(GATES):
        if len(arrays) == len(ARRAYS):
            where = "for a single step, " if steps == 1 and words == ZERO else ""
            return [] if words == WRONG else _finding(f"of every weight {words}", where)
        return _finding(f"of the {' and the '.join(arrays)} {words}")
    of_gates = " and the ".join(gates)
    if len(arrays) == len(ARRAYS):
        return _finding(f"of the {of_gates} {words}")
    return _finding(f"of the {' and the '.join(arrays)} of the {of_gates} {words}")


def _finding(words: str, where: str = "") -> list[Finding]:
    return [Finding(f"{where}the gradient {words}", FAMILIES)]


def _related(got: Array, right: Array, rows: Sequence[Array]) -> str:
    """How a gradient that is wrong is related to the right one."""
    if matches(got, 0 * right):
        return ZERO
    for factor, words in (
        (-1.0, "has the opposite sign"),
        (2.0, "is twice as large as it should be"),
        (0.5, "is half as large as it should be"),
        (float(ROWS), "is too large by the number of rows"),
        (1.0 / ROWS, "is too small by the number of rows"),
        (float(STEPS), "is too large by the number of steps"),
        (1.0 / STEPS, "is too small by the number of steps"),
    ):
        if matches(got, factor * right):
            return words
    if rows:
        for part in (1.0, 1.0 / len(rows)):
            for row, words in ((0, "first"), (-1, "last")):
                if matches(got, part * rows[row]):
                    return f"is that of the {words} row, not the sum over rows"
    return WRONG
