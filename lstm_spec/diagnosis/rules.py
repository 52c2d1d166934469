"""Penalties, constraints and frozen layers: how else they can be understood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation, Unsupported
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import L1L2, LSTM, SGD, MaxNorm, ModelSpec, NonNeg, UnitNorm

ROWS, STEPS, FEATURES, UNITS = 3, 4, 2, 3
FAMILIES = ("GRAD", "TRAIN", "LIFE")
RULE = L1L2(0.125, 0.25)
PLAIN = LSTM(UNITS, return_sequences=True)
ARRAYS = {"kernel": 0, "recurrent": 1, "bias": 2}

Penalty = tuple[float, Array]
"""What is added to the loss, and what to a gradient."""


def l1l2(w: Array, l1: float = RULE.l1, l2: float = RULE.l2) -> Penalty:
    """The penalty as it should be."""
    value = float(l1 * np.abs(w).sum() + l2 * np.square(w).sum())
    return value, l1 * np.sign(w) + 2 * l2 * w


def _norm(w: Array) -> Penalty:
    norm = float(np.sqrt(np.square(w).sum()))
    value = RULE.l1 * float(np.abs(w).sum()) + RULE.l2 * norm
    return value, RULE.l1 * np.sign(w) + RULE.l2 * w / norm


PENALTIES: Mapping[str, Callable[[Array], Penalty]] = {
    "the penalty is ignored": lambda w: (0.0, 0 * w),
    "the penalty is in the loss, not in the gradient": lambda w: (l1l2(w)[0], 0 * w),
    "the penalty is in the gradient, not in the loss": lambda w: (0.0, l1l2(w)[1]),
    "the slope of l2 lacks its factor of two": lambda w: (l1l2(w)[0], l1l2(w, l2=RULE.l2 / 2)[1]),
    "half of l2 is counted": lambda w: l1l2(w, l2=RULE.l2 / 2),
    "l1 is ignored": lambda w: l1l2(w, l1=0),
    "l2 is ignored": lambda w: l1l2(w, l2=0),
    "l1 and l2 are exchanged": lambda w: l1l2(w, RULE.l2, RULE.l1),
    "l2 is the rate of the norm, not of its square": _norm,
    "the penalty is a mean over the entries": lambda w: l1l2(w, RULE.l1 / w.size, RULE.l2 / w.size),
    "the penalty is divided by the rows": lambda w: l1l2(w, RULE.l1 / ROWS, RULE.l2 / ROWS),
}


def penalties(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """One penalty after the other, against the same model without any."""
    spec = ModelSpec((PLAIN,), FEATURES)
    weights, x = trial.weights(spec), trial.array(ROWS, STEPS, FEATURES)
    y = trial.array(ROWS, STEPS, UNITS)
    without = trial.model(subject, spec, weights).gradients(x, y)
    for array, place in ARRAYS.items():
        try:
            got = _with(subject, trial, weights, **{f"{array}_regularizer": RULE}).gradients(x, y)
        except Unsupported:
            continue
        added = float(got.loss - without.loss)
        slopes = [one - other for one, other in zip(got.weights, without.weights, strict=True)]

        def gives(on: Mapping[int, Penalty], added: float = added, to: Any = slopes) -> bool:
            wanted = [on[k][1] if k in on else 0 * w for k, w in enumerate(weights)]
            loss = sum(value for value, _ in on.values())
            return abs(loss - added) < 1e-4 and all(map(matches, to, wanted))

        if gives({place: l1l2(weights[place])}):
            continue
        told = [words for words, of in PENALTIES.items() if gives({place: of(weights[place])})]
        if told and array == "bias":
            told = [words.replace("the penalty is", "the penalty on the bias is") for words in told]
        for name, other in ARRAYS.items():
            where = "recurrent kernel" if name == "recurrent" else name
            if other != place and gives({other: l1l2(weights[other])}):
                told.append(f"the penalty on the {array} is that on the {where}")
            both = {k: l1l2(weights[k]) for k in (place, other)}
            if other != place and gives(both):
                told.append(f"the penalty on the {array} is on the {where} as well")
        return [Finding(told[0], FAMILIES)] if told else []
    return []


def _with(subject: Implementation, trial: Trial, weights: list[Array], **rules: Any) -> Any:
    """The plain layer with rules, after the same weights have been set."""
    spec = ModelSpec((replace(PLAIN, **rules),), FEATURES, optimizer=SGD(0.25))
    return trial.model(subject, spec, weights)


def activity(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A penalty on the outputs, by the loss and by whether there is a gradient."""
    spec = ModelSpec((PLAIN,), FEATURES)
    weights, x = trial.weights(spec), trial.array(ROWS, STEPS, FEATURES)
    y = trial.array(ROWS, STEPS, UNITS)
    plain = trial.model(subject, spec, weights)
    without, outputs = plain.gradients(x, y), np.asarray(plain.call(x).outputs, np.float64)
    try:
        got = _with(subject, trial, weights, activity_regularizer=RULE).gradients(x, y)
    except Unsupported:
        return []
    whole, last = l1l2(outputs)[0], l1l2(outputs[:, -1])[0]
    told = {
        "the penalty on the activity is ignored": 0.0,
        "the penalty on the activity is not divided by the rows": whole,
        "the penalty on the activity is divided by rows and steps": whole / (ROWS * STEPS),
        "the penalty on the activity is a mean over all outputs": whole / outputs.size,
        "the penalty on the activity counts the last step alone": last / ROWS,
    }
    added = got.loss - without.loss
    if abs(added - whole / ROWS) > 1e-4:
        found = [words for words, value in told.items() if abs(added - value) < 1e-4]
        return [Finding(words, FAMILIES) for words in found[:1]]
    if all(map(matches, got.weights, without.weights)):
        return [Finding("the penalty on the activity has no gradient", FAMILIES)]
    return []


def _norms(w: Array, axis: int) -> Array:
    found: Array = np.sqrt(np.square(w).sum(axis=axis, keepdims=True))
    return found


def _shortened(w: Array, norms: Array) -> Array:
    shortened: Array = w * np.minimum(1, LIMIT.max_value / norms)
    return shortened


LIMIT = MaxNorm(0.75)


def _by_gate(w: Array) -> Array:
    gates = w.reshape(len(w), 4, -1)
    norms = np.sqrt(np.square(gates).sum(axis=2, keepdims=True))
    return np.asarray(gates / norms).reshape(w.shape)


CONSTRAINTS: Mapping[str, Mapping[str, Callable[[Array, Array], Array]]] = {
    "kernel": {
        "": lambda w, before: _shortened(w, _norms(w, 0)),
        "the constraint is ignored": lambda w, before: w,
        "the constraint is applied before the update": lambda w, before: (
            _shortened(before, _norms(before, 0)) + w - before
        ),
        "the norms are those along the other axis": lambda w, before: _shortened(w, _norms(w, 1)),
        "the norm is that of the whole array": lambda w, before: _shortened(
            w, np.sqrt(np.square(w).sum(keepdims=True))
        ),
        "a maximum norm is given to shorter vectors as well": lambda w, before: (
            w * LIMIT.max_value / _norms(w, 0)
        ),
        "a maximum norm is a limit of each entry": lambda w, before: np.clip(
            w, -LIMIT.max_value, LIMIT.max_value
        ),
    },
    "recurrent": {
        "": lambda w, before: w / _norms(w, 1),
        "the axis is ignored": lambda w, before: w / _norms(w, 0),
        "the norms are those of each gate by itself": lambda w, before: _by_gate(w),
    },
    "bias": {
        "": lambda w, before: np.maximum(w, 0),
        "what is below zero changes its sign": lambda w, before: np.abs(w),
    },
}


def constraints(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """One update with a constraint on each array, and the same update without."""
    spec = ModelSpec((PLAIN,), FEATURES, optimizer=SGD(0.25))
    weights, x = trial.weights(spec, scale=1.0), trial.array(ROWS, STEPS, FEATURES)
    y = trial.array(ROWS, STEPS, UNITS)
    free = trial.model(subject, spec, weights)
    free.train_on_batch(x, y)
    rules = {
        "kernel_constraint": LIMIT,
        "recurrent_constraint": UnitNorm(axis=1),
        "bias_constraint": NonNeg(),
    }
    try:
        model = _with(subject, trial, weights, **rules)
    except Unsupported:
        return []
    model.train_on_batch(x, y)
    moved, got = free.get_weights(), model.get_weights()
    for array, place in ARRAYS.items():
        for words, of in CONSTRAINTS[array].items():
            if matches(got[place], of(moved[place].astype(float), weights[place])):
                if words:
                    return [Finding(words, FAMILIES)]
                break
    return []


def frozen(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A frozen layer with a penalty and a constraint: its loss, its gradients, one update."""
    plain = ModelSpec((PLAIN,), FEATURES)
    weights, x = trial.weights(plain), trial.array(ROWS, STEPS, FEATURES)
    y = trial.array(ROWS, STEPS, UNITS)
    right = trial.model(oracle, plain, weights).gradients(x, y)
    rules: dict[str, Any] = {"kernel_regularizer": RULE, "bias_constraint": NonNeg()}
    try:
        model = _with(subject, trial, weights, trainable=False, **rules)
    except Unsupported:
        return []
    found: list[str] = []
    if Capability.GRADIENTS in subject.capabilities:
        got = model.gradients(x, y)
        if abs(got.loss - right.loss - l1l2(weights[0])[0]) < 1e-4:
            found.append("the penalty on a frozen layer is counted")
        if matches(got.weights[1], right.weights[1]):
            found.append("a frozen layer has the gradients of its weights")
        if not got.x.any():
            found.append("no gradient comes through a frozen layer")
    if Capability.TRAIN in subject.capabilities:
        model.train_on_batch(x, y)
        after = model.get_weights()
        if not matches(after[1], weights[1]):
            found = ["a frozen layer learns"]
        elif matches(after[2], np.maximum(weights[2], 0)):
            found.append("a frozen layer is changed by its constraint")
    return [Finding(words, FAMILIES) for words in found]
