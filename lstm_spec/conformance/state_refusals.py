"""Batches that do not fit a stateful model are refused before anything has moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from lstm_spec.clauses import clause
from lstm_spec.conformance.state_specs import (
    FEATURES,
    ROWS,
    STEPS,
    UNITS,
    final_state,
    stateful_lstm,
    trainable_lstm,
)
from lstm_spec.contract import Array, Capability, Implementation, Model, Unsupported
from lstm_spec.evidence import BrokenAdapter
from lstm_spec.trial import Trial

SOURCE = "tutorials, Keras FAQ (statement 5); keras#1125; keras#9036"
CONFIRMS = "The batch size is part of a stateful model, and the number of rows is a multiple of it."

Action = Callable[[Model, Array, Array], object]
"""What is tried on the model with some rows x and their targets y."""

Attempts = Mapping[str, tuple[Action, int]]
"""By name: what is tried, and with how many rows."""


def _refuses(
    subject: Implementation, oracle: Implementation, trial: Trial, attempts: Attempts
) -> None:
    """Each attempt is refused, and the model goes on from where it was before.

    The last look is at the outputs, so that also a subject without ``state-access`` is held to it.
    """
    spec = trainable_lstm()
    ours, theirs = trial.twins(subject, oracle, spec)
    first, last = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, STEPS, FEATURES)
    ours.call(first)
    theirs.call(first)
    expected = theirs.call(last).outputs
    for what, (action, rows) in attempts.items():
        x, y = trial.array(rows, STEPS, FEATURES), trial.array(rows, UNITS)
        trial.refuses(ours, partial(action, ours, x, y), what)
    trial.close(ours.call(last).outputs, expected, "the call after the refusals")


def _a_rest(what: str, action: Action) -> Attempts:
    """Two whole batches of three rows, and one row over."""
    return {f"{what} of 7 rows with a batch size of 3": (action, 2 * ROWS + 1)}


def _other_sizes(what: str, action: Action) -> Attempts:
    """A single row, whose states would broadcast, and batches too small and too large."""
    return {
        f"{what} with a batch of {rows} rows instead of 3": (action, rows)
        for rows in (1, ROWS - 1, 2 * ROWS)
    }


@clause(
    "STATE-51",
    "A stateful predict refuses a number of rows that the batch size does not divide.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.PREDICT),
    confirms=CONFIRMS,
)
def predict_refuses_a_rest(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Two whole batches come first: an engine that finds the rest too late has moved the state."""
    attempts = _a_rest("predict", lambda model, x, y: model.predict(x, ROWS))
    _refuses(subject, oracle, trial, attempts)


@clause(
    "STATE-52",
    "A stateful evaluate refuses a number of rows that the batch size does not divide.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.EVALUATE),
    confirms=CONFIRMS,
)
def evaluate_refuses_a_rest(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """As for predict; a loss over padded or dropped rows would be a silent lie."""
    attempts = _a_rest("evaluate", lambda model, x, y: model.evaluate(x, y, ROWS))
    _refuses(subject, oracle, trial, attempts)


@clause(
    "STATE-53",
    "A stateful fit refuses a number of rows that the batch size does not divide.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.FIT),
    confirms=CONFIRMS,
)
def fit_refuses_a_rest(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """A refusal at the last batch comes after two updates: the weights tell."""

    def fit(model: Model, x: Array, y: Array) -> object:
        return model.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False)

    _refuses(subject, oracle, trial, _a_rest("fit", fit))


@clause(
    "STATE-54",
    "A stateful fit refuses validation rows that the batch size does not divide.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.FIT),
    confirms=CONFIRMS,
)
def fit_refuses_a_rest_in_validation(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The training rows fit, so that a refusal that waits for the validation comes too late."""

    def fit(model: Model, x: Array, y: Array) -> object:
        whole = slice(None, 2 * ROWS)
        return model.fit(
            x[whole], y[whole], batch_size=ROWS, epochs=1, shuffle=False, validation_data=(x, y)
        )

    _refuses(subject, oracle, trial, _a_rest("validation", fit))


@clause(
    "STATE-55",
    "A stateful call refuses a batch of another size than it was built for.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL),
    confirms=CONFIRMS,
)
def a_call_refuses_another_batch_size(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One row is the dangerous size: its states broadcast, and the model seems to work."""
    attempts = _other_sizes("call", lambda model, x, y: model.call(x))
    _refuses(subject, oracle, trial, attempts)


@clause(
    "STATE-56",
    "A stateful predict refuses another batch size than the model was built for.",
    source=SOURCE + "; keras#2322",
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.PREDICT),
    confirms=CONFIRMS,
)
def predict_refuses_another_batch_size(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Six rows, which 1, 2 and 6 divide: it is the batch size that is wrong, not the rest."""

    def predict(size: int, model: Model, x: Array, y: Array) -> object:
        return model.predict(x, size)

    attempts = {
        f"predict of 6 rows with a batch size of {size} instead of 3": (
            partial(predict, size),
            2 * ROWS,
        )
        for size in (1, 2, 2 * ROWS)
    }
    _refuses(subject, oracle, trial, attempts)


@clause(
    "STATE-57",
    "Stateful training refuses a batch of another size than the model was built for.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.TRAIN),
    confirms=CONFIRMS,
)
def training_refuses_another_batch_size(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Refused before the update: also the gradients of a broadcast state would move weights."""
    attempts = _other_sizes("train_on_batch", lambda model, x, y: model.train_on_batch(x, y))
    _refuses(subject, oracle, trial, attempts)


@clause(
    "STATE-58",
    "States of another number of rows are refused when they are set.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.STATE_ACCESS),
)
def states_of_other_rows_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Among them a single row, which an assignment would spread over all rows without a word."""
    spec = trainable_lstm()
    ours, theirs = trial.twins(subject, oracle, spec)
    first, last = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, STEPS, FEATURES)
    ours.call(first)
    for rows in (1, ROWS - 1, ROWS + 1):
        states = trial.states(spec, rows)
        trial.refuses(ours, partial(ours.set_states, states), f"setting states of {rows} rows")
    expected = theirs.call(last, initial_state=[final_state(theirs, first)]).outputs
    trial.close(ours.call(last).outputs, expected, "the call after the refusals")


@clause(
    "STATE-59",
    "A stateful predict never gives out another number of rows than went in.",
    source=SOURCE,
    needs=(Capability.STATEFUL, Capability.PREDICT),
)
def rows_are_never_made_up(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Refusing seven rows is right (STATE-51). Whoever answers has to answer seven rows.

    A row that is left over alone can be spread over the states of all three slots: nine come out.
    """
    ours, theirs = trial.twins(subject, oracle, stateful_lstm())
    x = trial.array(2 * ROWS + 1, STEPS, FEATURES)
    whole = x[: 2 * ROWS]
    trial.close(ours.predict(whole, ROWS), theirs.predict(whole, ROWS), "6 rows in batches of 3")
    try:
        got = ours.predict(x, ROWS)
    except (Unsupported, BrokenAdapter):
        raise
    except Exception:
        return
    trial.holds(len(got) == len(x), f"predict: {len(x)} rows went in, {len(got)} came out")


def _before_any_batch(what: str, action: Action) -> Attempts:
    """Two whole batches of three rows, and two rows over, which do not even broadcast."""
    return {f"{what} of 8 rows with a batch size of 3": (action, 2 * ROWS + 2)}


@clause(
    "STATE-60",
    "A stateful predict that refuses a rest does so before any batch has moved the state.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.PREDICT),
)
def predict_refuses_before_it_runs(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An error in the last batch is a refusal too, but one that leaves the model somewhere else."""
    attempts = _before_any_batch("predict", lambda model, x, y: model.predict(x, ROWS))
    _refuses(subject, oracle, trial, attempts)


@clause(
    "STATE-61",
    "A stateful fit that refuses a rest does so before any batch has moved a weight.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.FIT),
)
def fit_refuses_before_it_trains(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Two updates have been made when the third batch turns out to be too small."""

    def fit(model: Model, x: Array, y: Array) -> object:
        return model.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False)

    _refuses(subject, oracle, trial, _before_any_batch("fit", fit))
