"""Which operation changes, keeps or clears the carried state, as the call after it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.diagnosis.equations import State, run
from lstm_spec.diagnosis.finding import Finding, matches, nearest
from lstm_spec.model import LSTM, SGD, ModelSpec

UNITS, FEATURES, STEPS, ROWS, BATCHES = 4, 3, 2, 3, 3
FAMILIES = ("STATE", "LIFE", "GRAD", "TRAIN", "PIPE")

STILL = SGD(learning_rate=0.0)
"""Training with this rate runs everything and changes no weight, so only the state changes."""

SPEC = ModelSpec((LSTM(UNITS, stateful=True),), FEATURES, batch_size=ROWS, optimizer=STILL)

Operation = Callable[[Any, "Scene"], Any]
"""``done(model, scene)``, on the data of the scene: what may change the state."""

OPERATIONS: dict[str, tuple[Operation, tuple[Capability, ...], int]] = {
    "call": (lambda m, s: m.call(s.x[:ROWS]), (), 1),
    "predict": (lambda m, s: m.predict(s.x, ROWS), (Capability.PREDICT,), BATCHES),
    "predict_on_batch": (lambda m, s: m.predict_on_batch(s.x[:ROWS]), (Capability.PREDICT,), 1),
    "evaluate": (lambda m, s: m.evaluate(s.x, s.y, ROWS), (Capability.EVALUATE,), BATCHES),
    "test_on_batch": (
        lambda m, s: m.test_on_batch(s.x[:ROWS], s.y[:ROWS]),
        (Capability.EVALUATE,),
        1,
    ),
    "train_on_batch": (
        lambda m, s: m.train_on_batch(s.x[:ROWS], s.y[:ROWS]),
        (Capability.TRAIN,),
        1,
    ),
    "gradients": (
        lambda m, s: m.gradients(s.x[:ROWS], s.y[:ROWS]),
        (Capability.GRADIENTS,),
        1,
    ),
    "fit": (
        lambda m, s: m.fit(s.x, s.y, batch_size=ROWS, epochs=1, shuffle=False),
        (Capability.FIT,),
        BATCHES,
    ),
    "get_weights": (lambda m, s: m.get_weights(), (), 0),
    "set_weights": (lambda m, s: m.set_weights(s.weights), (), 0),
}
"""Each with the capabilities it needs and how many batches it runs through the state."""


class AnotherMistake(Exception):
    """Even the first call gives wrong numbers, so nothing can be said about what is carried on from
    it.
    """


class Scene:
    """A subject with its weights and data; every experiment starts from a known state that is not
    zero.

    Raises AnotherMistake for a subject whose single call is wrong; ``diagnose`` skips it.
    """

    weights: list[Array]
    x: Array
    y: Array

    def __init__(self, subject: Implementation, trial: Trial) -> None:
        self.weights = trial.weights(SPEC)
        self.ours: Model = trial.model(subject, SPEC, self.weights)
        self.warm, self.probe = trial.array(2, ROWS, STEPS, FEATURES)
        self.x = trial.array(BATCHES * ROWS, STEPS, FEATURES)
        self.y = trial.array(BATCHES * ROWS, UNITS)
        self.zero: State = (np.zeros((ROWS, UNITS)), np.zeros((ROWS, UNITS)))
        first = run(self.weights, self.warm, self.zero)
        if not matches(self.ours.call(self.warm).outputs, first.outputs[:, -1]):
            raise AnotherMistake
        self.before = first.state

    def batches(self, count: int = BATCHES) -> list[Array]:
        """The first batches of x."""
        return [self.x[k * ROWS : (k + 1) * ROWS] for k in range(count)]

    def moved(self, state: State, batches: list[Array]) -> State:
        """The state after these batches."""
        for batch in batches:
            state = run(self.weights, batch, state).state
        return state

    def after(self, operation: Callable[[Any], Any]) -> tuple[Array, bool]:
        """What the probe gives after an operation, and whether the weights have changed."""
        self.ours.set_weights(self.weights)
        self.ours.reset_states()
        self.ours.call(self.warm)
        operation(self.ours)
        got = self.ours.call(self.probe).outputs
        same = all(map(np.array_equal, self.ours.get_weights(), self.weights))
        return got, not same

    def named(self, got: Array, told: Mapping[str, State]) -> list[Finding]:
        """The mistake with whose state the probe gives these numbers."""
        mistake = nearest(
            told, lambda state: matches(got, run(self.weights, self.probe, state).outputs[:, -1])
        )
        return [Finding(mistake, FAMILIES)] if mistake else []


def between(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Nothing between two calls: whether calls themselves change the weights."""
    scene = Scene(subject, trial)
    _, moved = scene.after(lambda model: None)
    return [Finding("call changes the weights", FAMILIES)] if moved else []


def operation(
    name: str, subject: Implementation, oracle: Implementation, trial: Trial
) -> list[Finding]:
    """What one operation does to the state, and to the weights if it must not train."""
    scene = Scene(subject, trial)
    done, _, count = OPERATIONS[name]
    got, weights_moved = scene.after(lambda model: done(model, scene))
    if weights_moved:
        trains = " with a learning rate of zero" if name in ("train_on_batch", "fit") else ""
        return [Finding(f"{name}{trains} changes the weights", FAMILIES)]
    return scene.named(got, _mistakes(scene, name, count))


def _mistakes(scene: Scene, name: str, count: int) -> dict[str, State]:
    """What the state may be after an operation of so many batches."""
    before, zero = scene.before, scene.zero
    batches = scene.batches(count)
    moved = scene.moved(before, batches)
    told = {
        "": moved,
        f"{name} does not change the state": before,
        f"{name} clears the state": zero,
        f"after {name} only h is kept": (moved[0], zero[1]),
        f"after {name} only c is kept": (zero[0], moved[1]),
        f"{name} changes h but not c": (moved[0], before[1]),
        f"{name} changes c but not h": (before[0], moved[1]),
    }
    if batches:
        twice = [batch for batch in batches for _ in range(2)]
        told[f"{name} runs its batch twice"] = scene.moved(before, twice)
        told[f"{name} starts from a cleared state"] = scene.moved(zero, batches)
    if count > 1:
        told[f"{name} carries the state of its first batch only"] = scene.moved(before, batches[:1])
        told[f"{name} carries the state of its last batch only"] = scene.moved(zero, batches[-1:])
    return told


def epochs(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """The end of an epoch inside fit."""
    scene = Scene(subject, trial)
    batches = scene.batches()
    once = scene.moved(scene.before, batches)
    got, _ = scene.after(
        lambda m: m.fit(scene.x, scene.y, batch_size=ROWS, epochs=2, shuffle=False)
    )
    return scene.named(
        got,
        {
            "": scene.moved(once, batches),
            "fit clears the state at the start of every epoch": scene.moved(scene.zero, batches),
            "fit clears the state at the end of every epoch": scene.zero,
            "fit restores the state from before it at every epoch": once,
        },
    )


def validation(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Validation inside fit."""
    scene = Scene(subject, trial)
    x, y = scene.x[::-1].copy(), scene.y
    rows = [x[k * ROWS : (k + 1) * ROWS] for k in range(BATCHES)]
    once = scene.moved(scene.before, scene.batches())
    how: dict[str, Any] = {"batch_size": ROWS, "epochs": 1, "shuffle": False}
    got, _ = scene.after(lambda m: m.fit(scene.x, scene.y, validation_data=(x, y), **how))
    inside = "validation inside fit"
    return scene.named(
        got,
        {
            "": scene.moved(once, rows),
            f"{inside} does not use the training state": once,
            f"{inside} clears the state before it": scene.moved(scene.zero, rows),
            f"{inside} leaves a cleared state": scene.zero,
        },
    )
