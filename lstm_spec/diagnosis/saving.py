"""What a saved file lacks: arrays that come back otherwise, and fields of the description."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation, Unsupported, build
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.diagnosis.weights import OTHERWISE, how_it_differs
from lstm_spec.model import LSTM, Bidirectional, Dense, ModelSpec

ROWS, STEPS, FEATURES, UNITS = 3, 4, 2, 3
FAMILIES = ("LIFE", "PIPE")


def specs(can: set[Capability]) -> Iterator[ModelSpec]:
    """Models with a field of their own each, as far as the subject can build them."""
    every = LSTM(UNITS, return_sequences=True)
    yield ModelSpec((LSTM(UNITS),), FEATURES)
    if Capability.LAYERS in can:
        yield ModelSpec((every, LSTM(UNITS), Dense(2)), FEATURES)
    if Capability.GO_BACKWARDS in can:
        yield ModelSpec((replace(every, go_backwards=True),), FEATURES)
    if Capability.HARD_SIGMOID in can:
        yield ModelSpec((replace(every, recurrent_activation="hard_sigmoid_keras2"),), FEATURES)
    yield ModelSpec((replace(every, activation="relu"),), FEATURES)
    if Capability.BIDIRECTIONAL in can:
        yield ModelSpec((Bidirectional(every),), FEATURES)


def weights_and_fields(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> list[Finding]:
    """Each model is saved and loaded: its weights are read, and it is called."""
    told: dict[str, None] = {}
    for spec in specs(set(subject.capabilities)):
        try:
            told |= dict.fromkeys(_lost(spec, subject, oracle, trial))
        except Unsupported:
            continue
    return [Finding(one, FAMILIES) for one in told]


def _lost(
    spec: ModelSpec, subject: Implementation, oracle: Implementation, trial: Trial
) -> list[str]:
    weights, x = trial.weights(spec), trial.array(ROWS, STEPS, FEATURES)
    ours = trial.model(subject, spec, weights)
    fresh = build(subject, spec).get_weights()
    if not all(map(matches, ours.get_weights(), weights)):
        return []  # whatever is wrong is wrong without a file
    with tempfile.TemporaryDirectory() as folder:
        ours.save(Path(folder) / "model")
        engine: Any = subject
        loaded = engine.load(Path(folder) / "model")
    if not all(map(matches, ours.get_weights(), weights)):
        return ["saving changes the weights of the model"]
    lost = _arrays(spec, weights, loaded.get_weights(), fresh)
    if lost:
        return lost
    before, after = ours.call(x).outputs, loaded.call(x).outputs
    if matches(after, before):
        return []
    for words, other in _without_a_field(spec):
        if matches(after, trial.model(oracle, other, weights).call(x).outputs):
            return [f"the saved file lacks {words}"]
    return []


def _arrays(
    spec: ModelSpec, weights: list[Array], read: list[Array], fresh: list[Array]
) -> list[str]:
    """The arrays that a loaded model does not have as they were saved, if all for one reason.

    An array that is zero, or what a new model starts from, has not been in the file.
    """
    if len(read) != len(weights):
        return []
    half = len(weights) // 2
    if isinstance(spec.layers[0], Bidirectional) and all(
        matches(*pair) for pair in zip(read, weights[half:] + weights[:half], strict=True)
    ):
        return ["the halves of a bidirectional layer are exchanged in the saved file"]
    wrong = {
        name: LACKING if _is_missing(now, new) else how_it_differs(np.asarray(now), was)
        for name, was, now, new in zip(spec.weight_names, weights, read, fresh, strict=True)
        if not (np.shape(now) == was.shape and matches(now, was))
    }
    if not wrong:
        return []
    which = "weights" if len(wrong) == len(weights) else " and the ".join(wrong)
    how = set(wrong.values())
    if how == {LACKING}:
        return [f"the saved file lacks the {which}"]
    if len(how) == 1 and how != {OTHERWISE}:
        return [f"a loaded model has the {which} {how.pop()}"]
    return [f"a loaded model has other values in the {which}"]


LACKING = "lacking"


def _is_missing(now: Array, new: Array) -> bool:
    return np.shape(now) == np.shape(new) and (matches(now, 0 * new) or matches(now, new))


def _without_a_field(spec: ModelSpec) -> Iterator[tuple[str, ModelSpec]]:
    """The description with one field of one layer at its default."""
    usual = LSTM(UNITS)
    for place, layer in enumerate(spec.layers):
        inner = layer.layer if isinstance(layer, Bidirectional) else layer
        if not isinstance(inner, LSTM):
            continue
        for field in ("go_backwards", "activation", "recurrent_activation"):
            if getattr(inner, field) == getattr(usual, field):
                continue
            changed: Any = replace(inner, **{field: getattr(usual, field)})
            if isinstance(layer, Bidirectional):
                changed = replace(layer, layer=changed)
            layers = (*spec.layers[:place], changed, *spec.layers[place + 1 :])
            yield field, replace(spec, layers=layers)
