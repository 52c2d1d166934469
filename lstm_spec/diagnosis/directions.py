"""A backward layer of its own that is taken for the mirror of the forward one."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Implementation, Unsupported
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import LSTM, Bidirectional, ModelSpec

ROWS, STEPS, FEATURES, UNITS = 3, 4, 2, 3
FAMILIES = ("SEQ", "STATE", "GRAD", "TRAIN", "LIFE")


def own_backward_layer(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> list[Finding]:
    """Its outputs, against those of a layer whose halves are described alike."""
    ahead = LSTM(UNITS, return_sequences=True)
    back = LSTM(UNITS, "sigmoid", return_sequences=True)
    spec = ModelSpec((Bidirectional(ahead, backward_layer=back),), FEATURES)
    weights, x = trial.weights(spec), trial.array(ROWS, STEPS, FEATURES)
    try:
        got = trial.model(subject, spec, weights).call(x).outputs
    except Unsupported:
        return []
    mirrored = ModelSpec((Bidirectional(ahead),), FEATURES)
    if matches(got, trial.model(oracle, mirrored, weights).call(x).outputs):
        return [Finding("the backward layer is built from the forward one", FAMILIES)]
    return []
