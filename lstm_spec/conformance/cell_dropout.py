"""Dropout outside training, where it must do nothing."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.choices import each_that_is_built
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, ModelSpec

UNITS, FEATURES, ROWS, STEPS = 4, 3, 4, 5
PLAIN = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)


def _dropping() -> Iterator[tuple[str, ModelSpec]]:
    for rates in ((0.5, 0.0), (0.0, 0.5), (0.3, 0.6)):
        layer = LSTM(UNITS, dropout=rates[0], recurrent_dropout=rates[1], return_sequences=True)
        told = f"dropout {rates[0]:g} and recurrent dropout {rates[1]:g}"
        yield told, ModelSpec((layer,), FEATURES)


@clause(
    "CELL-182",
    "Outside training, dropout and recurrent dropout have no effect: call and predict give the "
    "outputs of the layer without them.",
    source="Srivastava et al. 2014; Gal & Ghahramani 2016; Keras LSTM(dropout, recurrent_dropout)",
    needs=(Capability.FORWARD, Capability.PREDICT),
)
def dropout_does_nothing_outside_training(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Every call would draw another mask, so each is asked twice. A layer that multiplies its
    weights by the share that is kept, as the first paper has it, gives other outputs as well: Keras
    and all of its kin divide in training instead.
    """
    weights, x = trial.weights(PLAIN), trial.array(ROWS, STEPS, FEATURES)
    expected = trial.model(oracle, PLAIN, weights).call(x).outputs
    for told, _, ours in each_that_is_built(subject, _dropping()):
        ours.set_weights(weights)
        for time in ("first", "second"):
            trial.assert_close(ours.call(x).outputs, expected, f"{time} call with {told}")
            predicted = ours.predict(x, batch_size=2)
            trial.assert_close(predicted, expected, f"{time} predict with {told}")
