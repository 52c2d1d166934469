"""Large in one dimension and small in the others: where the numbers begin to be wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.diagnosis.conventions import FAMILIES
from lstm_spec.diagnosis.equations import run
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import LSTM, SGD, Adam, AnyOptimizer, ModelSpec

LONG = 530
"""Beyond 512, the largest power of two at which such limits are set."""
MANY = 300
"""Calls, batches and updates: each of them costs a call."""

CLOSE, APART = 3e-5, 3e-4
"""Weights of float32 stay closer to float64 than the first for many updates; a limit that is passed
moves them apart by more than the second, from one update to the next."""
FEW = 3
"""A mistake that shows in the first few steps, rows or updates is none of their number."""


def of_a_call(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Steps, rows, features and units in turn."""
    told = []
    for axis, name in ((1, "step"), (0, "row")):
        told += _along(subject, trial, axis, name)

    def of_features(count: int) -> bool:
        return _is_right(subject, trial, features=count)

    def of_units(count: int) -> bool:
        return _is_right(subject, trial, units=count)

    for right, name in ((of_features, "features"), (of_units, "units")):
        if count := last_right(right, 2, LONG):
            told.append(f"the outputs are right for up to {count} {name}")
    if Capability.MASK in subject.capabilities:

        def after_masked(count: int) -> bool:
            return _is_right(subject, trial, masked=count)

        if count := last_right(after_masked, 2, LONG):
            told.append(f"the state lasts for up to {count} masked steps")
    return [Finding(one, FAMILIES) for one in told]


def _along(subject: Implementation, trial: Trial, axis: int, name: str) -> list[str]:
    """The first step or row that is wrong, or the longest axis along which none is."""

    def first_wrong(count: int) -> int | None:
        shape = [2, 3, 2]
        shape[axis] = count
        return _first_wrong(subject, trial, shape, axis)

    wrong = first_wrong(LONG)
    if wrong is None:
        return []
    if wrong > FEW:
        return [f"the outputs are right up to {name} {wrong}"]
    count = last_right(lambda count: first_wrong(count) is None, FEW, LONG)
    return [f"the outputs are right for calls of up to {count} {name}s"] if count else []


def _first_wrong(
    subject: Implementation, trial: Trial, shape: Sequence[int], axis: int
) -> int | None:
    """The first place along an axis at which the outputs are wrong; None if there is none."""
    rows, steps, features = shape
    spec = ModelSpec((LSTM(2, return_sequences=True),), features)
    weights, x = trial.weights(spec), trial.array(rows, steps, features)
    got = np.asarray(trial.model(subject, spec, weights).call(x).outputs)
    expected = run(weights, x, (np.zeros((rows, 2)), np.zeros((rows, 2)))).outputs
    if got.shape != expected.shape:
        return None
    agree = [
        matches(*pair)
        for pair in zip(np.moveaxis(got, axis, 0), np.moveaxis(expected, axis, 0), strict=True)
    ]
    return None if all(agree) else agree.index(False)


def _is_right(
    subject: Implementation, trial: Trial, features: int = 2, units: int = 2, masked: int = 0
) -> bool:
    """Whether a short call with so many features, units or masked steps gives the numbers."""
    spec = ModelSpec((LSTM(units),), features)
    scale = 0.5 / np.sqrt(max(features, units) / 2)
    weights = trial.weights(spec, float(scale))
    x = trial.array(2, 2 + masked, features)
    mask = None
    if masked:
        mask = np.ones((2, 2 + masked), bool)
        mask[:, 1:-1] = False
    got = trial.model(subject, spec, weights).call(x, mask).outputs
    zero = np.zeros((2, units)), np.zeros((2, units))
    return matches(got, run(weights, x, zero, mask=mask).outputs[:, -1])


def last_right(right: Callable[[int], bool], good: int, bad: int) -> int | None:
    """The largest number up to which something is right; None if there is no such limit."""
    if right(bad) or not right(good):
        return None
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if right(middle) else (good, middle)
    below = {1, 2, good // 3, good // 2, good - 1}
    return good if all(right(count) for count in below if count) else None


def of_a_life(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Calls, and batches of a predict: the first that is wrong."""
    told = _calls(subject, trial)
    if Capability.PREDICT in subject.capabilities:
        told += _batches(subject, trial)
    return [Finding(one, FAMILIES) for one in told]


def of_a_training(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Many updates of either optimiser: the first that is wrong."""
    told = []
    for optimizer in (SGD(0.05), Adam(0.01)):
        told += _updates(subject, oracle, trial, optimizer)
    return [Finding(one, FAMILIES) for one in told]


def _series(trial: Trial) -> tuple[ModelSpec, list[Array], Array, list[Array]]:
    """A stateful model of one row, its weights, a series, and the output after each step."""
    spec = ModelSpec((LSTM(2, stateful=True),), 2, batch_size=1)
    weights, x = trial.weights(spec), trial.array(MANY, 1, 2)
    zero = np.zeros((1, 2)), np.zeros((1, 2))
    outputs = run(weights, x.swapaxes(0, 1), zero).outputs[0]
    return spec, weights, x, list(outputs)


def _calls(subject: Implementation, trial: Trial) -> list[str]:
    spec, weights, x, expected = _series(trial)
    ours = trial.model(subject, spec, weights)
    got = (ours.call(one[None]).outputs[0] for one in x)
    count = suddenly_wrong(got, expected)
    return [f"calls are right up to call {count}"] if count else []


def _batches(subject: Implementation, trial: Trial) -> list[str]:
    spec, weights, x, expected = _series(trial)
    count = suddenly_wrong(trial.model(subject, spec, weights).predict(x, 1), expected)
    return [f"a predict is right up to batch {count}"] if count else []


def suddenly_wrong(got: Iterable[Array], expected: Sequence[Array]) -> int | None:
    """How many arrays are right before the first that is wrong; None if there is no such limit.

    Those before it have to be as close as float32 is: an engine that rounds more than that is
    beyond the tolerance sooner or later, and where says nothing.
    """
    for count, (one, right) in enumerate(zip(got, expected, strict=True)):
        if not matches(one, right):
            return count if count > FEW else None
        if float(np.abs(one - right).max()) > CLOSE:
            return None
    return None


def _updates(
    subject: Implementation, oracle: Implementation, trial: Trial, optimizer: AnyOptimizer
) -> list[str]:
    """Weights after each update, on targets that stay out of reach: no gradient is ever small."""
    spec = ModelSpec((LSTM(2),), 2, optimizer=optimizer)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(2, 2, 2), 4.0 * np.sign(trial.array(2, 2))
    before = 0.0
    for count in range(MANY):
        ours.train_on_batch(x, y)
        theirs.train_on_batch(x, y)
        pairs = zip(ours.get_weights(), theirs.get_weights(), strict=True)
        now = max(float(np.abs(a - b).max()) for a, b in pairs)
        if now > APART:
            name = type(optimizer).__name__
            sudden = before < CLOSE and count > FEW
            return [f"{name} is right up to update {count}"] if sudden else []
        before = now
    return []
