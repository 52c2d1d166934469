"""States that are given for one call, and do not fit."""

from __future__ import annotations

from functools import partial

from lstm_spec.clauses import clause
from lstm_spec.conformance.state_specs import FEATURES, ROWS, STEPS, stateless_lstm
from lstm_spec.contract import Capability, Implementation
from lstm_spec.trial import Trial


@clause(
    "STATE-70",
    "An initial state for another number of rows is refused.",
    source="the contract of call; a state belongs to its row (moving-average-example)",
    needs=(Capability.FORWARD, Capability.INITIAL_STATE),
)
def an_initial_state_for_other_rows_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One row is the dangerous number: it broadcasts, and every row starts from the same state."""
    spec = stateless_lstm()
    model = trial.model(subject, spec, trial.weights(spec))
    x = trial.array(ROWS, STEPS, FEATURES)
    for rows in (1, ROWS - 1, ROWS + 1):
        states = trial.states(spec, rows)
        what = f"an initial state of {rows} rows for {ROWS} rows"
        trial.refuses(model, partial(model.call, x, initial_state=states), what)


@clause(
    "STATE-62",
    "A stateful model that has predicted fitting batches still refuses another batch size.",
    source=SOURCE + "; keras#2322",
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.PREDICT),
)
def predict_goes_on_refusing(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """An engine may check the shape when it compiles, and then compile for any shape.

    STATE-56 asks a new model; here predict has compiled before.
    """

    def predict(model: Model, x: Array, y: Array) -> object:
        return model.predict(x, ROWS)

    _refuses(subject, oracle, trial, _predict_with_other_sizes(), fitting=predict)


@clause(
    "STATE-70",
    "A stateful model that has been trained on fitting batches still refuses another batch size.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.TRAIN),
)
def training_goes_on_refusing(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """As STATE-62, for train_on_batch: there the states of three rows would train one."""

    def train(model: Model, x: Array, y: Array) -> object:
        return model.train_on_batch(x, y)

    def train_twice(model: Model, x: Array, y: Array) -> object:
        return [train(model, x[rows], y[rows]) for rows in (slice(ROWS), slice(ROWS, None))]

    _refuses(subject, oracle, trial, _other_sizes("train_on_batch", train), fitting=train_twice)
