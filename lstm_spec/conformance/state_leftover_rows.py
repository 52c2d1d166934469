"""Rows that the batch size of a stateful model does not divide are refused, and in good time."""

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


def _a_rest(what: str, action: Action) -> Attempts:
    """Two whole batches of three rows, and one row over."""
    return {f"{what} of 7 rows with a batch size of 3": (action, 2 * ROWS + 1)}


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
    refuses_and_goes_on(subject, oracle, trial, attempts)


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
    refuses_and_goes_on(subject, oracle, trial, attempts)


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

    refuses_and_goes_on(subject, oracle, trial, _a_rest("fit", fit))


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

    refuses_and_goes_on(subject, oracle, trial, _a_rest("validation", fit))


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
    trial.assert_close(
        ours.predict(whole, ROWS), theirs.predict(whole, ROWS), "6 rows in batches of 3"
    )
    try:
        got = ours.predict(x, ROWS)
    except (Unsupported, BrokenAdapter):
        raise
    except Exception:
        return
    trial.assert_that(len(got) == len(x), f"predict: {len(x)} rows went in, {len(got)} came out")


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
    refuses_and_goes_on(subject, oracle, trial, attempts)


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

    refuses_and_goes_on(subject, oracle, trial, _before_any_batch("fit", fit))
