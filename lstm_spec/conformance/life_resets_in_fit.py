"""Callbacks of fit: the idiom of the tutorials, a reset after every epoch; early stopping."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.loss_cases import ROWS, ending
from lstm_spec.conformance.train_weights_fit import assert_histories_close
from lstm_spec.contract import Capability, Implementation
from lstm_spec.tolerances import LOCKSTEP

NEEDS = (
    Capability.FIT,
    Capability.FIT_OPTIONS,
    Capability.LAYERS,
    Capability.STATEFUL,
    Capability.FORWARD,
)


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
    """Two epochs of two batches with one validation batch, as one fit; the oracle does the same in
    single epochs with resets between them. After the last one, a call starts from zero.
    """
    spec = ending("mae", "linear", stateful=True)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = random_batch(trial, spec, 2 * ROWS, 3)
    held = random_batch(trial, spec, ROWS, 3)
    how = {"batch_size": ROWS, "shuffle": False, "validation_data": held}
    got = ours.fit(x, y, epochs=2, reset_after_epoch=True, **how)  # type: ignore[arg-type]
    expected: dict[str, list[float]] = {}
    for _ in range(2):
        for name, figures in theirs.fit(x, y, epochs=1, **how).items():  # type: ignore[arg-type]
            expected.setdefault(name, []).extend(figures)
        theirs.reset_states()
    assert_histories_close(trial, got, expected, "with a reset after every epoch")
    now, then = ours.get_weights(), theirs.get_weights()
    trial.assert_weights_close(spec, now, then, "after both epochs: value", LOCKSTEP)
    got_after, expected_after = ours.call(x[:ROWS]).outputs, theirs.call(x[:ROWS]).outputs
    trial.assert_close(got_after, expected_after, "outputs after the last reset", LOCKSTEP)


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
