"""A float64 model must compute in float64: the operations in which digits are lost.

A number that has been rounded does not follow a change that is smaller than its last digit. So an
operation is done again with one number changed by a billionth: it has used float32 if its answer is
wrong by what float32 rounds, and if the answer does not change as it should.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.diagnosis.finding import Finding
from lstm_spec.model import LSTM, SGD, ModelSpec

FAMILIES = ("CELL", "SEQ", "STATE", "LIFE", "MASK", "GRAD", "TRAIN")
EXACT, ROUGH = 1e-11, 2e-7
"""A float64 engine is nearer than the first; one that has used float32 is between the two."""
TINY, SMALL, LARGE = 1e-9, 1e-5, 0.5
"""Relative changes that float32 cannot see, that float16 and bfloat16 cannot, and that all see."""
FEW_DIGITS = 1e-2
"""What bfloat16 may lose; where an answer is wrong by more, something else is the matter."""
APART = 0.2
"""A response that differs by more than this share is not the response to the change."""

ROWS, STEPS, FEATURES, UNITS = 2, 4, 3, 4
AGAIN = np.sin(np.arange(1.0, ROWS * STEPS * FEATURES + 1)).reshape(ROWS, STEPS, FEATURES)
"""A second batch, which no change reaches."""

Do = Callable[[Any, Array, Array], Any]


def _flat(arrays: Sequence[Array]) -> Array:
    return np.concatenate([np.ravel(one) for one in arrays])


OPERATIONS: dict[str, tuple[tuple[Capability, ...], Do]] = {
    "a call": ((), lambda m, x, y: m.call(x).outputs),
    "a given state": (
        (Capability.INITIAL_STATE,),
        lambda m, x, y: m.call(x, initial_state=[(y / 3, y / 7)]).outputs,
    ),
    "a call with a mask": (
        (Capability.MASK,),
        lambda m, x, y: m.call(x, mask=np.tri(ROWS, STEPS, 2, dtype=bool)).outputs,
    ),
    "a carried state": (
        (Capability.STATEFUL,),
        lambda m, x, y: [m.call(x).outputs, m.call(AGAIN).outputs][1],
    ),
    "a state that is set": (
        (Capability.STATEFUL, Capability.STATE_ACCESS),
        lambda m, x, y: [m.set_states([(y / 3, y / 7)]), m.call(AGAIN).outputs][1],
    ),
    "a state that is read": (
        (Capability.STATEFUL, Capability.STATE_ACCESS),
        lambda m, x, y: [m.call(x), np.stack(list(m.get_states()[0]))][1],
    ),
    "predict": ((Capability.PREDICT,), lambda m, x, y: m.predict(x, ROWS)),
    "evaluate": ((Capability.EVALUATE,), lambda m, x, y: m.evaluate(x, y, ROWS)["loss"]),
    "gradients": ((Capability.GRADIENTS,), lambda m, x, y: _flat(m.gradients(x, y).weights)),
    "an update": (
        (Capability.TRAIN,),
        lambda m, x, y: [m.train_on_batch(x, y), _flat(m.get_weights())][1],
    ),
}


def float64(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A call, a carried and a given state, predict, gradients, an update: the first that loses."""
    can = set(subject.capabilities)
    for name, (needs, do) in OPERATIONS.items():
        if not set(needs) <= can:
            continue
        lost = _lost(do, subject, oracle, trial, Capability.STATEFUL in needs)
        if lost is None:
            if name == "a call":
                return []  # whatever is wrong is not a matter of digits
        elif lost:
            where = "everywhere" if name == "a call" else f"in {name}"
            return [Finding(f"a float64 model computes {lost} {where}", FAMILIES)]
    return []


def _lost(
    do: Do, subject: Implementation, oracle: Implementation, trial: Trial, stateful: bool
) -> str | None:
    """How few digits an operation uses: "" if all, None if its answer is wrong otherwise."""
    spec = ModelSpec(
        (LSTM(UNITS, stateful=stateful),),
        FEATURES,
        batch_size=ROWS if stateful else None,
        optimizer=SGD(1.0),
        dtype="float64",
    )
    weights = [one.astype(np.float64) / 3 for one in trial.weights(spec)]
    x, y = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, UNITS)
    arguments = [*weights, x.astype(np.float64) / 21, y.astype(np.float64) / 21]

    def answer(engine: Implementation, arguments: list[Array]) -> Array:
        *held, x, y = arguments
        return np.asarray(do(trial.model(engine, spec, held), x, y), np.float64)

    ours, right = answer(subject, arguments), answer(oracle, arguments)
    if ours.shape != right.shape or not np.array_equal(ours, answer(subject, arguments)):
        return None
    wrong = float(np.abs(ours - right).max(initial=0.0))
    if wrong < EXACT:
        return ""

    def response(place: int, change: float) -> tuple[Array, Array]:
        """How the answers move, ours and the right one, if one number of an argument changes."""
        changed = [one.copy() for one in arguments]
        largest = np.unravel_index(np.abs(changed[place]).argmax(), changed[place].shape)
        changed[place][largest] *= 1 + change
        return answer(subject, changed) - ours, answer(oracle, changed) - right

    every = range(len(arguments))
    if wrong < ROUGH:
        lost = not all(_follows(*response(place, TINY)) for place in every)
        return "in float32" if lost else None
    narrow = wrong < FEW_DIGITS and any(
        _stands(*response(place, SMALL)) and _follows(*response(place, LARGE)) for place in every
    )
    return "with fewer digits than float32" if narrow else None


def _follows(moved: Array, should: Array) -> bool:
    """Whether an answer moves as it should."""
    return bool(np.abs(moved - should).max() <= APART * np.abs(should).max() + 1e-15)


def _stands(moved: Array, should: Array) -> bool:
    """Whether most of what should move stands still."""
    should = np.abs(should)
    most = should > 0.1 * should.max()
    return bool(most.any() and np.median(np.abs(moved)[most] / should[most]) < 1e-3)
