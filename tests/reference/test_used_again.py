"""Keras models that are used again are as good as new; a failure with one never counts."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import select
from lstm_spec.contract import Refused
from lstm_spec.diagnosis.repeating import Recorded
from lstm_spec.model import (
    LSTM,
    SGD,
    Adam,
    AdamW,
    Bidirectional,
    Dense,
    ExponentialDecay,
    ModelSpec,
    RMSprop,
)
from lstm_spec.run.judge import judge
from lstm_spec.subjects.guard import Guarded
from lstm_spec.subjects.used_again import build_with
from lstm_spec.verdicts import Verdict
from reference.keras3 import KerasImplementation
from reference.keras3.shelf import may_be_used_again
from reference.numpy import implementation as numpy_engine

pytest.importorskip("keras")

SPEC = ModelSpec(
    (LSTM(3, stateful=True), Dense(2, "softmax")),
    4,
    batch_size=2,
    loss="categorical_crossentropy",
    optimizer=Adam(0.05),
)
OPTIMIZERS = (
    SPEC.optimizer,
    SGD(0.1, momentum=0.5, nesterov=True),
    SGD(ExponentialDecay(0.5, 2, 0.5)),
    RMSprop(0.05, centered=True, momentum=0.5),
    AdamW(0.05, amsgrad=True, weight_decay=0.1),
    Adam(0.05, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=2),
    SGD(0.1, gradient_accumulation_steps=3),
)
STACK = (Bidirectional(LSTM(2, return_sequences=True, stateful=True)), *SPEC.layers)
DESCRIPTIONS = (*(replace(SPEC, optimizer=one) for one in OPTIMIZERS), replace(SPEC, layers=STACK))
keras3 = KerasImplementation()


def a_life(model: Any, trial: Trial) -> list[Any]:
    """Updates, a fit and a call, from which memory, metrics and states would show."""
    x, y = trial.array(4, 3, 4), np.eye(2, dtype=np.float32)[[0, 1, 1, 0]]
    seen = [model.train_on_batch(x[:2], y[:2]) for _ in range(2)]
    seen.append(model.fit(x, y, batch_size=2, epochs=2, shuffle=False))
    return [*seen, model.call(x[:2]).outputs, *model.get_weights()]


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        *((spec, "") for spec in DESCRIPTIONS),
        (SPEC, "a cell in an RNN"),
        (SPEC, "two steps per execution"),
    ],
)
def test_a_used_model_lives_as_a_new_one(spec, path):
    keras3 = KerasImplementation(path)
    weights = Trial("weights").weights(spec)
    first = build_with(keras3, spec, weights)
    lived, inner = a_life(first, Trial("life")), first.model
    del first
    gc.collect()
    second = build_with(keras3, spec, weights)
    assert second.used_before
    assert second.model is inner
    for got, expected in zip(a_life(second, Trial("life")), lived, strict=True):
        np.testing.assert_equal(got, expected)


def test_a_model_that_somebody_holds_is_not_handed_out_again():
    weights = Trial("weights").weights(SPEC)
    one, other = (build_with(keras3, SPEC, weights) for _ in range(2))
    assert one.model is not other.model


def test_a_model_in_which_something_raised_is_never_used_again():
    weights = Trial("weights").weights(SPEC)
    model = build_with(keras3, SPEC, weights)
    inner = model.model
    with pytest.raises(Refused):
        model.call(np.ones((2, 3, 9), np.float32))
    del model
    gc.collect()
    assert build_with(keras3, SPEC, weights).model is not inner


def test_another_path_has_other_models():
    plain = ModelSpec((LSTM(3),), 4)
    weights = Trial("weights").weights(plain)
    inner = build_with(keras3, plain, weights).model
    gc.collect()
    assert build_with(keras3.on("eagerly"), plain, weights).model is not inner


@pytest.mark.parametrize(
    "spec",
    [
        ModelSpec((LSTM(3, dropout=0.5),), 4),
        ModelSpec((LSTM(3, recurrent_dropout=0.5),), 4),
        ModelSpec((LSTM(3),), 4, precision="mixed_bfloat16"),
    ],
)
def test_what_cannot_be_made_new_is_not_used_again(spec):
    assert not may_be_used_again(spec)
    weights = Trial("weights").weights(spec)
    inner = build_with(keras3, spec, weights).model
    gc.collect()
    assert build_with(keras3, spec, weights).model is not inner


def test_the_diagnosis_has_new_models_alone():
    assert not hasattr(Recorded(keras3), "build_with")


@dataclass
class Worn:
    """The NumPy engine, whose models are wrong from their second use on."""

    handed_out: list[ModelSpec] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(numpy_engine, name)

    def build_with(self, model: ModelSpec, weights: Any) -> Any:
        made = numpy_engine.build(model)
        made.set_weights(weights)
        if model in self.handed_out:
            made.used_before = True
            made.set_weights([one + 1 for one in weights])
        self.handed_out.append(model)
        return made


def test_a_failure_with_a_used_model_is_judged_again_with_new_ones():
    (clause,) = select(["STATE-05"])
    worn = Worn()
    assert judge(clause, worn, numpy_engine).verdict is Verdict.PASS
    assert judge(clause, worn, numpy_engine).verdict is Verdict.PASS
    with_used = Guarded(worn)
    spec = ModelSpec((LSTM(3),), 4, optimizer=SGD(0.1))
    for used in (False, True):
        with_used.build_with(spec, Trial("weights").weights(spec))
        assert with_used.used_models_again == used


def test_a_guard_on_a_path_tells_of_used_models():
    guard = Guarded(keras3)
    spec = ModelSpec((LSTM(2),), 3)
    for _ in range(2):
        guard.on("eagerly").build_with(spec, Trial("weights").weights(spec))
        gc.collect()
    assert guard.used_models_again
