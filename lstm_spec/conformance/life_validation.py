"""Validation inside fit uses the same state as the training does."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.state_after import (
    UPDATED,
    goes_on_from,
    samples,
    trainable_twins,
    trained_as,
)
from lstm_spec.conformance.support.state_specs import ROWS, trainable_lstm, zeros_like
from lstm_spec.contract import Array, Capability, Implementation, Model

NEEDS = (Capability.FORWARD, Capability.STATEFUL, Capability.FIT)
SOURCE = "moving-average-example; keras#1853; keras#4185"


def _epoch(
    model: Model, x: Array, y: Array, validation: tuple[Array, Array] | None = None
) -> dict[str, list[float]]:
    """One epoch of training, in the order of the rows."""
    return model.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False, validation_data=validation)


@clause(
    "LIFE-20",
    "Validation inside fit changes the carried state.",
    source=SOURCE,
    needs=NEEDS,
    strength=Strength.SHOULD,
)
def validation_changes_the_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A call finds out the state after one epoch. If validation has a state of its own, or does not
    change the state, the report says so.
    """
    ours, theirs = trainable_twins(subject, oracle, trial)
    (x, y), validation = samples(trial), samples(trial)
    _epoch(theirs, x, y)
    trained = theirs.get_states()
    theirs.predict(validation[0], ROWS)
    moved = theirs.get_states()
    theirs.reset_states()
    theirs.predict(validation[0], ROWS)
    apart = theirs.get_states()
    _epoch(ours, x, y, validation)
    mistakes = {
        "is not changed by": trained,
        "is cleared by": zeros_like(trained),
        "is cleared before": apart,
    }
    goes_on_from(subject, trial, ours, theirs, moved, "validation", mistakes)


@clause(
    "LIFE-21",
    "The validation loss starts from the state that the training of the epoch left.",
    source=SOURCE,
    needs=NEEDS,
    strength=Strength.SHOULD,
)
def validation_starts_from_the_state_of_the_training(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The oracle validates with ``evaluate``, which continues from the carried state (LIFE-04)."""
    ours, theirs = trainable_twins(subject, oracle, trial)
    (x, y), validation = samples(trial), samples(trial)
    got = _epoch(ours, x, y, validation)
    trial.assert_that(
        "val_loss" in got, f"fit with validation returned no val_loss, only {sorted(got)}"
    )
    loss = _epoch(theirs, x, y)["loss"]
    expected = [theirs.evaluate(*validation, ROWS)["loss"]]
    trial.assert_close(np.array(got["loss"]), np.array(loss), "loss of the epoch", UPDATED)
    trial.assert_close(np.array(got["val_loss"]), np.array(expected), "val_loss", UPDATED)


@clause(
    "LIFE-22",
    "Validation inside fit does not change any weight.",
    source="Keras documentation of Model.fit",
    needs=NEEDS,
)
def validation_trains_nothing(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One epoch from a zero state gives the same weights with validation as without."""
    ours, theirs = trainable_twins(subject, oracle, trial)
    (x, y), validation = samples(trial), samples(trial)
    _epoch(ours, x, y, validation)
    _epoch(theirs, x, y)
    trained_as(trial, ours, theirs, "an epoch with validation", {})


@clause(
    "LIFE-23",
    "Over two epochs of a stateful model, validation changes the weights, because it changes the "
    "state.",
    source=SOURCE,
    needs=NEEDS,
    strength=Strength.SHOULD,
)
def validation_leaks_into_the_next_epoch(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The moving-average example has this leak: it resets the state only after the validation."""
    ours, theirs = trainable_twins(subject, oracle, trial)
    without = trial.model(oracle, trainable_lstm(), theirs.get_weights())
    (x, y), validation = samples(trial), samples(trial)
    ours.fit(x, y, batch_size=ROWS, epochs=2, shuffle=False, validation_data=validation)
    for _ in range(2):
        _epoch(without, x, y)
        _epoch(theirs, x, y)
        theirs.predict(validation[0], ROWS)
    mistakes = {"of training without validation": without}
    trained_as(trial, ours, theirs, "two epochs with validation", mistakes)


@clause(
    "LIFE-24",
    "In a stateless model, validation changes nothing.",
    source="tutorials (statement 1)",
    needs=(Capability.FORWARD, Capability.FIT),
)
def stateless_validation_changes_nothing(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """It complements LIFE-23: two epochs give the weights of training without validation."""
    spec = trainable_lstm(stateful=False)
    ours, theirs = trial.twins(subject, oracle, spec)
    (x, y), validation = samples(trial), samples(trial)
    ours.fit(x, y, batch_size=ROWS, epochs=2, shuffle=False, validation_data=validation)
    for _ in range(2):
        _epoch(theirs, x, y)
    trial.assert_weights_close(spec, ours.get_weights(), theirs.get_weights(), "weight", UPDATED)
