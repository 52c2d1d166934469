"""What becomes of penalties, constraints and frozen layers outside an update."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.life_paths import OFFERED, on_every_path
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import (
    L1L2,
    LSTM,
    SGD,
    Bidirectional,
    Dense,
    MaxNorm,
    ModelSpec,
    NonNeg,
    TimeDistributed,
    UnitNorm,
)
from lstm_spec.tolerances import EXACT, GRADIENT, LOCKSTEP, LOSS

UNITS, FEATURES, ROWS, STEPS = 3, 2, 3, 4


@clause(
    "LIFE-320",
    "A constraint changes weights in an update and nowhere else: weights that break it can be set, "
    "are read as they were set, and are run as they are.",
    source="Keras documentation of constraints: applied after each gradient update",
    needs=(Capability.FORWARD, Capability.TRAIN),
)
def a_constraint_waits_for_an_update(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Half of the weights are below zero, and no norm is one."""
    held = LSTM(UNITS, kernel_constraint=NonNeg(), recurrent_constraint=UnitNorm())
    spec = ModelSpec((held,), FEATURES)
    ours, theirs = trial.twins(subject, oracle, spec)
    x = trial.array(ROWS, STEPS, FEATURES)
    trial.assert_close(ours.call(x).outputs, theirs.call(x).outputs, "outputs")
    got, right = ours.get_weights(), theirs.get_weights()
    trial.assert_weights_close(spec, got, right, "as it was set, value", EXACT)


@clause(
    "LIFE-321",
    "A model that was saved and loaded has the penalties, constraints and frozen layers that it "
    "was described with.",
    source="Keras documentation of get_config: every argument is part of it",
    needs=(Capability.TRAIN, Capability.SAVE, Capability.LAYERS),
)
def rules_survive_a_file(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """One update after the loading shows all of them."""
    lower = LSTM(UNITS, return_sequences=True, trainable=False)
    upper = LSTM(
        2,
        kernel_regularizer=L1L2(0.0625, 0.125),
        recurrent_constraint=MaxNorm(0.5, axis=1),
        activity_regularizer=L1L2(l2=0.25),
        bias_constraint=NonNeg(),
    )
    spec = ModelSpec((lower, upper, Dense(2)), FEATURES, optimizer=SGD(0.125))
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = random_batch(trial, spec, ROWS, STEPS)
    with tempfile.TemporaryDirectory() as folder:
        ours.save(Path(folder) / "model")
        engine: Any = subject
        loaded = engine.load(Path(folder) / "model")
    got, right = loaded.train_on_batch(x, y), theirs.train_on_batch(x, y)
    trial.assert_close(got["loss"], right["loss"], "loss of a loaded model", LOSS)
    trial.assert_weights_close(
        spec, loaded.get_weights(), theirs.get_weights(), "loaded, then updated: value", LOCKSTEP
    )


@clause(
    "LIFE-323",
    "A model that was saved and loaded has its backward layers of their own, and what is inside "
    "TimeDistributed.",
    source="Keras documentation of get_config: every argument is part of it",
    needs=(Capability.FORWARD, Capability.SAVE, Capability.LAYERS, Capability.BIDIRECTIONAL),
)
def wrapped_layers_survive_a_file(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The outputs before and after, both compared with the oracle."""
    ahead = LSTM(UNITS, return_sequences=True)
    back = LSTM(UNITS, "sigmoid", return_sequences=True)
    layers = (Bidirectional(ahead, backward_layer=back), TimeDistributed(Dense(2, "tanh")))
    spec = ModelSpec(layers, FEATURES)
    ours, theirs = trial.twins(subject, oracle, spec)
    x = trial.array(ROWS, STEPS, FEATURES)
    right = theirs.call(x).outputs
    trial.assert_close(ours.call(x).outputs, right, "outputs before")
    with tempfile.TemporaryDirectory() as folder:
        ours.save(Path(folder) / "model")
        engine: Any = subject
        loaded = engine.load(Path(folder) / "model")
    trial.assert_close(loaded.call(x).outputs, right, "outputs of a loaded model")


@clause(
    "LIFE-322",
    "On each path that an implementation names, penalties on weights and on activities are in the "
    "loss and in the gradients, and a frozen layer has none.",
    source=OFFERED,
    needs=(Capability.LAYERS, Capability.GRADIENTS),
)
def penalties_are_counted_on_each_path(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A cell has its penalties by itself; that on the activity belongs to the layer around it."""
    rule = L1L2(0.0625, 0.125)
    lower = LSTM(3, return_sequences=True, kernel_regularizer=rule, bias_regularizer=rule)
    upper = LSTM(2, recurrent_regularizer=rule, activity_regularizer=rule)
    spec = ModelSpec(
        (lower, upper, Dense(2, trainable=False)), FEATURES, time_steps=STEPS, loss="mse"
    )
    weights, x = trial.weights(spec), trial.array(ROWS, STEPS, FEATURES)
    y = trial.array(*spec.output_shape(ROWS, STEPS))
    expected = trial.model(oracle, spec, weights).gradients(x, y)

    def prove(where: str, one: Implementation) -> None:
        got = trial.model(one, spec, weights).gradients(x, y)
        trial.assert_close(got.loss, expected.loss, f"loss {where}", LOSS)
        trial.assert_weights_close(
            spec, got.weights, expected.weights, f"gradient {where}", GRADIENT
        )

    on_every_path(subject, prove)
