"""Batches of another size than a stateful model was built for are rejected before
anything changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.state_after import UPDATED
from lstm_spec.conformance.support.state_specs import (
    FEATURES,
    ROWS,
    STEPS,
    UNITS,
    final_state,
    trainable_lstm,
)
from lstm_spec.contract import Array, Capability, Implementation, Model

SOURCE = "tutorials, Keras FAQ (statement 5); keras#1125; keras#9036"
CONFIRMS = "The batch size is part of a stateful model, and the number of rows is a multiple of it."

Action = Callable[[Model, Array, Array], object]
"""What is tried on the model with some rows x and their targets y."""

Attempts = Mapping[str, tuple[Action, int]]
"""For each name: what is tried, and with how many rows."""


def refuses_and_goes_on(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    attempts: Attempts,
    fitting: Action | None = None,
) -> None:
    """Check that each attempt is rejected, and that the model then continues from where it was
    before.

    ``fitting`` is done first, with two batches of the right size. The final comparison uses the
    outputs, so that it also applies to a subject without ``state-access``.
    """
    spec = trainable_lstm()
    ours, theirs = trial.twins(subject, oracle, spec)
    first, last = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, STEPS, FEATURES)
    rows_that_fit = trial.array(2 * ROWS, STEPS, FEATURES), trial.array(2 * ROWS, UNITS)
    for model in (ours, theirs):
        model.call(first)
        if fitting is not None:
            fitting(model, *rows_that_fit)
    expected = theirs.call(last).outputs
    for what, (action, rows) in attempts.items():
        x, y = trial.array(rows, STEPS, FEATURES), trial.array(rows, UNITS)
        trial.assert_refused(ours, partial(action, ours, x, y), what)
    trial.assert_close(ours.call(last).outputs, expected, "the call after the errors", UPDATED)


def _other_sizes(what: str, action: Action) -> Attempts:
    """A single row, whose states would broadcast, and batches that are too small and too large."""
    return {
        f"{what} with a batch of {rows} rows instead of 3": (action, rows)
        for rows in (1, ROWS - 1, 2 * ROWS)
    }


def _predict_with_other_sizes() -> Attempts:
    """Six rows in batches of one, two and six."""

    def predict(size: int, model: Model, x: Array, y: Array) -> object:
        return model.predict(x, size)

    return {
        f"predict of 6 rows with a batch size of {size} instead of 3": (
            partial(predict, size),
            2 * ROWS,
        )
        for size in (1, 2, 2 * ROWS)
    }


@clause(
    "STATE-55",
    "A stateful call rejects a batch of another size than the model was built for.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL),
    confirms=CONFIRMS,
)
def a_call_refuses_another_batch_size(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A single row is the dangerous case: its states broadcast, and the model seems to work."""
    attempts = _other_sizes("call", lambda model, x, y: model.call(x))
    refuses_and_goes_on(subject, oracle, trial, attempts)


@clause(
    "STATE-56",
    "A stateful predict rejects another batch size than the model was built for.",
    source=SOURCE + "; keras#2322",
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.PREDICT),
    confirms=CONFIRMS,
)
def predict_refuses_another_batch_size(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are six rows, which 1, 2 and 6 divide, so that the batch size is wrong and no row is
    left over.
    """
    refuses_and_goes_on(subject, oracle, trial, _predict_with_other_sizes())


@clause(
    "STATE-57",
    "Stateful training rejects a batch of another size than the model was built for.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.TRAIN),
    confirms=CONFIRMS,
)
def training_refuses_another_batch_size(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The batch has to be rejected before the update, because the gradients of a broadcast state
    would change the weights.
    """
    attempts = _other_sizes("train_on_batch", lambda model, x, y: model.train_on_batch(x, y))
    refuses_and_goes_on(subject, oracle, trial, attempts)


@clause(
    "STATE-58",
    "Setting states of another number of rows is rejected.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.STATE_ACCESS),
)
def states_of_other_rows_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One attempt has a single row, which an assignment would silently broadcast to all rows."""
    spec = trainable_lstm()
    ours, theirs = trial.twins(subject, oracle, spec)
    first, last = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, STEPS, FEATURES)
    ours.call(first)
    for rows in (1, ROWS - 1, ROWS + 1):
        states = trial.states(spec, rows)
        trial.assert_refused(
            ours, partial(ours.set_states, states), f"setting states of {rows} rows"
        )
    expected = theirs.call(last, initial_state=[final_state(theirs, first)]).outputs
    trial.assert_close(ours.call(last).outputs, expected, "the call after the errors")


@clause(
    "STATE-62",
    "A stateful model that has predicted batches of the right size still rejects another batch "
    "size.",
    source=SOURCE + "; keras#2322",
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.PREDICT),
)
def predict_still_refuses(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """An engine may check the shape when it compiles, and then compile for any shape.

    STATE-56 tests a new model; in this check, predict has compiled before.
    """

    def predict(model: Model, x: Array, y: Array) -> object:
        return model.predict(x, ROWS)

    attempts = _predict_with_other_sizes()
    refuses_and_goes_on(subject, oracle, trial, attempts, fitting=predict)


@clause(
    "STATE-63",
    "A stateful model that has been trained on batches of the right size still rejects another "
    "batch size.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.TRAIN),
)
def training_still_refuses(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """It is the same as STATE-62 for train_on_batch: a single row would be trained on the states of
    three.
    """

    def train(model: Model, x: Array, y: Array) -> object:
        return model.train_on_batch(x, y)

    def train_twice(model: Model, x: Array, y: Array) -> object:
        return [train(model, x[rows], y[rows]) for rows in (slice(ROWS), slice(ROWS, None))]

    attempts = _other_sizes("train_on_batch", train)
    refuses_and_goes_on(subject, oracle, trial, attempts, fitting=train_twice)


@clause(
    "STATE-170",
    "A stateful model that was built for a single row rejects two: the state of the one row is "
    "not that of both.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL),
    confirms=CONFIRMS,
)
def one_row_is_not_two(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """A state of one row broadcasts to any number of rows, so nothing else notices them."""
    spec = trainable_lstm(1)
    ours, theirs = trial.twins(subject, oracle, spec)
    first, last = trial.array(1, STEPS, FEATURES), trial.array(1, STEPS, FEATURES)
    two, y = trial.array(2, STEPS, FEATURES), trial.array(2, UNITS)
    for model in (ours, theirs):
        model.call(first)
    attempts: dict[str, tuple[Capability, Callable[[], object]]] = {
        "call": (Capability.FORWARD, lambda: ours.call(two)),
        "predict": (Capability.PREDICT, lambda: ours.predict(two, 2)),
        "test_on_batch": (Capability.EVALUATE, lambda: ours.test_on_batch(two, y)),
        "evaluate": (Capability.EVALUATE, lambda: ours.evaluate(two, y, 2)),
        "gradients": (Capability.GRADIENTS, lambda: ours.gradients(two, y)),
        "train_on_batch": (Capability.TRAIN, lambda: ours.train_on_batch(two, y)),
        "fit": (
            Capability.FIT,
            lambda: ours.fit(two, y, batch_size=2, epochs=1, shuffle=False),
        ),
    }
    for method, (needed, attempt) in attempts.items():
        if needed in subject.capabilities:
            trial.assert_refused(ours, attempt, f"{method} with a batch of 2 rows instead of 1")
    got, expected = ours.call(last).outputs, theirs.call(last).outputs
    trial.assert_close(got, expected, "the call after the errors", UPDATED)
