"""Numbers of rows that the batch size of a stateful model does not divide are rejected, early."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.state_refusals import (
    CONFIRMS,
    SOURCE,
    Action,
    Attempts,
    refuses_and_goes_on,
)
from lstm_spec.conformance.support.state_specs import FEATURES, ROWS, STEPS, stateful_lstm
from lstm_spec.contract import Array, Capability, Implementation, Model, Unsupported
from lstm_spec.evidence import BrokenAdapter


def _leftover_row(what: str, action: Action) -> Attempts:
    """Two whole batches of three rows, and one row left over."""
    return {f"{what} of 7 rows with a batch size of 3": (action, 2 * ROWS + 1)}


@clause(
    "STATE-51",
    "A stateful predict rejects a number of rows that the batch size does not divide.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.PREDICT),
    confirms=CONFIRMS,
)
def predict_rejects_a_leftover_row(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Two whole batches come first: an engine that notices the leftover row too late has already
    changed the state.
    """
    attempts = _leftover_row("predict", lambda model, x, y: model.predict(x, ROWS))
    refuses_and_goes_on(subject, oracle, trial, attempts)


@clause(
    "STATE-52",
    "A stateful evaluate rejects a number of rows that the batch size does not divide.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.EVALUATE),
    confirms=CONFIRMS,
)
def evaluate_rejects_a_leftover_row(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """It is the same for evaluate. A loss over padded or dropped rows would be wrong without any
    error.
    """
    attempts = _leftover_row("evaluate", lambda model, x, y: model.evaluate(x, y, ROWS))
    refuses_and_goes_on(subject, oracle, trial, attempts)


@clause(
    "STATE-53",
    "A stateful fit rejects a number of rows that the batch size does not divide.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.FIT),
    confirms=CONFIRMS,
)
def fit_rejects_a_leftover_row(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine that notices the problem at the last batch has already made two updates, which the
    weights show.
    """

    def fit(model: Model, x: Array, y: Array) -> object:
        return model.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False)

    refuses_and_goes_on(subject, oracle, trial, _leftover_row("fit", fit))


@clause(
    "STATE-54",
    "A stateful fit rejects validation rows that the batch size does not divide.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.FIT),
    confirms=CONFIRMS,
)
def fit_rejects_a_leftover_validation_row(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The number of training rows is right, so an engine that checks the validation rows only when
    it reaches them is too late.
    """

    def fit(model: Model, x: Array, y: Array) -> object:
        whole = slice(None, 2 * ROWS)
        return model.fit(
            x[whole], y[whole], batch_size=ROWS, epochs=1, shuffle=False, validation_data=(x, y)
        )

    refuses_and_goes_on(subject, oracle, trial, _leftover_row("validation", fit))


@clause(
    "STATE-59",
    "A stateful predict returns exactly as many rows as it received, unless it rejects them.",
    source=SOURCE,
    needs=(Capability.STATEFUL, Capability.PREDICT),
)
def as_many_rows_are_returned_as_were_given(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Rejecting seven rows is right (STATE-51), but an engine that returns a result has to return
    seven rows.

    A single row that is left over can be broadcast to the states of all three rows: nine rows are
    returned.
    """
    ours, theirs = trial.twins(subject, oracle, stateful_lstm())
    x = trial.array(2 * ROWS + 1, STEPS, FEATURES)
    whole = x[: 2 * ROWS]
    trial.assert_close(
        ours.predict(whole, ROWS), theirs.predict(whole, ROWS), "6 rows in batches of 3"
    )
    try:
        got = ours.predict(x, ROWS)
    except (Unsupported, BrokenAdapter):
        raise
    except Exception:
        return
    trial.assert_that(len(got) == len(x), f"predict received {len(x)} rows and returned {len(got)}")


def _before_any_batch(what: str, action: Action) -> Attempts:
    """Two whole batches of three rows, and two rows left over, which cannot even be broadcast."""
    return {f"{what} of 8 rows with a batch size of 3": (action, 2 * ROWS + 2)}


@clause(
    "STATE-60",
    "A stateful predict that rejects leftover rows does so before any batch changes the state.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.PREDICT),
)
def predict_refuses_before_it_runs(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An error in the last batch rejects the rows, too, but leaves the model in another state."""
    attempts = _before_any_batch("predict", lambda model, x, y: model.predict(x, ROWS))
    refuses_and_goes_on(subject, oracle, trial, attempts)


@clause(
    "STATE-61",
    "A stateful fit that rejects leftover rows does so before any batch changes a weight.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.FIT),
)
def fit_refuses_before_it_trains(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine that notices the small third batch when it reaches it has already made
    two updates.
    """

    def fit(model: Model, x: Array, y: Array) -> object:
        return model.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False)

    refuses_and_goes_on(subject, oracle, trial, _before_any_batch("fit", fit))
