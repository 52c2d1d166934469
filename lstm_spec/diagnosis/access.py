"""Reading and setting states, and initial states that are given to a stateful model."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation, Model
from lstm_spec.diagnosis.carry import FEATURES, ROWS, UNITS
from lstm_spec.diagnosis.equations import State, run
from lstm_spec.diagnosis.finding import Finding, matches, nearest
from lstm_spec.diagnosis.rounding import ROUNDINGS
from lstm_spec.model import LSTM, ModelSpec

FAMILIES = ("STATE", "LIFE", "MASK", "GRAD")
STEPS = 2

SPEC = ModelSpec((LSTM(UNITS, stateful=True),), FEATURES, batch_size=ROWS)


def _same(got: State, expected: State) -> bool:
    return all(matches(*pair) for pair in zip(got, expected, strict=True))


def _spread(a: Array) -> Array:
    return np.repeat(a[:1], len(a), axis=0)


def reading_and_setting(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> list[Finding]:
    """States are read after two calls; then other states are set, and a call follows."""
    weights = trial.weights(SPEC)
    ours = trial.model(subject, SPEC, weights)
    first, second, third = trial.array(3, ROWS, STEPS, FEATURES)
    zero = np.zeros((ROWS, UNITS)), np.zeros((ROWS, UNITS))
    before = run(weights, first, zero).state
    after = run(weights, second, before).state
    ours.call(first)
    ours.call(second)
    findings = _read(ours.get_states()[0], before, after)
    if not findings and _same(ours.get_states()[0], zero):
        return [Finding("reading the states clears them", FAMILIES)]
    (h, c) = trial.states(SPEC, ROWS)[0]
    held = ours.get_weights()
    ours.set_states([(h.copy(), c.copy())])
    if not all(map(np.array_equal, held, ours.get_weights())):
        return [*findings, Finding("setting the states changes the weights", FAMILIES)]
    got = ours.call(third).outputs
    told = {
        "": (h, c),
        "set_states exchanges h and c": (c, h),
        "set_states does nothing": after,
        "set_states sets only h": (h, 0 * c),
        "set_states sets only c": (0 * h, c),
        "set_states adds to the existing state": (h + after[0], c + after[1]),
        "set_states gives row 0's state to every row": (_spread(h), _spread(c)),
        **{
            f"set_states rounds the states to {name}": (narrow(h), narrow(c))
            for name, narrow in ROUNDINGS.items()
        },
    }
    mistake = nearest(told, lambda state: matches(got, run(weights, third, state).outputs[:, -1]))
    mistake = mistake or _shared(ours, trial)
    return [*findings, Finding(mistake, FAMILIES)] if mistake else findings


def _shared(ours: Model, trial: Trial) -> str:
    """Whether arrays are passed that the model continues to use."""
    given = trial.states(SPEC, ROWS)
    ours.set_states(given)
    read = ours.get_states()
    was = [(np.array(h), np.array(c)) for h, c in read]
    given[0][0][...] = 0
    followed = not _same(ours.get_states()[0], was[0])
    ours.call(trial.array(ROWS, STEPS, FEATURES))
    moved = not _same(read[0], was[0])
    if followed:
        return "the states that are set are shared with the model"
    return "the states that are read are shared with the model" if moved else ""


def _read(got: State, before: State, after: State) -> list[Finding]:
    h, c = after
    told = {
        "": after,
        "get_states gives c before h": (c, h),
        "get_states gives the states before the last call": before,
        "get_states gives zeros": (0 * h, 0 * c),
        **{
            f"get_states gives {name} numbers": (narrow(h), narrow(c))
            for name, narrow in ROUNDINGS.items()
        },
    }
    mistake = nearest(told, lambda state: _same(got, state))
    return [Finding(mistake, FAMILIES)] if mistake else []


def after_reset(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Whether zeros of the right shape are read after a reset."""
    ours = trial.model(subject, SPEC, trial.weights(SPEC))
    ours.reset_states()
    h, c = ours.get_states()[0]
    if h.shape == c.shape == (ROWS, UNITS):
        return []
    return [Finding(f"after a reset the states have shape {h.shape}", FAMILIES)]


def stacked(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """The order in which the states of a stack are read and set."""
    layer = LSTM(UNITS, return_sequences=True, stateful=True)
    spec = ModelSpec((layer, layer), FEATURES, batch_size=ROWS)
    ours, theirs = trial.twins(subject, oracle, spec)
    x = trial.array(ROWS, STEPS, FEATURES)
    ours.call(x)
    theirs.call(x)
    got, expected = ours.get_states(), theirs.get_states()
    findings = []
    if all(map(_same, got, expected[::-1])):
        findings = [
            Finding("the states of a stack are read from the last layer to the first", FAMILIES)
        ]
    states = trial.states(spec, ROWS)
    ours.set_states(states)
    theirs.set_states(states[::-1])
    if matches(ours.call(x).outputs, theirs.call(x).outputs):
        findings += [
            Finding("the states of a stack are set from the last layer to the first", FAMILIES)
        ]
    return findings


def given_states(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A stateful model is called, then called with an initial state, then called again."""
    weights = trial.weights(SPEC)
    ours = trial.model(subject, SPEC, weights)
    first, second, third = trial.array(3, ROWS, STEPS, FEATURES)
    (h, c) = trial.states(SPEC, ROWS)[0]
    zero = np.zeros((ROWS, UNITS)), np.zeros((ROWS, UNITS))
    before = run(weights, first, zero).state
    ours.call(first)
    got = ours.call(second, initial_state=[(h, c)]).outputs
    told = {
        "": (h, c),
        "a stateful model ignores a given initial state": before,
        "a stateful model adds a given initial state to its own": (h + before[0], c + before[1]),
        "a stateful model starts from zero even if a state is given": zero,
    }
    mistake = nearest(told, lambda start: matches(got, run(weights, second, start).outputs[:, -1]))
    if mistake != "":
        return [Finding(mistake, FAMILIES)] if mistake else []
    later = ours.call(third).outputs
    for words, start in (
        ("a stateful model does not keep the final state of a call that was given one", before),
        ("an initial state that is given once is used for the next call as well", (h, c)),
    ):
        if matches(later, run(weights, third, start).outputs[:, -1]):
            return [Finding(words, FAMILIES)]
    return []


def given_to_a_stateless_model(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> list[Finding]:
    """Whether an initial state is forgotten after the call for which it was given."""
    spec = ModelSpec((LSTM(UNITS),), FEATURES)
    weights = trial.weights(spec)
    ours = trial.model(subject, spec, weights)
    first, second = trial.array(2, ROWS, STEPS, FEATURES)
    state = trial.states(spec, ROWS)[0]
    ours.call(first, initial_state=[state])
    got = ours.call(second).outputs
    if matches(got, run(weights, second, state).outputs[:, -1]):
        return [
            Finding("an initial state that is given once is used for every later call", FAMILIES)
        ]
    return []
