"""CELL: a float64 model computes in float64 on every path, not only in a direct call from zero.

Every check uses values with more digits than float32 can represent. A value that passes through
float32 along the way is then off by about 1e-8, ten thousand times the tolerance.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec import tolerances
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, SGD, ModelSpec

UNITS, FEATURES, STEPS, BATCH = 4, 3, 5, 2

SPEC = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES, dtype="float64")
SOURCE = "Keras dtype='float64'; several engines are float32 somewhere inside"


def _long(trial: Trial, *shape: int) -> Array:
    """Numbers with more digits than float32 can represent."""
    return trial.array(*shape, dtype="float64") / 3.0


def _long_weights(trial: Trial, spec: ModelSpec) -> list[Array]:
    return [weight / 3.0 for weight in trial.weights(spec)]


@clause(
    "CELL-50",
    "A float64 model uses a given state in float64.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.FLOAT64, Capability.INITIAL_STATE),
)
def a_given_state_is_used_in_float64(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Some engines keep the state in a float32 buffer, whatever the dtype of the layer is."""
    ours, theirs = trial.twins(subject, oracle, SPEC, _long_weights(trial, SPEC))
    x = _long(trial, BATCH, STEPS, FEATURES)
    states = [(_long(trial, BATCH, UNITS), _long(trial, BATCH, UNITS))]
    got = ours.call(x, initial_state=states).outputs
    expected = theirs.call(x, initial_state=states).outputs
    trial.assert_close(got, expected, "outputs from a float64 state", tolerances.FLOAT64)


@clause(
    "CELL-51",
    "A stateful float64 model carries its state in float64.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.FLOAT64, Capability.STATEFUL),
)
def a_state_is_carried_in_float64(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The variable that keeps the state between calls may have a dtype of its own."""
    spec = replace(
        SPEC, layers=(LSTM(UNITS, return_sequences=True, stateful=True),), batch_size=BATCH
    )
    ours, theirs = trial.twins(subject, oracle, spec, _long_weights(trial, spec))
    for call in (1, 2):
        x = _long(trial, BATCH, STEPS, FEATURES)
        got, expected = ours.call(x).outputs, theirs.call(x).outputs
        trial.assert_close(got, expected, f"float64 outputs of call {call}", tolerances.FLOAT64)


@clause(
    "CELL-52",
    "A float64 model predicts in float64.",
    source=SOURCE,
    needs=(Capability.FLOAT64, Capability.PREDICT),
)
def predictions_are_float64(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """``predict`` uses batches and buffers of its own."""
    ours, theirs = trial.twins(subject, oracle, SPEC, _long_weights(trial, SPEC))
    x = _long(trial, 2 * BATCH, STEPS, FEATURES)
    got, expected = ours.predict(x, BATCH), theirs.predict(x, BATCH)
    trial.assert_close(got, expected, "float64 predictions", tolerances.FLOAT64)


@clause(
    "CELL-53",
    "A float64 model computes in float64 with a mask, too.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.FLOAT64, Capability.MASK),
)
def masked_steps_are_float64(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """In most engines a mask takes another code path, and in some that path contains a cast."""
    ours, theirs = trial.twins(subject, oracle, SPEC, _long_weights(trial, SPEC))
    x = _long(trial, BATCH, STEPS, FEATURES)
    mask = np.array([[True, False, True, True, True], [True, True, True, False, True]])
    got, expected = ours.call(x, mask=mask).outputs, theirs.call(x, mask=mask).outputs
    trial.assert_close(
        got[mask], expected[mask], "float64 outputs at valid steps", tolerances.FLOAT64
    )


@clause(
    "CELL-54",
    "A float64 model trains in float64.",
    source=SOURCE,
    needs=(Capability.FLOAT64, Capability.TRAIN),
)
def updates_are_float64(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The learning rate is a power of two, so that an engine may store it in float32."""
    spec = replace(SPEC, optimizer=SGD(0.5))
    ours, theirs = trial.twins(subject, oracle, spec, _long_weights(trial, spec))
    x, y = _long(trial, BATCH, STEPS, FEATURES), _long(trial, BATCH, STEPS, UNITS)
    for _ in range(2):
        ours.train_on_batch(x, y)
        theirs.train_on_batch(x, y)
    got, expected = ours.get_weights(), theirs.get_weights()
    trial.assert_weights_close(
        spec, got, expected, "weights after float64 updates", tolerances.FLOAT64
    )
