"""Training with penalties, with constraints and beside layers that are frozen."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.lockstep import in_lockstep, random_batch, random_run
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import (
    L1L2,
    LSTM,
    SGD,
    Adam,
    Dense,
    MaxNorm,
    MinMaxNorm,
    ModelSpec,
    NonNeg,
    UnitNorm,
)
from lstm_spec.tolerances import EXACT, FORWARD, LOCKSTEP, LOSS

UNITS, FEATURES, ROWS, STEPS = 3, 2, 3, 4
PENALTIES = "Keras documentation of regularizers: they are part of the loss"
CONSTRAINTS = "Keras documentation of constraints: projections after each gradient update"
RATE = 0.125

PENALISED = LSTM(
    UNITS,
    kernel_regularizer=L1L2(0.0625, 0.125),
    recurrent_regularizer=L1L2(l2=0.25),
    bias_regularizer=L1L2(0.125),
    activity_regularizer=L1L2(0.25, 0.5),
)


@clause(
    "TRAIN-430",
    "The loss that is reported, in training, in evaluation and in validation, has the penalties "
    "added to it, those on the weights once for each batch.",
    source=PENALTIES,
    needs=(Capability.TRAIN, Capability.EVALUATE, Capability.FIT),
)
def reported_losses_have_the_penalties(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Five rows in batches of three: the mean over the rows counts a penalty once, not twice."""
    spec = ModelSpec((PENALISED,), FEATURES, optimizer=SGD(RATE))
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = random_batch(trial, spec, 5, STEPS)
    pairs = [
        ("evaluate", ours.evaluate(x, y, 3), theirs.evaluate(x, y, 3)),
        ("test_on_batch", ours.test_on_batch(x[:3], y[:3]), theirs.test_on_batch(x[:3], y[:3])),
        ("train_on_batch", ours.train_on_batch(x[:3], y[:3]), theirs.train_on_batch(x[:3], y[:3])),
    ]
    for method, got, right in pairs:
        trial.assert_close(got["loss"], right["loss"], f"loss of {method}", LOSS)
    histories = [
        model.fit(x, y, batch_size=3, epochs=2, shuffle=False, validation_data=(x[:3], y[:3]))
        for model in (ours, theirs)
    ]
    for name in ("loss", "val_loss"):
        series, wanted = (np.array(history[name]) for history in histories)
        trial.assert_close(series, wanted, f"{name} of fit", LOCKSTEP)


@clause(
    "TRAIN-431",
    "Updates of a model with penalties follow the gradient of the whole loss, penalties included.",
    source=PENALTIES,
    needs=(Capability.TRAIN,),
)
def updates_follow_the_penalties(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Five updates in lockstep, each with its own batch."""
    spec = ModelSpec((PENALISED,), FEATURES, optimizer=SGD(RATE))
    run = random_run(trial, spec, 5, ROWS, STEPS)
    in_lockstep(trial, run, *trial.twins(subject, oracle, spec, run.weights), LOCKSTEP)


def norms(weight: Array, axis: int) -> Array:
    """The lengths along an axis."""
    found: Array = np.sqrt(np.square(weight).sum(axis=axis, keepdims=True))
    return found


@clause(
    "TRAIN-432",
    "After each update the weights obey their constraints: those below zero become zero, "
    "and vectors along the given axis get the norm that is wanted, those within bounds are left.",
    source=CONSTRAINTS,
    needs=(Capability.TRAIN,),
)
def constraints_hold_after_each_update(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The update is arithmetic with the oracle's gradient, and so is the constraint. Two updates:
    the second starts from weights that were held.
    """
    held = LSTM(
        UNITS,
        kernel_constraint=MaxNorm(0.75),
        recurrent_constraint=UnitNorm(axis=1),
        bias_constraint=NonNeg(),
    )
    spec = ModelSpec((held,), FEATURES, optimizer=SGD(RATE))
    free = ModelSpec((LSTM(UNITS),), FEATURES)
    ours, theirs = trial.twins(subject, oracle, spec)[0], oracle.build(free)
    for number in (1, 2):
        x, y = random_batch(trial, spec, ROWS, STEPS)
        theirs.set_weights(ours.get_weights())
        slopes = theirs.gradients(x, y).weights
        kernel, recurrent, bias = (
            np.asarray(w, np.float64) - RATE * g
            for w, g in zip(ours.get_weights(), slopes, strict=True)
        )
        ours.train_on_batch(x, y)
        expected = [
            kernel * np.minimum(1, 0.75 / norms(kernel, 0)),
            recurrent / norms(recurrent, 1),
            np.maximum(bias, 0),
        ]
        what = f"after update {number}, value"
        trial.assert_weights_close(spec, ours.get_weights(), expected, what, FORWARD)


@clause(
    "TRAIN-433",
    "Constraints on norms work along the axis that they name, on each array that they are given "
    "for and on no other, and a rate below one goes only a part of the way.",
    source=CONSTRAINTS,
    needs=(Capability.TRAIN,),
)
def constraints_work_along_their_axis(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Four updates in lockstep, with the axes of the clause before exchanged, and a bias of its
    own norm.
    """
    held = LSTM(
        UNITS,
        kernel_constraint=UnitNorm(axis=1),
        recurrent_constraint=MinMaxNorm(0.75, 1.0, 0.25),
        bias_constraint=MaxNorm(0.5),
    )
    spec = ModelSpec((held,), FEATURES, optimizer=SGD(RATE))
    run = random_run(trial, spec, 4, ROWS, STEPS)
    in_lockstep(trial, run, *trial.twins(subject, oracle, spec, run.weights), LOCKSTEP)


@clause(
    "TRAIN-434",
    "No update moves a weight of a frozen layer, whatever the optimiser remembers and whatever "
    "constraint the layer has, while the other layers learn; the order of the weights is as ever.",
    source="Keras documentation of trainable; keras#4674",
    needs=(Capability.TRAIN, Capability.LAYERS),
)
def a_frozen_layer_does_not_move(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The lower LSTM is frozen, and has a constraint that its weights break. The weights are all
    of different sizes, so that another order would be refused or noticed.
    """
    lower = LSTM(UNITS, return_sequences=True, trainable=False, kernel_constraint=NonNeg())
    spec = ModelSpec((lower, LSTM(4), Dense(2)), FEATURES, optimizer=Adam(0.03125, epsilon=0.0625))
    ours, theirs = trial.twins(subject, oracle, spec)
    before = ours.get_weights()
    for number in (1, 2, 3):
        x, y = random_batch(trial, spec, ROWS, STEPS)
        got, right = ours.train_on_batch(x, y), theirs.train_on_batch(x, y)
        trial.assert_close(got["loss"], right["loss"], f"loss of update {number}", LOSS)
        what = f"after update {number}, value"
        trial.assert_weights_close(spec, ours.get_weights(), theirs.get_weights(), what, LOCKSTEP)
        for now, then in zip(ours.get_weights()[:3], before[:3], strict=True):
            trial.assert_close(now, then, f"{what} of a frozen array", EXACT)
