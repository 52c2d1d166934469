"""The state during training: from batch to batch, across the end of an epoch, and after a reset."""

from __future__ import annotations

import numpy as np

from lstm_spec import tolerances
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.state_after import (
    CONFIRMS,
    SOURCE,
    UPDATED,
    goes_on_from,
    samples,
    trainable_twins,
    trained_as,
    used_twins,
)
from lstm_spec.conformance.support.state_specs import (
    FEATURES,
    ROWS,
    STEPS,
    UNITS,
    starts_from,
    trainable_lstm,
    zeros_like,
)
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.model import LSTM, SGD, Dense, ModelSpec

FIT = (Capability.FORWARD, Capability.STATEFUL, Capability.FIT)


def _train_in_order(model: Model, x: Array, y: Array) -> list[float]:
    """Train one epoch with train_on_batch over consecutive batches, and return the losses."""
    return [
        model.train_on_batch(x[start : start + ROWS], y[start : start + ROWS])["loss"]
        for start in range(0, len(x), ROWS)
    ]


@clause(
    "LIFE-13",
    "The end of an epoch does not reset the state.",
    source=SOURCE + "; keras#4756",
    needs=FIT,
    confirms=CONFIRMS,
)
def the_end_of_an_epoch_resets_nothing(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The oracle trains batch by batch, so it has no epochs at whose end anything could be cleared.

    A second oracle is reset between the epochs: the subject must not end with its weights.
    """
    ours, theirs = trainable_twins(subject, oracle, trial)
    forgetful = trial.model(oracle, trainable_lstm(), theirs.get_weights())
    x, y = samples(trial)
    ours.fit(x, y, batch_size=ROWS, epochs=2, shuffle=False)
    for epoch in range(2):
        _train_in_order(theirs, x, y)
        if epoch:
            forgetful.reset_states()
        _train_in_order(forgetful, x, y)
    mistakes = {"of training with a reset after each epoch": forgetful}
    trained_as(trial, ours, theirs, "two epochs of fit", mistakes)
    goes_on_from(subject, trial, ours, theirs, theirs.get_states(), "two epochs of fit", {})


@clause(
    "LIFE-14",
    "One fit of two epochs is the same training as two fits of one epoch.",
    source=SOURCE + "; keras#10231",
    needs=FIT,
)
def two_epochs_are_two_fits(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The documents train with 300 fits of one epoch each. Only the resets between them make a
    difference.
    """
    ours, theirs = trainable_twins(subject, oracle, trial)
    x, y = samples(trial)
    for _ in range(2):
        ours.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False)
    theirs.fit(x, y, batch_size=ROWS, epochs=2, shuffle=False)
    trained_as(trial, ours, theirs, "two fits", {})
    goes_on_from(subject, trial, ours, theirs, theirs.get_states(), "two fits", {})


@clause(
    "LIFE-15",
    "fit without shuffling is the same as train_on_batch over the consecutive batches, including "
    "the states.",
    source="Keras documentation of Model.fit; keras#2064",
    needs=(*FIT, Capability.TRAIN),
)
def fit_is_train_on_batch_in_order(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Both methods of the subject are compared with the oracle, which trains batch by batch, over
    one epoch of three batches.
    """
    fitted, theirs = trainable_twins(subject, oracle, trial)
    stepped = trial.model(subject, trainable_lstm(), theirs.get_weights())
    x, y = samples(trial, 3)
    history = fitted.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False)
    losses, expected = _train_in_order(stepped, x, y), _train_in_order(theirs, x, y)
    trial.assert_close(np.array(losses), np.array(expected), "losses of train_on_batch", UPDATED)
    mean = np.array([np.mean(expected)])
    trial.assert_close(np.array(history["loss"]), mean, "loss of the epoch", UPDATED)
    final = theirs.get_states()
    for model, what in ((fitted, "fit"), (stepped, "train_on_batch")):
        trained_as(trial, model, theirs, what, {})
        goes_on_from(subject, trial, model, theirs, final, what, {})


@clause(
    "LIFE-16",
    "The state that an update leaves is computed with the weights from before the update.",
    source="moving-average-example (statement 7); keras#3669",
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.TRAIN),
)
def the_state_is_that_of_the_forward_pass(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine that runs the batch a second time to obtain its state would use the new weights."""
    ours, theirs = used_twins(subject, oracle, trial)
    before = theirs.get_states()
    x, y = samples(trial, 1)
    forward = theirs.call(x, initial_state=before).states
    assert forward is not None
    theirs.set_states(before)
    ours.train_on_batch(x, y)
    theirs.train_on_batch(x, y)
    again = theirs.call(x, initial_state=before).states
    twice = theirs.call(x, initial_state=forward).states
    mistakes = {
        "is computed with the new weights in": again or [],
        "is that of running the batch twice in": twice or [],
    }
    goes_on_from(subject, trial, ours, theirs, forward, "train_on_batch", mistakes)


@clause(
    "LIFE-17",
    "A reset after every epoch changes what is learned from the second epoch on.",
    source="alphabet-stateful, echo, moving-average: reset after every epoch",
    needs=FIT,
)
def a_reset_after_every_epoch_matters(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """All stateful pipelines use this schedule. If a reset is skipped, or does not clear c, the
    weights show it.
    """
    ours, theirs = trainable_twins(subject, oracle, trial)
    without = trial.model(oracle, trainable_lstm(), theirs.get_weights())
    x, y = samples(trial)
    for _ in range(2):
        for model in (ours, theirs, without):
            model.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False)
            if model is not without:
                model.reset_states()
    trained_as(trial, ours, theirs, "two epochs", {"of training without resets": without})
    zero = zeros_like(theirs.get_states())
    goes_on_from(subject, trial, ours, theirs, zero, "the last reset", {})


@clause(
    "LIFE-18",
    "Training carries the state of every layer of a stack.",
    source="echo-notebook; keras#2064",
    needs=(*FIT, Capability.LAYERS),
)
def training_carries_every_layer(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The model has two stateful layers below a Dense layer. The call after the fit shows what they
    carried.
    """
    layers = (
        LSTM(UNITS, return_sequences=True, stateful=True),
        LSTM(3, return_sequences=True, stateful=True),
        Dense(2),
    )
    spec = ModelSpec(layers, FEATURES, batch_size=ROWS, optimizer=SGD(0.5))
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(2 * ROWS, STEPS, FEATURES), trial.array(2 * ROWS, STEPS, 2)
    for model in (ours, theirs):
        model.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False)
    trial.assert_weights_close(spec, ours.get_weights(), theirs.get_weights(), "weight", UPDATED)
    left, rows = theirs.get_states(), trial.array(ROWS, STEPS, FEATURES)
    got, mistakes = ours.call(rows).outputs, {"fit leaves states of zero": zeros_like(left)}
    starts_from(trial, theirs, got, rows, left, "the call after fit", mistakes, UPDATED)


@clause(
    "LIFE-19",
    "A stateless model keeps nothing from training but its weights.",
    source="tutorials (statement 1)",
    needs=(Capability.FORWARD, Capability.FIT, Capability.EVALUATE),
)
def a_stateless_model_has_no_memory(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """After training and evaluating, it must give the results of a new model of the oracle that has
    its weights.
    """
    spec = trainable_lstm(stateful=False)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = samples(trial)
    for model in (ours, theirs):
        model.fit(x, y, batch_size=ROWS, epochs=2, shuffle=False)
    trial.assert_weights_close(spec, ours.get_weights(), theirs.get_weights(), "weight", UPDATED)
    new = trial.model(oracle, spec, ours.get_weights())
    expected = new.evaluate(x, y, ROWS)["loss"]
    for time in ("first", "second"):
        loss = np.array(ours.evaluate(x, y, ROWS)["loss"])
        trial.assert_close(loss, np.array(expected), f"{time} evaluate after fit", tolerances.LOSS)
    trial.assert_close(
        ours.call(x[:ROWS]).outputs, new.call(x[:ROWS]).outputs, "call after evaluate"
    )
