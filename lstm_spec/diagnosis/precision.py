"""A float64 model must compute in float64: the operations in which digits are lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.diagnosis.finding import Finding
from lstm_spec.model import LSTM, SGD, ModelSpec

FAMILIES = ("CELL", "SEQ", "STATE", "LIFE", "MASK", "GRAD", "TRAIN")
EXACT, ROUGH = 1e-11, 2e-7
"""A float64 engine is nearer than the first; one that has used float32 is between the two."""

ROWS, STEPS, FEATURES, UNITS = 2, 4, 3, 4


def float64(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A call, a carried and a given state, predict, gradients, an update, with a third in each."""
    can = set(subject.capabilities)
    lost = [
        name
        for name, (needs, do) in OPERATIONS.items()
        if set(needs) <= can and _loses(do, subject, oracle, trial, Capability.STATEFUL in needs)
    ]
    if not lost:
        return []
    words = "everywhere" if "a call" in lost else f"in {lost[0]}"
    return [Finding(f"a float64 model computes in float32 {words}", FAMILIES)]


Do = Callable[[Any, Array, Array], Any]

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
        lambda m, x, y: [m.call(x).outputs, m.call(x).outputs][1],
    ),
    "a state that is set": (
        (Capability.STATEFUL, Capability.STATE_ACCESS),
        lambda m, x, y: [m.set_states([(y / 3, y / 7)]), m.call(x).outputs][1],
    ),
    "a state that is read": (
        (Capability.STATEFUL, Capability.STATE_ACCESS),
        lambda m, x, y: [m.call(x), np.stack(list(m.get_states()[0]))][1],
    ),
    "predict": ((Capability.PREDICT,), lambda m, x, y: m.predict(x, ROWS)),
    "evaluate": ((Capability.EVALUATE,), lambda m, x, y: m.evaluate(x, y, ROWS)["loss"]),
    "gradients": ((Capability.GRADIENTS,), lambda m, x, y: m.gradients(x, y).weights[1]),
    "an update": (
        (Capability.TRAIN,),
        lambda m, x, y: [m.train_on_batch(x, y), m.get_weights()[1]][1],
    ),
}


def _loses(
    do: Do, subject: Implementation, oracle: Implementation, trial: Trial, stateful: bool
) -> bool:
    """Whether an operation differs from the oracle's by what float32 rounds."""
    spec = ModelSpec(
        (LSTM(UNITS, stateful=stateful),),
        FEATURES,
        batch_size=ROWS if stateful else None,
        optimizer=SGD(0.1),
        dtype="float64",
    )
    weights = [one / 3 for one in trial.weights(spec)]
    x, y = trial.array(ROWS, STEPS, FEATURES) / 3.0, trial.array(ROWS, UNITS) / 3.0
    x, y = x.astype(np.float64) / 7, y.astype(np.float64) / 7
    answers = []
    for engine in (subject, oracle):
        answers.append(np.asarray(do(trial.model(engine, spec, weights), x, y), np.float64))
    if answers[0].shape != answers[1].shape:
        return False
    return bool(EXACT < np.abs(answers[0] - answers[1]).max(initial=0.0) < ROUGH)
