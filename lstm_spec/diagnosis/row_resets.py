"""What a reset of single rows leaves: nothing is said where the carry is wrong without one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation, Unsupported
from lstm_spec.diagnosis.carry import FEATURES, UNITS
from lstm_spec.diagnosis.equations import State, run
from lstm_spec.diagnosis.finding import Finding, matches, nearest
from lstm_spec.diagnosis.stacks import Runner, bidirectional, stack
from lstm_spec.model import LSTM, AnyLayer, Bidirectional, ModelSpec

FAMILIES = ("STATE", "LIFE", "TRAIN")
ROWS, STEPS = 5, 2
CHOSEN = (0, 3)
"""The rows that are reset: beside them and those after them, there is still another one."""

LAYER = LSTM(UNITS, return_sequences=True, stateful=True)
ZERO: State = np.zeros((ROWS, UNITS)), np.zeros((ROWS, UNITS))

Rule = Callable[[State], State]


def _without(part: Array, *rows: int) -> Array:
    kept: Array = part.copy()
    kept[list(rows)] = 0
    return kept


def _cleared(*rows: int) -> Rule:
    return lambda s: (_without(s[0], *rows), _without(s[1], *rows))


RESETS: Mapping[str, Rule] = {
    "": _cleared(*CHOSEN),
    "a reset of rows does nothing": lambda s: s,
    "a reset of rows resets all rows": lambda s: (0 * s[0], 0 * s[1]),
    "a reset of rows clears only h": lambda s: (_without(s[0], *CHOSEN), s[1]),
    "a reset of rows clears only c": lambda s: (s[0], _without(s[1], *CHOSEN)),
    "a reset of rows clears the other rows": _cleared(1, 2, 4),
    "a reset of rows clears the row after each as well": _cleared(0, 1, 3, 4),
}


class Scene:
    """One layer that is called twice, with or without something done between the calls."""

    def __init__(self, subject: Implementation, trial: Trial) -> None:
        spec = ModelSpec((LAYER,), FEATURES, batch_size=ROWS)
        self.weights, self.x = trial.weights(spec), trial.array(2, ROWS, STEPS, FEATURES)
        self.ours: Any = trial.model(subject, spec, self.weights)
        self.before = run(self.weights, self.x[0], ZERO).state

    def after(self, done: Callable[[Any], Any] = lambda model: None) -> Array:
        """The outputs of the second call."""
        self.ours.reset_states()
        self.ours.call(self.x[0])
        done(self.ours)
        outputs: Array = self.ours.call(self.x[1]).outputs
        return outputs

    def gives(self, got: Array, rule: Rule = lambda s: s) -> bool:
        """Whether these are the outputs from the state that the rule leaves."""
        return matches(got, run(self.weights, self.x[1], rule(self.before)).outputs)


def of_some_rows(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A call, a reset of two rows of five, and a call."""
    scene = Scene(subject, trial)
    if not scene.gives(scene.after()):
        return []
    got = scene.after(lambda model: model.reset_rows(list(CHOSEN)))
    mistake = nearest(RESETS, lambda rule: scene.gives(got, rule))
    return [Finding(mistake, FAMILIES)] if mistake else []


def of_other_rows(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A reset of no row, and one of a row that is not there."""
    scene = Scene(subject, trial)
    if not scene.gives(scene.after()):
        return []
    told = []
    if scene.gives(scene.after(lambda model: model.reset_rows([])), lambda s: ZERO):
        told.append("a reset of no rows resets all rows")
    refused = []

    def missing(model: Any) -> None:
        try:
            model.reset_rows([1, ROWS])
        except ValueError:
            refused.append(True)

    if scene.gives(scene.after(missing), _cleared(1)):
        told.append(
            "a reset of rows that is refused has cleared the rows before the missing one"
            if refused
            else "a reset of rows passes over a row that is not there"
        )
    return [Finding(one, FAMILIES) for one in told]


def of_two_states(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A stack of two layers, then a bidirectional layer: a reset may leave out a half."""
    for layers, runner, first, second in KINDS:
        try:
            left = _left_out(subject, trial, layers, runner)
        except Unsupported:
            continue
        if left is not None:
            reached = (first, second)[1 - left]
            return [Finding(f"a reset of rows reaches only the {reached}", FAMILIES)]
    return []


KINDS: tuple[tuple[tuple[AnyLayer, ...], Runner, str, str], ...] = (
    ((LAYER, LAYER), stack, "first layer of two", "second layer of two"),
    (
        (Bidirectional(LAYER),),
        bidirectional,
        "forward half of a bidirectional layer",
        "backward half of a bidirectional layer",
    ),
)


def _left_out(
    subject: Implementation, trial: Trial, layers: tuple[AnyLayer, ...], runner: Runner
) -> int | None:
    """Which of two states a reset of rows does not reach; None if neither, or if the carry itself
    is wrong.
    """
    spec = ModelSpec(layers, FEATURES, batch_size=ROWS)
    weights, x = trial.weights(spec), trial.array(2, ROWS, STEPS, FEATURES)
    ours: Any = trial.model(subject, spec, weights)
    before = runner(weights, x[0], (ZERO, ZERO))[1]
    ours.call(x[0])
    if not matches(ours.call(x[1]).outputs, runner(weights, x[1], before)[0]):
        return None
    ours.reset_states()
    ours.call(x[0])
    ours.reset_rows(list(CHOSEN))
    got = ours.call(x[1]).outputs
    first, second = (RESETS[""](one) for one in before)
    for left, states in (
        (None, (first, second)),
        (0, (before[0], second)),
        (1, (first, before[1])),
    ):
        if matches(got, runner(weights, x[1], states)[0]):
            return left
    return None
