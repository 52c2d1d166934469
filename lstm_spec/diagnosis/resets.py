"""What a reset leaves: in one layer, the second time, and in the weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation
from lstm_spec.diagnosis.carry import FEATURES, ROWS, UNITS
from lstm_spec.diagnosis.equations import State, run
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import LSTM, ModelSpec

FAMILIES = ("STATE", "LIFE", "TRAIN", "PIPE")
STEPS = 2


def _only(a: Array, cleared: Callable[[Array], Array]) -> Array:
    return a * ~cleared(np.arange(len(a)))[:, None]


RESETS: dict[str, Callable[[State], State]] = {
    "": lambda s: (0 * s[0], 0 * s[1]),
    "reset_states does nothing": lambda s: s,
    "reset_states clears h but not c": lambda s: (0 * s[0], s[1]),
    "reset_states clears c but not h": lambda s: (s[0], 0 * s[1]),
    "reset_states clears only the first row": lambda s: (
        _only(s[0], lambda row: row == 0),
        _only(s[1], lambda row: row == 0),
    ),
    "reset_states clears every row but the first": lambda s: (
        _only(s[0], lambda row: row > 0),
        _only(s[1], lambda row: row > 0),
    ),
    "reset_states sets the state to one": lambda s: (0 * s[0] + 1, 0 * s[1] + 1),
    "reset_states halves the state": lambda s: (s[0] / 2, s[1] / 2),
    "reset_states leaves a tenth of the state": lambda s: (s[0] / 10, s[1] / 10),
    "reset_states leaves a hundredth of the state": lambda s: (s[0] / 100, s[1] / 100),
    "reset_states leaves a thousandth of the state": lambda s: (s[0] / 1000, s[1] / 1000),
    "reset_states swaps h and c": lambda s: (s[1], s[0]),
    "reset_states reverses the sign of the state": lambda s: (-s[0], -s[1]),
}


def after_reset(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Two calls, a reset and a call; then two resets in succession, and a later one.

    Some mistakes show only the second time.
    """
    spec = ModelSpec((LSTM(UNITS, stateful=True),), FEATURES, batch_size=ROWS)
    weights = trial.weights(spec)
    batches = trial.array(6, ROWS, STEPS, FEATURES)
    ours = trial.model(subject, spec, weights)
    first = ours.call(batches[0]).outputs
    zero = np.zeros((ROWS, UNITS)), np.zeros((ROWS, UNITS))
    if not matches(first, run(weights, batches[0], zero).outputs[:, -1]):
        return []  # whatever is wrong is wrong before anything is reset
    kept = ours.get_weights()
    ours.reset_states()
    if any(not np.array_equal(now, was) for now, was in zip(ours.get_weights(), kept, strict=True)):
        return [Finding("reset_states changes the weights", FAMILIES)]
    got = [ours.call(batches[1]).outputs, ours.call(batches[2]).outputs]
    before = run(weights, batches[0], zero).state
    for mistake, reset in RESETS.items():
        result = run(weights, batches[1], reset(before))
        next_one = run(weights, batches[2], result.state)
        expected = [result.outputs[:, -1], next_one.outputs[:, -1]]
        if all(map(matches, got, expected)):
            if mistake:
                return [Finding(mistake, FAMILIES)]
            break
    else:
        late = run(weights, batches[1], before), run(weights, batches[2], zero)
        if all(matches(one, each.outputs[:, -1]) for one, each in zip(got, late, strict=True)):
            return [Finding("reset_states takes effect one batch late", FAMILIES)]
        return []
    state = run(weights, batches[2], result.state).state
    ours.reset_states()
    again = ours.call(batches[3]).outputs
    if matches(again, run(weights, batches[3], state).outputs[:, -1]):
        return [Finding("reset_states does nothing the second time", FAMILIES)]
    ours.reset_states()
    ours.reset_states()
    twice = ours.call(batches[4]).outputs
    state = run(weights, batches[3], zero).state
    if matches(twice, run(weights, batches[4], state).outputs[:, -1]):
        return [Finding("a second reset restores the state", FAMILIES)]
    return []
