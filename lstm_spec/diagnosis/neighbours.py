"""Two models of one engine: whether what is done with one of them reaches the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.diagnosis.carry import FEATURES, ROWS, UNITS
from lstm_spec.diagnosis.equations import State, run
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import LSTM, SGD, ModelSpec

FAMILIES = ("STATE", "LIFE", "TRAIN", "PIPE")
STEPS = 2
SPEC = ModelSpec((LSTM(UNITS, stateful=True),), FEATURES, batch_size=ROWS, optimizer=SGD(0.1))


def states(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A model is called, then another one, then the first again; the other one may be a clone."""
    others: dict[str, Callable[[Model], Model]] = {
        "models of any description share their state": lambda model: trial.model(
            subject, replace(SPEC, optimizer=SGD(0.3)), trial.weights(SPEC)
        ),
        "two models of one description share their state": lambda model: trial.model(
            subject, SPEC, trial.weights(SPEC)
        ),
    }
    if Capability.CLONE in subject.capabilities:
        others["a clone and its model share their state"] = lambda model: model.clone()
    for words, other in others.items():  # the most general first
        if _share_their_state(subject, trial, other):
            return [Finding(words, FAMILIES)]
    return []


def _share_their_state(
    subject: Implementation, trial: Trial, other: Callable[[Model], Model]
) -> bool:
    """Whether a model goes on from the state of another one."""
    weights = trial.weights(SPEC)
    ours = trial.model(subject, SPEC, weights)
    first, between, last = trial.array(3, ROWS, STEPS, FEATURES)
    zero: State = np.zeros((ROWS, UNITS)), np.zeros((ROWS, UNITS))
    before = run(weights, first, zero).state
    ours.call(first)
    twin = other(ours)
    twin.call(between)
    got = ours.call(last).outputs
    if matches(got, run(weights, last, before).outputs[:, -1]):
        return False
    its = [np.asarray(one) for one in twin.get_weights()]
    ends = [run(its, between, start).state for start in (zero, before)]
    return any(matches(got, run(weights, last, end).outputs[:, -1]) for end in ends)


def weights(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A model is trained, or gets other weights, and those of another one are read."""
    can = set(subject.capabilities)
    x, y = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, UNITS)
    doings: dict[str, Callable[[Any], Any]] = {
        "setting the weights of a model": lambda m: m.set_weights(trial.weights(SPEC))
    }
    if Capability.TRAIN in can:
        doings["training a model"] = lambda m: m.train_on_batch(x, y)
    for doing, do in doings.items():
        one, other = (trial.model(subject, SPEC, trial.weights(SPEC)) for _ in range(2))
        if _reaches(one, other, do):
            return [Finding(f"{doing} changes the weights of another one", FAMILIES)]
        if Capability.CLONE in can and _reaches(one, one.clone(), do):
            return [Finding("a clone and its model share their weights", FAMILIES)]
    return []


def _reaches(one: Model, other: Model, do: Callable[[Any], Any]) -> bool:
    """Whether something that is done with another model changes the weights of this one."""
    kept: list[Array] = one.get_weights()
    do(other)
    return not all(map(matches, one.get_weights(), kept))
