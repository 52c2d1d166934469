"""What a subject does at a masked step: the rule that reproduces its outputs.

The oracle takes one valid step at a time; a rule says what becomes of state and output at a step
that is masked. The trace has a masked head, a hole, a tail and a row that is masked throughout.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from lstm_spec.contract import Array, Implementation, Model, padding_output_of
from lstm_spec.diagnosis import Finding, matches
from lstm_spec.model import LSTM, ModelSpec
from lstm_spec.trial import Trial

UNITS, FEATURES = 4, 3
MASK = np.array(
    [
        [True, True, True, True, True, True],
        [False, True, True, False, True, True],
        [True, True, False, False, True, False],
        [True, True, True, True, False, False],
        [False, False, False, False, False, False],
    ]
)

State = tuple[Array, Array]
Rule = Callable[[Array, State, State], State]
"""``rule(valid (batch, 1), state after the step, state before it)``: the state that goes on."""


def _held(valid: Array, new: State, old: State) -> State:
    return np.where(valid, new[0], old[0]), np.where(valid, new[1], old[1])


def _cleared(valid: Array, new: State, old: State) -> State:
    return np.where(valid, new[0], 0), np.where(valid, new[1], 0)


RULES: dict[str, Rule] = {
    "": _held,
    "c runs on through masked steps": lambda v, new, old: (np.where(v, new[0], old[0]), new[1]),
    "h runs on through masked steps": lambda v, new, old: (new[0], np.where(v, new[1], old[1])),
    "a masked step clears the state": _cleared,
    "a masked step clears h": lambda v, new, old: (
        np.where(v, new[0], 0),
        np.where(v, new[1], old[1]),
    ),
    "a masked step clears c": lambda v, new, old: (
        np.where(v, new[0], old[0]),
        np.where(v, new[1], 0),
    ),
}


def _lengths(mask: Array) -> Array:
    """The mask of somebody who knows only how many steps of a row are valid."""
    lengths: Array = mask.sum(axis=1, keepdims=True)
    return np.arange(mask.shape[1]) < lengths


def _until_last(mask: Array) -> Array:
    """The mask of somebody who cuts a row after its last valid step."""
    last = np.where(mask.any(axis=1), mask.shape[1] - np.argmax(mask[:, ::-1], axis=1), 0)
    return np.arange(mask.shape[1]) < last[:, None]


MEANINGS: dict[str, Callable[[Array], Array]] = {
    "": lambda mask: mask,
    "the mask is ignored": np.ones_like,
    "the mask is inverted: True is taken for masked": np.logical_not,
    "only the number of valid steps is used, as if all masked steps were at the end": _lengths,
    "only the tail of a mask is used": _until_last,
    "the mask of the first row is used for all": lambda mask: np.broadcast_to(mask[:1], mask.shape),
    "the mask is one step late": lambda mask: np.roll(mask, 1, axis=1),
    "the mask is reversed in time": lambda mask: mask[:, ::-1],
}


def masked(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """One call with a mask; which meaning of the mask and which rule give its final state."""
    spec = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)
    ours, theirs = trial.twins(subject, oracle, spec)
    x = trial.array(*MASK.shape, FEATURES)
    outputs, states = ours.call(x, mask=MASK)
    # An engine may or may not blank what stands in a masked step: it shows where the state runs on.
    inputs = (x, np.where(MASK[..., None], x, 0))
    for (meaning, understood), (mistake, rule), read in product(
        MEANINGS.items(), RULES.items(), inputs
    ):
        expected, final = stepwise(theirs, read, understood(MASK), rule)
        told = [words for words in (meaning, mistake) if words]
        if states is not None:
            agrees = all(matches(*pair) for pair in zip(states[0], final, strict=True))
        else:
            agrees = matches(outputs[:, -1], expected[:, -1])
        if agrees and told:
            return [Finding(" and ".join(told), ("MASK",))]
        if agrees:
            return _emitted(outputs, expected, subject)
    return []


def stepwise(model: Model, x: Array, mask: Array, rule: Rule) -> tuple[Array, State]:
    """Outputs (batch, time, units) and final state of the oracle under a rule."""
    zero = np.zeros((len(x), UNITS))
    state, output = (zero, zero), zero
    outputs = []
    for step in range(x.shape[1]):
        valid = mask[:, step : step + 1]
        _, after = model.call(x[:, step : step + 1], initial_state=[state])
        assert after is not None  # the oracle returns its states
        output = np.where(valid, after[0][0], output)
        state = rule(valid, after[0], state)
        outputs.append(output)
    return np.stack(outputs, axis=1), state


def _emitted(outputs: Array, held: Array, subject: Implementation) -> list[Finding]:
    """The states are right; what comes out at masked steps may not be what is declared."""
    declared = padding_output_of(subject)
    zeroed = np.where(MASK[..., None], held, 0)
    if declared == "held" and matches(outputs, zeroed):
        return [Finding("masked steps give zero, not the previous output", ("MASK",))]
    if declared == "zero" and matches(outputs, held):
        return [Finding("masked steps give the previous output, not zero", ("MASK",))]
    return []
