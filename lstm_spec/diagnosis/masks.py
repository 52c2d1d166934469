"""What a subject does at a masked step: the meaning and the rule that give its numbers.

The trace has masked steps at the beginning, in the middle and at the end of rows, a row that is
masked completely, and a given state.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation, padding_output_of
from lstm_spec.diagnosis.equations import Result, State, held, run
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import LSTM, ModelSpec

UNITS, FEATURES = 4, 3
MASK = np.array(
    [
        [False, True, True, False, True, True],
        [True, True, False, False, True, False],
        [True, True, True, True, False, False],
        [False, False, False, False, False, False],
        [True, True, True, True, True, True],
    ]
)
SPEC = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)
FAMILIES = ("MASK", "GRAD", "TRAIN", "PIPE")

Rule = Callable[[Array, State, State], State]

RULES: dict[str, Rule] = {
    "": held,
    "c changes at masked steps": lambda v, new, old: (np.where(v, new[0], old[0]), new[1]),
    "h changes at masked steps": lambda v, new, old: (new[0], np.where(v, new[1], old[1])),
    "a masked step clears the state": lambda v, new, old: (
        np.where(v, new[0], 0),
        np.where(v, new[1], 0),
    ),
    "a masked step clears h": lambda v, new, old: (
        np.where(v, new[0], 0),
        np.where(v, new[1], old[1]),
    ),
    "a masked step clears c": lambda v, new, old: (
        np.where(v, new[0], old[0]),
        np.where(v, new[1], 0),
    ),
    "a masked step halves the state": lambda v, new, old: (
        np.where(v, new[0], old[0] / 2),
        np.where(v, new[1], old[1] / 2),
    ),
    "a masked step halves h": lambda v, new, old: (
        np.where(v, new[0], old[0] / 2),
        np.where(v, new[1], old[1]),
    ),
    "a masked step halves c": lambda v, new, old: (
        np.where(v, new[0], old[0]),
        np.where(v, new[1], old[1] / 2),
    ),
}

RUN_ON_ZERO = {"masked steps are run with an input of zero": lambda v, new, old: new}
"""With the step's own input, this rule would be the same as ignoring the mask."""


def _lengths(mask: Array) -> Array:
    """The mask as an engine sees it that only knows how many steps of a row are valid."""
    lengths: Array = mask.sum(axis=1, keepdims=True)
    return np.arange(mask.shape[1]) < lengths


def _after_the_first(mask: Array) -> Array:
    """True from the first valid step on."""
    after: Array = np.maximum.accumulate(mask, axis=1)
    return after


def _until_the_last(mask: Array) -> Array:
    """True up to the last valid step."""
    return _after_the_first(mask[:, ::-1])[:, ::-1]


def _never_empty(mask: Array) -> Array:
    """A row that is masked completely gets its first step back."""
    filled = mask.copy()
    filled[~mask.any(axis=1), 0] = True
    return filled


def _with_valid(mask: Array, step: int) -> Array:
    """One step is valid in every row."""
    filled = mask.copy()
    filled[:, step] = True
    return filled


MEANINGS: dict[str, Callable[[Array], Array]] = {
    "": lambda mask: mask,
    "the mask is ignored": np.ones_like,
    "the mask is inverted: True means masked": np.logical_not,
    "only the number of valid steps is used, as if all masked steps were at the end": _lengths,
    "only masked steps at the end of a row are used": _until_the_last,
    "only masked steps at the beginning of a row are used": _after_the_first,
    "masked steps between valid ones are treated as valid": lambda mask: (
        _after_the_first(mask) & _until_the_last(mask)
    ),
    "the mask of the first row is used for all": lambda mask: np.broadcast_to(mask[:1], mask.shape),
    "a step is masked in every row if it is masked in one": lambda mask: np.broadcast_to(
        mask.all(axis=0), mask.shape
    ),
    "a step is masked only if it is masked in every row": lambda mask: np.broadcast_to(
        mask.any(axis=0), mask.shape
    ),
    "the rows of the mask are in reversed order": lambda mask: mask[::-1],
    "the first step of a row that is masked completely is treated as valid": _never_empty,
    "the first step of every row is treated as valid": lambda mask: _with_valid(mask, 0),
    "the last step of every row is treated as valid": lambda mask: _with_valid(mask, -1),
    "each row is masked by the mask of the row before": lambda mask: np.roll(mask, 1, axis=0),
    "each row is masked by the mask of the row after": lambda mask: np.roll(mask, -1, axis=0),
    "the mask is one step late": lambda mask: np.roll(mask, 1, axis=1),
    "the mask is one step early": lambda mask: np.roll(mask, -1, axis=1),
    "the mask is reversed in time": lambda mask: mask[:, ::-1],
}


def masked(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """One call with a mask: which meaning of the mask and which rule give its numbers."""
    weights, x = trial.weights(SPEC), trial.array(*MASK.shape, FEATURES)
    given = Capability.INITIAL_STATE in subject.capabilities
    state = trial.states(SPEC, len(MASK))[0] if given else _zero(len(MASK))
    ours = trial.model(subject, SPEC, weights)
    start = [state] if given else None
    outputs, final = ours.call(x, MASK.copy(), start)
    right = run(weights, x, state, mask=MASK)

    def agrees(result: Result) -> bool:
        if final is not None:
            return all(matches(*pair) for pair in zip(final[0], result.state, strict=True))
        return matches(outputs[:, -1], result.outputs[:, -1])

    if agrees(right):
        return _emitted(outputs, right, (weights, x, state), subject)
    unmasked = ours.call(x, None, start).outputs
    if not matches(unmasked[:, -1], run(weights, x, state).outputs[:, -1]):
        return []  # whatever is wrong is wrong without a mask
    # An engine may or may not blank what stands in a masked step: it shows where the state runs on.
    blank = np.where(MASK[..., None], x, 0)
    readings = ((x, RULES), (blank, RULES | RUN_ON_ZERO))
    for (meaning, understood), (read, rules) in product(MEANINGS.items(), readings):
        for mistake, rule in rules.items():
            if not meaning and not mistake:
                continue
            if not agrees(run(weights, read, state, mask=understood(MASK), rule=rule)):
                continue
            told = " and ".join(words for words in (meaning, mistake) if words)
            return [Finding(told, FAMILIES)]
    return _of_a_given_state(weights, x, state, agrees)


def _of_a_given_state(
    weights: list[Array], x: Array, state: State, agrees: Callable[[Result], bool]
) -> list[Finding]:
    """Steps at the beginning, and whole rows, that lose the state that they should keep."""
    late = ~MASK[:, :1]
    start = np.where(late, 0, state[0]), np.where(late, 0, state[1])
    right = run(weights, x, state, mask=MASK)
    kept = np.asarray(MASK.any(axis=1))[:, None]
    told = {
        "masked steps at the beginning of a row clear the given state": run(
            weights, x, start, mask=MASK
        ),
        "a row that is masked completely ends with a state of zero": Result(
            right.outputs, (right.state[0] * kept, right.state[1] * kept)
        ),
    }
    return [Finding(words, FAMILIES) for words, result in told.items() if agrees(result)][:1]


def _zero(rows: int) -> State:
    return np.zeros((rows, UNITS)), np.zeros((rows, UNITS))


def _emitted(
    outputs: Array, right: Result, given: tuple[list[Array], Array, State], subject: Implementation
) -> list[Finding]:
    """The states are right, but the outputs at masked steps may not be the declared ones."""
    declared = padding_output_of(subject)
    weights, x, state = given
    valid = MASK[..., None]
    if declared == "undefined":
        return []
    zeroed = np.where(valid, right.outputs, 0)
    head = ~np.maximum.accumulate(MASK, axis=1)[..., None]
    started = np.where(head, np.asarray(state[0])[:, None], right.outputs)
    told = {
        "": right.outputs if declared == "held" else zeroed,
        "masked steps give zero, not the previous output": zeroed,
        "masked steps give the previous output, not zero": right.outputs,
        "the initial h is returned before the first valid step": started,
    }
    for mistake, expected in told.items():
        if matches(outputs, expected):
            return [Finding(mistake, FAMILIES)] if mistake else []
    for read in (x, np.where(valid, x, 0)):
        if matches(outputs, _computed(weights, read, state)):
            return [
                Finding("the output at a masked step is computed as if it were valid", FAMILIES)
            ]
    return []


def _computed(weights: list[Array], x: Array, state: State) -> Array:
    """Outputs of every step from the right state, whether the step is valid or not."""
    outputs = []
    for step in range(x.shape[1]):
        now = slice(step, step + 1)
        outputs.append(run(weights, x[:, now], state).outputs[:, 0])
        state = run(weights, x[:, now], state, mask=MASK[:, now]).state
    return np.stack(outputs, axis=1)


def contents(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """The contents of masked steps: large numbers, then NaN."""
    weights, x = trial.weights(SPEC), trial.array(*MASK.shape, FEATURES)
    ours = trial.model(subject, SPEC, weights)
    before = ours.call(x, mask=MASK.copy()).outputs
    if not matches(before, ours.call(x, mask=MASK.copy()).outputs):
        return []  # it does not depend on its input alone
    large = np.where(MASK[..., None], x, np.float32(1e4))
    if not matches(ours.call(large, mask=MASK.copy()).outputs[MASK], before[MASK]):
        if matches(before[MASK], run(weights, x, _zero(len(x)), mask=MASK).outputs[MASK]):
            return [Finding("the contents of a masked step affect the result", FAMILIES)]
        return []
    nothing = np.where(MASK[..., None], x, np.float32(np.nan))
    if np.isnan(ours.call(nothing, mask=MASK.copy()).outputs[MASK]).any():
        return [Finding("NaN in a masked step affects the result", FAMILIES)]
    return []


def unasked(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A row with steps of zeros and no mask."""
    weights, x = trial.weights(SPEC), trial.array(3, 5, FEATURES)
    x[:, 1:3] = 0.0
    zeros = np.asarray(np.not_equal(x, 0).any(axis=-1))
    got = trial.model(subject, SPEC, weights).call(x).outputs
    skipped = run(weights, x, _zero(3), mask=zeros).outputs
    if matches(got, skipped):
        return [Finding("steps of zeros are skipped without a mask", FAMILIES)]
    return []


def stateful(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A stateful model: a call, a masked call with a row that is masked completely, and a call."""
    spec = ModelSpec((LSTM(UNITS, stateful=True),), FEATURES, batch_size=3)
    weights = trial.weights(spec)
    ours = trial.model(subject, spec, weights)
    x = trial.array(3, 3, 4, FEATURES)
    mask = np.array([[True, True, False, True], [False] * 4, [False, True, True, True]])
    first = run(weights, x[0], _zero(3))
    second = run(weights, x[1], first.state, mask=mask)
    ours.call(x[0])
    ours.call(x[1], mask=mask.copy())
    got = ours.call(x[2]).outputs
    if matches(got, run(weights, x[2], second.state).outputs[:, -1]):
        return []
    kept = np.asarray(mask.any(axis=1))[:, None]
    told = {
        "a masked call does not carry its state": run(weights, x[2], first.state),
        "a row that is masked completely loses its carried state": run(
            weights, x[2], (second.state[0] * kept, second.state[1] * kept)
        ),
        "the mask of a call is also used by the next call": run(
            weights, x[2], second.state, mask=mask
        ),
    }
    for mistake, result in told.items():
        if matches(got, result.outputs[:, -1]):
            return [Finding(mistake, FAMILIES)]
    return []
