"""Ways to compute with a meaning of their own: functions of the caller, and cuDNN."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.special_paths import ON_CUDNN, OWN_FUNCTIONS
from lstm_spec.contract import (
    Capability,
    Implementation,
    Refused,
    Unsupported,
    build,
    on_path,
    paths_of,
)
from lstm_spec.model import L1L2, LSTM, SGD, Constant, MaxNorm, ModelSpec
from lstm_spec.tolerances import LOCKSTEP, LOSS

FEATURES, UNITS, ROWS, STEPS = 3, 2, 2, 4

RULED = LSTM(
    UNITS,
    activation="softsign",
    recurrent_activation="hard_sigmoid_keras3",
    kernel_initializer=Constant(0.375),
    recurrent_initializer=Constant(-0.25),
    kernel_regularizer=L1L2(0.125, 0.25),
    recurrent_constraint=MaxNorm(0.5),
)


def _on(subject: Implementation, path: str) -> Implementation:
    """The subject on one path; Unsupported if it does not name it."""
    if path not in paths_of(subject):
        raise Unsupported(f"{subject.name} names no path {path!r}")
    return on_path(subject, path)


@clause(
    "LIFE-520",
    "Activations, initializers, penalties and constraints that are functions of the caller are "
    "called, and have the effect of those that are chosen by name.",
    source="contract: paths; Keras documentation of activations, initializers, regularizers and "
    "constraints: each may be a callable",
    needs=(Capability.PREDICT, Capability.TRAIN),
)
def functions_of_the_caller_are_called(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One layer has all of them: its new weights, its outputs, and the weights after an update."""
    ours = _on(subject, OWN_FUNCTIONS)
    spec = ModelSpec((RULED,), FEATURES, optimizer=SGD(0.25))
    kernel, recurrent, _ = build(ours, spec).get_weights()
    trial.assert_equal(kernel, np.full((FEATURES, 4 * UNITS), 0.375), "the new kernel")
    trial.assert_equal(recurrent, np.full((UNITS, 4 * UNITS), -0.25), "the new recurrent kernel")
    mine, theirs = trial.twins(ours, oracle, spec)
    x, y = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, UNITS)
    trial.assert_close(mine.predict_on_batch(x), theirs.predict_on_batch(x), "outputs")
    got, expected = mine.train_on_batch(x, y), theirs.train_on_batch(x, y)
    trial.assert_close(got["loss"], expected["loss"], "loss", LOSS)
    after, wanted = mine.get_weights(), theirs.get_weights()
    trial.assert_weights_close(spec, after, wanted, "after an update, value", LOCKSTEP)


@clause(
    "LIFE-521",
    "A layer that is told to compute with cuDNN gives the outputs of the oracle or is refused; it "
    "never computes something else.",
    source="contract: paths; Keras documentation of use_cudnn; Keras itself raises where it cannot",
    needs=(Capability.FORWARD,),
)
def cudnn_computes_the_same_or_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A plain layer, and one with gates that cuDNN does not have. Each may be refused: a machine
    without a GPU refuses both.
    """
    ours = _on(subject, ON_CUDNN)
    for layer in (LSTM(UNITS), LSTM(UNITS, recurrent_activation="hard_sigmoid_keras3")):
        spec = ModelSpec((layer,), FEATURES)
        weights, x = trial.weights(spec, scale=1.0), trial.array(ROWS, STEPS, FEATURES)
        expected = trial.model(oracle, spec, weights).call(x).outputs
        try:
            got = trial.model(ours, spec, weights).call(x).outputs
        except Refused as refusal:
            trial.seen.comparisons += 1
            trial.seen.got = str(refusal)
            continue
        trial.assert_close(got, expected, f"outputs with cuDNN, {layer.recurrent_activation}")
