"""TRAIN: hundreds of updates, epochs, batches and classes."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.side_by_side import is_fast
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Level, clause
from lstm_spec.conformance.support.sizes import (
    LONG_LOSS,
    LONG_RUN,
    MANY,
    OPTIMIZERS,
    VERY_MANY,
    twins_out_of_reach,
)
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.model import LSTM, Dense, ModelSpec
from lstm_spec.tolerances import LOSS

SOURCE = "an update depends on the one before it, and on nothing else"
EVERY = 51
"""The weights are compared after every so many updates: it says where a run goes wrong."""


def train_for_long(
    subject: Implementation, oracle: Implementation, trial: Trial, name: str, updates: int
) -> None:
    """So many updates of one batch: each loss, and the weights every now and then."""
    ours, theirs, x, y = twins_out_of_reach(subject, oracle, trial, OPTIMIZERS[name])
    for number in range(1, updates + 1):
        got, expected = ours.train_on_batch(x, y)["loss"], theirs.train_on_batch(x, y)["loss"]
        trial.assert_close(got, expected, f"loss of update {number}", LONG_LOSS)
        if number % EVERY == 0 or number == updates:
            pairs = zip(ours.get_weights(), theirs.get_weights(), strict=True)
            for index, (one, other) in enumerate(pairs):
                what = f"weight {index} after update {number} of {name}"
                trial.assert_close(one, other, what, LONG_RUN)


@clause(
    "TRAIN-110",
    "However many updates of SGD there are, each is like the first: 307 in lockstep.",
    source=SOURCE,
    needs=(Capability.TRAIN,),
)
def many_updates_of_sgd(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The targets cannot be reached, so that no gradient vanishes on the way."""
    train_for_long(subject, oracle, trial, "SGD", MANY)


@clause(
    "TRAIN-111",
    "However many updates of Adam there are, its moments and its count go on: 307 in lockstep.",
    source=SOURCE + "; Kingma & Ba 2015",
    needs=(Capability.TRAIN,),
)
def many_updates_of_adam(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """After 307 updates the correction of the second moment still halves the step, so that a count
    that has stopped is noticed.
    """
    train_for_long(subject, oracle, trial, "Adam", MANY)


def fit_for_long(
    trial: Trial, models: tuple[Model, Model], x: Array, y: Array, epochs: int, what: str
) -> None:
    """One fit of both: the history, and then the weights."""
    got, expected = (
        np.array(model.fit(x, y, batch_size=2, epochs=epochs, shuffle=False)["loss"])
        for model in models
    )
    trial.assert_close(got, expected, f"loss of {what}", LONG_LOSS, axes=("step",))
    pairs = zip(*(model.get_weights() for model in models), strict=True)
    for index, (one, other) in enumerate(pairs):
        trial.assert_close(one, other, f"weight {index} after {what}", LONG_RUN)


@clause(
    "TRAIN-112",
    "However many epochs a fit has, each is like the first and has its value in the history: 131 "
    "of one batch, or 35 where they are slow.",
    source=SOURCE,
    needs=(Capability.FIT,),
)
def many_epochs(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Beyond 128, or 32; TRAIN-116 goes on, because an epoch of some libraries takes a while."""
    ours, theirs, x, y = twins_out_of_reach(subject, oracle, trial, OPTIMIZERS["Adam"])
    epochs = 131 if is_fast(trial) else 35
    fit_for_long(trial, (ours, theirs), x, y, epochs, f"{epochs} epochs")


@clause(
    "TRAIN-113",
    "However many batches an epoch has, fit trains on each of them, and its loss is the mean over "
    "all rows: 307 batches.",
    source=SOURCE,
    needs=(Capability.FIT,),
)
def many_batches_of_an_epoch(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Every row differs, so that a batch that is left out or repeated is noticed."""
    ours, theirs, _, _ = twins_out_of_reach(subject, oracle, trial, OPTIMIZERS["SGD"])
    x, y = trial.array(2 * MANY - 1, 2, 2), 4.0 * np.sign(trial.array(2 * MANY - 1, 2))
    fit_for_long(trial, (ours, theirs), x, y, 1, f"an epoch of {MANY} batches")


@clause(
    "TRAIN-114",
    "However many batches an evaluate has, its figures are means over all rows; however many "
    "classes there are, each may be the right one: 307 of both.",
    source=SOURCE,
    needs=(Capability.EVALUATE, Capability.LAYERS),
)
def many_batches_and_classes(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """A third of the labels are what the network says, and every class occurs as a label, so that
    neither figure is trivial.
    """
    layers = LSTM(2), Dense(MANY, "softmax")
    spec = ModelSpec(layers, 2, loss="categorical_crossentropy")
    ours, theirs = trial.twins(subject, oracle, spec)
    x = trial.array(MANY, 2, 2)
    labels = trial.rng.permutation(MANY)
    labels[::3] = theirs.call(x[::3]).outputs.argmax(axis=-1)
    y = np.eye(MANY, dtype=np.float32)[labels]
    got, expected = ours.evaluate(x, y, 1), theirs.evaluate(x, y, 1)
    for name in ("loss", "accuracy"):
        trial.assert_close(got[name], expected[name], f"{name} of {MANY} batches", LOSS)


@clause(
    "TRAIN-115",
    "Nor does training end at a thousand updates: 1031 of SGD and of Adam in lockstep.",
    source=SOURCE,
    needs=(Capability.TRAIN,),
    level=Level.FULL,
)
def very_many_updates(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The same as TRAIN-110 and TRAIN-111, beyond the next power of two."""
    for name in OPTIMIZERS:
        train_for_long(subject, oracle, trial, name, VERY_MANY)


@clause(
    "TRAIN-116",
    "However many epochs a fit has, each is like the first: 307 of one batch.",
    source=SOURCE,
    needs=(Capability.FIT,),
    level=Level.FULL,
)
def very_many_epochs(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The same as TRAIN-112, beyond 256 and 300."""
    ours, theirs, x, y = twins_out_of_reach(subject, oracle, trial, OPTIMIZERS["Adam"])
    fit_for_long(trial, (ours, theirs), x, y, MANY, f"{MANY} epochs")
