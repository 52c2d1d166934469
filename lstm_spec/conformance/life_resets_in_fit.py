"""Callbacks of fit: resets at each event, as after every epoch in the tutorials; early stopping."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.loss_cases import ROWS, ending
from lstm_spec.conformance.train_weights_fit import assert_histories_close
from lstm_spec.contract import Capability, Implementation, Model
from lstm_spec.model.fit_events import FitEvent
from lstm_spec.tolerances import LOCKSTEP

NEEDS = (
    Capability.FIT,
    Capability.FIT_OPTIONS,
    Capability.LAYERS,
    Capability.STATEFUL,
    Capability.FORWARD,
)


EPOCHS, BATCHES, HELD = 2, 3, 2
ONE_EACH = (1, 1)
"""A single batch of training, and of validation."""
SOURCE = "Keras documentation, Callback: on_train_begin, on_epoch_begin, on_test_begin and so on"


def fitted_by_hand(
    model: Model, event: FitEvent, batches: Sequence[Any], held: Sequence[Any]
) -> dict[str, list[float]]:
    """The same as fit with a reset at this event, written out: the order of all events."""

    def now(one: FitEvent) -> None:
        if one == event:
            model.reset_states()

    losses: list[float] = []
    validations: list[float] = []
    now("training begin")
    for _ in range(EPOCHS):
        now("epoch begin")
        figures: list[float] = []
        for x, y in batches:
            now("batch begin")
            figures.append(model.train_on_batch(x, y)["loss"])
            now("batch end")
        losses.append(float(np.mean(figures)))
        now("validation begin")
        figures = []
        for x, y in held:
            now("validation batch begin")
            figures.append(model.test_on_batch(x, y)["loss"])
            now("validation batch end")
        validations.append(float(np.mean(figures)))
        now("validation end")
        now("epoch end")
    now("training end")
    return {"loss": losses, "val_loss": validations}


def a_reset_comes_in_time(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    *events: FitEvent,
    counts: tuple[int, int] = (BATCHES, HELD),
) -> None:
    """Two epochs of three batches, with two of validation, from states that are not zero.

    The oracle does the same batch by batch. A call afterwards shows the states that are left. All
    fits are of one model, from the same weights: plain descent keeps nothing from fit to fit.
    """
    spec = ending("mae", "linear", stateful=True)
    batches, held = ([random_batch(trial, spec, ROWS, 3) for _ in range(count)] for count in counts)
    (x, y), validation_data = (
        (np.concatenate([one for one, _ in each]), np.concatenate([one for _, one in each]))
        for each in (batches, held)
    )
    ours, theirs = trial.twins(subject, oracle, spec)
    weights = theirs.get_weights()
    for event in events:
        for one in (ours, theirs):
            one.set_weights(weights)
            one.reset_states()
            one.call(x[:ROWS])
        how: Any = {"shuffle": False, "validation_data": validation_data}
        got = ours.fit(x, y, batch_size=ROWS, epochs=EPOCHS, reset_at=event, **how)
        expected = fitted_by_hand(theirs, event, batches, held)
        told = f"with a reset at {event}"
        assert_histories_close(trial, got, expected, told)
        now, then = ours.get_weights(), theirs.get_weights()
        trial.assert_weights_close(spec, now, then, f"{told}: value", LOCKSTEP)
        after, expected_after = ours.call(x[:ROWS]).outputs, theirs.call(x[:ROWS]).outputs
        trial.assert_close(after, expected_after, f"outputs after a fit {told}", LOCKSTEP)


@clause(
    "LIFE-311",
    "A reset in a callback after every epoch: each epoch begins with states of zero, and the "
    "validation before the reset goes on from the training.",
    source="tutorials: reset_states in on_epoch_end; Keras, fit calls it after the validation",
    needs=NEEDS,
)
def a_reset_after_every_epoch(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The idiom of the tutorials; the first epoch goes on from a call, the second from zero."""
    a_reset_comes_in_time(subject, oracle, trial, "epoch end")


@clause(
    "LIFE-540",
    "A reset in a callback as an epoch begins comes before the first batch of the epoch: the "
    "validation goes on from the training, and what it leaves after the last epoch stays.",
    source=SOURCE,
    needs=NEEDS,
)
def a_reset_before_every_epoch(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Unlike a reset after every epoch, it reaches the first one, and nothing after the last."""
    a_reset_comes_in_time(subject, oracle, trial, "epoch begin")


@clause(
    "LIFE-541",
    "A reset in a callback around the batches of the training comes before each update or after "
    "it, and not around the batches of the validation.",
    source=SOURCE + ", on_train_batch_begin, on_train_batch_end",
    needs=NEEDS,
)
def a_reset_around_every_batch(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Both make every batch but the first start from zero. After a reset before the last batch the
    validation goes on from it; after a reset behind it, from zero. The same where there is one.
    """
    a_reset_comes_in_time(subject, oracle, trial, "batch begin", "batch end")
    a_reset_comes_in_time(subject, oracle, trial, "batch end", counts=ONE_EACH)


@clause(
    "LIFE-542",
    "A reset in a callback around the validation, or around each of its batches, comes where it "
    "says, and the next epoch goes on from the states that the validation left.",
    source=SOURCE + ", on_test_begin, on_test_batch_begin, on_test_batch_end, on_test_end",
    needs=NEEDS,
)
def a_reset_around_the_validation(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A validation that is to start from zero needs the first of them. Also with a single batch."""
    events: tuple[FitEvent, ...] = (
        "validation begin",
        "validation batch begin",
        "validation batch end",
        "validation end",
    )
    a_reset_comes_in_time(subject, oracle, trial, *events)
    ends: tuple[FitEvent, ...] = ("validation begin", "validation end")
    a_reset_comes_in_time(subject, oracle, trial, *ends, counts=ONE_EACH)


@clause(
    "LIFE-543",
    "A reset in a callback as the training begins or ends comes once, before the first epoch or "
    "after the last one.",
    source=SOURCE + ", on_train_begin, on_train_end",
    needs=NEEDS,
)
def a_reset_around_the_training(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The model comes with states of a call; a call afterwards shows what is left."""
    a_reset_comes_in_time(subject, oracle, trial, "training begin", "training end")


@clause(
    "LIFE-511",
    "Early stopping ends fit when the loss of the validation has not fallen for as many epochs as "
    "its patience, and puts back the weights of the best epoch; the states are left where the last "
    "validation ended.",
    source="Keras documentation, EarlyStopping(patience, restore_best_weights): model weights",
    needs=NEEDS,
)
def early_stopping_restores_the_weights_and_not_the_states(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The training moves the outputs steadily up, and the validation asks for what they are after
    two epochs: from then on its loss rises. With a patience of two, the fourth epoch is the last.
    """
    spec = ending("mae", "linear", stateful=True)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, held_x = (random_batch(trial, spec, ROWS, 3)[0] for _ in range(2))
    y = (theirs.predict(x, ROWS) + 4).astype(np.float32)
    scout = trial.model(oracle, spec, theirs.get_weights())
    theirs.reset_states()
    for _ in range(2):
        scout.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False)
        held_y = scout.predict(held_x, ROWS).astype(np.float32)
    how = {"batch_size": ROWS, "epochs": 8, "shuffle": False, "validation_data": (held_x, held_y)}
    expected = theirs.fit(x, y, patience=2, **how)  # type: ignore[arg-type]
    got = ours.fit(x, y, patience=2, **how)  # type: ignore[arg-type]
    lengths = len(got["loss"]), len(expected["loss"])
    trial.assert_that(
        lengths[0] == lengths[1],
        f"expected {lengths[1]} epochs with early stopping, got {lengths[0]}",
    )
    assert_histories_close(trial, got, expected, "with early stopping")
    now, then = ours.get_weights(), theirs.get_weights()
    trial.assert_weights_close(spec, now, then, "after early stopping: value", LOCKSTEP)
    got_after, expected_after = ours.call(x).outputs, theirs.call(x).outputs
    trial.assert_close(got_after, expected_after, "outputs after early stopping", LOCKSTEP)
