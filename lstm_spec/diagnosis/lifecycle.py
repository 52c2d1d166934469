"""Which operation moves, keeps or clears the carried state, read from the call that follows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lstm_spec.contract import Array, Capability, Implementation, Model, States
from lstm_spec.diagnosis import Finding, matches
from lstm_spec.model import LSTM, SGD, ModelSpec
from lstm_spec.trial import Trial

UNITS, FEATURES, STEPS, ROWS = 4, 3, 2, 3
FAMILIES = ("STATE", "LIFE", "TRAIN", "PIPE")

STILL = SGD(learning_rate=0.0)
"""Training with this rate runs everything and moves no weight, so the state can be seen alone."""

Operation = Callable[[Any, Array, Array], Any]
"""``operation(model, x (2 batches of rows), y)``: what may move the state."""

OPERATIONS: dict[str, tuple[Operation, tuple[Capability, ...], int]] = {
    "call": (lambda m, x, y: m.call(x[:ROWS]), (), 1),
    "predict": (lambda m, x, y: m.predict(x, ROWS), (Capability.PREDICT,), 2),
    "predict_on_batch": (lambda m, x, y: m.predict_on_batch(x[:ROWS]), (Capability.PREDICT,), 1),
    "evaluate": (lambda m, x, y: m.evaluate(x, y, ROWS), (Capability.EVALUATE,), 2),
    "test_on_batch": (
        lambda m, x, y: m.test_on_batch(x[:ROWS], y[:ROWS]),
        (Capability.EVALUATE,),
        1,
    ),
    "train_on_batch": (
        lambda m, x, y: m.train_on_batch(x[:ROWS], y[:ROWS]),
        (Capability.TRAIN,),
        1,
    ),
    "fit": (
        lambda m, x, y: m.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False),
        (Capability.FIT,),
        2,
    ),
    "get_weights": (lambda m, x, y: m.get_weights(), (), 0),
    "set_weights": (lambda m, x, y: m.set_weights(m.get_weights()), (), 0),
}
"""Each with the capabilities it needs and how many batches it runs through the state."""


def operations(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """What every operation does to the state, and the end of an epoch, and validation."""
    layer = LSTM(UNITS, stateful=True)
    spec = ModelSpec((layer,), FEATURES, batch_size=ROWS, optimizer=STILL)
    ours, theirs = trial.twins(subject, oracle, spec)
    warm, probe = trial.array(2, ROWS, STEPS, FEATURES)
    x, y = trial.array(2 * ROWS, STEPS, FEATURES), trial.array(2 * ROWS, UNITS)
    states = _after(theirs, warm)
    findings = []
    for name, (operation, needs, batches) in OPERATIONS.items():
        if not set(needs) <= set(subject.capabilities):
            continue
        ours.reset_states()
        ours.call(warm)
        operation(ours, x, y)
        got = ours.call(probe).outputs
        moved = _moved(theirs, states, x, batches)
        told = {
            "": moved,
            f"{name} leaves the state where it was": states,
            f"{name} clears the state": _cleared(states),
            f"after {name} only h is kept": [(h, c * 0) for h, c in moved],
            f"after {name} only c is kept": [(h * 0, c) for h, c in moved],
            f"{name} carries the state of its first batch only": _moved(theirs, states, x, 1),
        }
        findings += _first_that_matches(told, got, theirs, probe)
    if Capability.FIT in subject.capabilities:
        findings += _fit(ours, theirs, warm, probe, (x, y))
    return findings


def _fit(
    ours: Model, theirs: Model, warm: Array, probe: Array, data: tuple[Array, Array]
) -> list[Finding]:
    """The end of an epoch, and validation inside fit."""
    x, y = data
    states = _after(theirs, warm)
    validation = x[::-1].copy(), y

    def fitted(epochs: int, **how: Any) -> Array:
        ours.reset_states()
        ours.call(warm)
        ours.fit(x, y, batch_size=ROWS, epochs=epochs, shuffle=False, **how)
        return ours.call(probe).outputs

    once = _moved(theirs, states, x, 2)
    validated = _moved(theirs, once, validation[0], 2)
    epochs = {
        "": _moved(theirs, once, x, 2),
        "fit clears the state at the start of every epoch": _moved(theirs, _cleared(states), x, 2),
        "fit clears the state at the end of every epoch": _cleared(states),
        "fit goes back to the state before it at every epoch": once,
    }
    inside = {
        "": validated,
        "validation inside fit does not run through the training state": once,
        "validation inside fit clears the state before it": _moved(
            theirs, _cleared(states), validation[0], 2
        ),
        "validation inside fit leaves a cleared state": _cleared(states),
    }
    return [
        *_first_that_matches(epochs, fitted(2), theirs, probe),
        *_first_that_matches(inside, fitted(1, validation_data=validation), theirs, probe),
    ]


def _first_that_matches(
    told: dict[str, States], got: Array, oracle: Model, probe: Array
) -> list[Finding]:
    for mistake, states in told.items():
        oracle.set_states(states)
        if matches(got, oracle.call(probe).outputs):
            return [Finding(mistake, FAMILIES)] if mistake else []
    return []


def _after(oracle: Model, batch: Array) -> States:
    """The oracle's state after one batch from zero."""
    oracle.reset_states()
    oracle.call(batch)
    return oracle.get_states()


def _moved(oracle: Model, states: States, x: Array, batches: int) -> States:
    """The oracle's state after so many batches from given states."""
    oracle.set_states(states)
    for index in range(batches):
        oracle.call(x[index * ROWS : (index + 1) * ROWS])
    return oracle.get_states()


def _cleared(states: States) -> States:
    return [(np.zeros_like(h), np.zeros_like(c)) for h, c in states]
