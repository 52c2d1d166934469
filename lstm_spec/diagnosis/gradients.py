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
GATES = ("input gate", "forget gate", "cell", "output gate")
WRONG = "is wrong"
ARRAYS = ("kernel", "recurrent kernel", "bias")


def by_gate(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """The gradients of one batch by array and gate: of a single step, then of several.

    A single step from a given state shows each gate alone; over several steps, what is wrong in one
    reaches all of them.
    """
    given = Capability.INITIAL_STATE in subject.capabilities
    if given and (found := _compared(subject, oracle, trial, 1)):
        return found
    found = _compared(subject, oracle, trial, STEPS)
    if given and not found and not _agree(*_both(subject, oracle, trial, STEPS)[:2]):
        return _finding("is right for a single step, and wrong over several")
    return found


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


def _agree(got: Gradients, right: Gradients) -> bool:
    return all(map(matches, got.weights, right.weights))


def _compared(
    subject: Implementation, oracle: Implementation, trial: Trial, steps: int
) -> list[Finding]:
    """Which arrays and gates are wrong, if it can be said in a few words."""
    got, right, rows = _both(subject, oracle, trial, steps)
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
        return [] if matches(got.x, right.x) else _finding(f"of x {_related(got.x, right.x, [])}")
    arrays = list(dict.fromkeys(array for array, _ in told))
    gates = list(dict.fromkeys(gate for _, gate in told))
    if len(told) != len(arrays) * len(gates):
        return []
    how = set(told.values())
    words = how.pop() if len(how) == 1 else WRONG
    if len(gates) == len(GATES):
        if len(arrays) == len(ARRAYS):
            return [] if words == WRONG else _finding(f"of every weight {words}")
        return _finding(f"of the {' and the '.join(arrays)} {words}")
    of_gates = " and the ".join(gates)
    if len(arrays) == len(ARRAYS):
        return _finding(f"of the {of_gates} {words}")
    return _finding(f"of the {' and the '.join(arrays)} of the {of_gates} {words}")


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
    return WRONG
