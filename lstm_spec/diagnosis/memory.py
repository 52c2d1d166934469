"""Arguments as arrays in memory: each once in every layout, and whether a call changes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lstm_spec.checking.layouts import LAYOUTS, Change
from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.diagnosis.conventions import FAMILIES
from lstm_spec.diagnosis.equations import run
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import LSTM, SGD, ModelSpec

ROWS, STEPS, FEATURES, UNITS = 4, 5, 3, 2
SPEC = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)


def of_arguments(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """X, the mask, an initial state and the weights, in each layout."""
    can = set(subject.capabilities)
    weights = trial.weights(SPEC)
    x = trial.array(ROWS, STEPS, FEATURES)
    mask = trial.rng.random((ROWS, STEPS)) < 0.7
    state = trial.states(SPEC, ROWS)[0]
    zero = np.zeros((ROWS, UNITS)), np.zeros((ROWS, UNITS))
    right = run(weights, x, zero).outputs

    def asked(change: Change = np.array, **given: Any) -> Array:
        """What a new model, whose weights lie in memory as ``change`` lays them, gives."""
        ours = trial.model(subject, SPEC, [change(one) for one in weights])
        return ours.call(**{"x": x.copy(), **given}).outputs

    arguments: dict[str, tuple[Callable[[Change], Array], Array]] = {
        "arrays x": (lambda change: asked(x=change(x)), right),
        "weights": (asked, right),
    }
    if Capability.INITIAL_STATE in can:
        arguments["initial states"] = (
            lambda change: asked(initial_state=[(change(state[0]), change(state[1]))]),
            run(weights, x, state).outputs,
        )
    if Capability.MASK in can:
        mask[:, 0] = True
        arguments["masks"] = (
            lambda change: asked(mask=change(mask))[mask],
            run(weights, x, zero, mask=mask).outputs[mask],
        )
    findings = []
    for argument, (ask, expected) in arguments.items():
        if not matches(ask(np.array), expected):
            continue  # wrong in the usual layout too
        wrong = [words for words, change in LAYOUTS.items() if _differs(ask, change, expected)]
        if wrong:
            told = f"the result is wrong only for {argument} {' and '.join(wrong)}"
            findings.append(Finding(told, FAMILIES))
    return findings


def _differs(ask: Callable[[Change], Array], change: Change, expected: Array) -> bool:
    """Whether an argument in this layout gives other numbers; a refusal is no wrong number."""
    try:
        return not matches(ask(change), expected)
    except Exception:
        return False


def given_arrays(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Every array that a method is given is the same afterwards."""
    can = set(subject.capabilities)
    spec = ModelSpec((LSTM(UNITS),), FEATURES, optimizer=SGD(0.01))
    given = {
        "x": trial.array(ROWS, STEPS, FEATURES),
        "y": trial.array(ROWS, UNITS),
        "mask": np.tri(ROWS, STEPS, 1, dtype=bool),
        **dict(zip(("initial h", "initial c"), trial.states(spec, ROWS)[0], strict=True)),
        **dict(zip(("kernel", "recurrent kernel", "bias"), trial.weights(spec), strict=True)),
    }
    for method, (needs, do) in METHODS.items():
        if not needs <= can:
            continue
        now = {name: array.copy() for name, array in given.items()}
        do(trial.model(subject, spec, [array.copy() for array in list(now.values())[-3:]]), now)
        for name, array in now.items():
            if not np.array_equal(array, given[name]):
                return [Finding(f"{method} changes the {name} that it is given", FAMILIES)]
    return []


METHODS: dict[str, tuple[set[Capability], Callable[[Any, dict[str, Array]], Any]]] = {
    "set_weights": (set(), lambda m, a: [m.set_weights(list(a.values())[-3:]), m.call(a["x"] + 0)]),
    "call": (set(), lambda m, a: m.call(a["x"])),
    "a call with a mask": ({Capability.MASK}, lambda m, a: m.call(a["x"], a["mask"])),
    "a call with an initial state": (
        {Capability.INITIAL_STATE},
        lambda m, a: m.call(a["x"], initial_state=[(a["initial h"], a["initial c"])]),
    ),
    "predict": ({Capability.PREDICT}, lambda m, a: m.predict(a["x"], 2)),
    "evaluate": ({Capability.EVALUATE}, lambda m, a: m.evaluate(a["x"], a["y"], 2)),
    "gradients": ({Capability.GRADIENTS}, lambda m, a: m.gradients(a["x"], a["y"])),
    "train_on_batch": ({Capability.TRAIN}, lambda m, a: m.train_on_batch(a["x"], a["y"])),
    "fit": (
        {Capability.FIT},
        lambda m, a: m.fit(a["x"], a["y"], batch_size=2, epochs=2, shuffle=True),
    ),
}
