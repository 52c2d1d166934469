"""Every operation that runs the model starts from the carried state and changes it."""

from __future__ import annotations

import numpy as np

from lstm_spec import tolerances
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.state_after import (
    CONFIRMS,
    SOURCE,
    goes_on_from,
    loss_of,
    moves_the_state,
    samples,
    trainable_twins,
    trained_as,
    weights_are_unmoved,
)
from lstm_spec.conformance.support.state_specs import ROWS, trainable_lstm, zeros_like
from lstm_spec.contract import Capability, Implementation

RUN = (Capability.FORWARD, Capability.STATEFUL)


@clause("LIFE-01", "A call changes the carried state.", source=SOURCE, needs=RUN)
def call_changes_the_state(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The clauses for the other operations rely on this one: they find out by a call what the state
    is.
    """
    x, _ = samples(trial, 1)
    moves_the_state(subject, oracle, trial, "a call", lambda model: model.call(x).outputs)


@clause(
    "LIFE-02",
    "predict changes the carried state.",
    source=SOURCE + "; keras#2064; keras#1221",
    needs=(*RUN, Capability.PREDICT),
    confirms=CONFIRMS,
)
def predict_changes_the_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are two batches, so that the state must also have been carried from the first to the
    second.
    """
    x, _ = samples(trial)
    moves_the_state(subject, oracle, trial, "predict", lambda model: model.predict(x, ROWS))


@clause(
    "LIFE-03",
    "predict_on_batch changes the carried state.",
    source=SOURCE + "; keras#2064",
    needs=(*RUN, Capability.PREDICT),
)
def predict_on_batch_changes_the_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """predict_on_batch is tested separately from ``predict``, because frameworks use different code
    for the two.
    """
    x, _ = samples(trial, 1)
    moves_the_state(
        subject, oracle, trial, "predict_on_batch", lambda model: model.predict_on_batch(x)
    )


@clause(
    "LIFE-04",
    "evaluate changes the carried state, although it does not train.",
    source=SOURCE + "; keras#2064; keras#1221",
    needs=(*RUN, Capability.EVALUATE),
    confirms=CONFIRMS,
)
def evaluate_changes_the_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """For this reason, the tutorials reset the state after ``evaluate``. The loss must depend on
    the carried state, too.
    """
    x, y = samples(trial)
    moves_the_state(
        subject, oracle, trial, "evaluate", lambda model: loss_of(model.evaluate(x, y, ROWS))
    )


@clause(
    "LIFE-05",
    "test_on_batch changes the carried state.",
    source=SOURCE + "; keras#2064",
    needs=(*RUN, Capability.EVALUATE),
)
def test_on_batch_changes_the_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """It is the same as for ``evaluate``, with a single batch."""
    x, y = samples(trial, 1)
    moves_the_state(
        subject, oracle, trial, "test_on_batch", lambda model: loss_of(model.test_on_batch(x, y))
    )


@clause(
    "LIFE-06",
    "train_on_batch changes the carried state.",
    source=SOURCE + "; keras#2064",
    needs=(*RUN, Capability.TRAIN),
)
def train_on_batch_changes_the_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The call that finds out the state runs with the updated weights, and starts from the state
    that was computed with the weights before the update.
    """
    x, y = samples(trial, 1)
    moves_the_state(
        subject, oracle, trial, "train_on_batch", lambda model: loss_of(model.train_on_batch(x, y))
    )


@clause(
    "LIFE-07",
    "Asking for gradients changes the carried state, as the corresponding training step would.",
    source="contract: gradients",
    needs=(*RUN, Capability.GRADIENTS),
    strength=Strength.SHOULD,
)
def gradients_change_the_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Only the forward pass matters here; the values of the gradients are the subject of the GRAD
    clauses.
    """
    x, y = samples(trial, 1)
    moves_the_state(
        subject, oracle, trial, "gradients", lambda model: np.array(model.gradients(x, y).loss)
    )


@clause(
    "LIFE-08",
    "fit changes the carried state.",
    source=SOURCE + "; keras#2849",
    needs=(*RUN, Capability.FIT),
    confirms=CONFIRMS,
)
def fit_changes_the_state(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The check runs one epoch of two batches, from a state that is not zero."""
    x, y = samples(trial)
    moves_the_state(
        subject,
        oracle,
        trial,
        "fit",
        lambda model: np.array(model.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False)["loss"]),
    )


@clause(
    "LIFE-09",
    "The result of evaluate depends on the carried state.",
    source="tutorials: reset after evaluate; keras#2064",
    needs=(*RUN, Capability.EVALUATE),
)
def evaluate_depends_on_the_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The same rows are evaluated three times: from zero, from the state that they left, and from
    zero again after a reset. Of eight random sets of rows, the check takes the one whose two
    losses, according to the oracle, differ most.
    """
    ours, theirs = trainable_twins(subject, oracle, trial)
    cold, warm, x, y = 0.0, 0.0, *samples(trial)
    for _ in range(8):
        rows = samples(trial)
        theirs.reset_states()
        first, second = (theirs.evaluate(*rows, ROWS)["loss"] for _ in range(2))
        if abs(first - second) >= abs(cold - warm):
            cold, warm, (x, y) = first, second, rows
    from_zero, carried = (loss_of(ours.evaluate(x, y, ROWS)) for _ in range(2))
    ours.reset_states()
    after_reset = loss_of(ours.evaluate(x, y, ROWS))
    trial.assert_differ(carried, from_zero, "the loss of the same rows, evaluated a second time")
    trial.assert_close(from_zero, np.array(cold), "loss from a state of zero", tolerances.LOSS)
    trial.assert_close(carried, np.array(warm), "loss from the carried state", tolerances.LOSS)
    trial.assert_close(after_reset, np.array(cold), "loss after a reset", tolerances.LOSS)


@clause(
    "LIFE-10",
    "Running, predicting, evaluating and resetting do not change the weights, bit for bit.",
    source="Keras documentation of Model",
    needs=(*RUN, Capability.PREDICT, Capability.EVALUATE),
)
def only_training_changes_weights(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The weights are compared with those that were set, after each operation separately."""
    weights = trial.weights(trainable_lstm())
    ours = trial.model(subject, trainable_lstm(), weights)
    x, y = samples(trial)
    ours.call(x[:ROWS])
    weights_are_unmoved(trial, ours, weights, "call")
    ours.predict(x, ROWS)
    ours.predict_on_batch(x[:ROWS])
    weights_are_unmoved(trial, ours, weights, "predict")
    ours.evaluate(x, y, ROWS)
    ours.test_on_batch(x[:ROWS], y[:ROWS])
    weights_are_unmoved(trial, ours, weights, "evaluate")
    ours.reset_states()
    weights_are_unmoved(trial, ours, weights, "reset_states")


@clause(
    "LIFE-11",
    "predict starts from the state that fit left.",
    source=SOURCE + "; keras#10231",
    needs=(*RUN, Capability.FIT, Capability.PREDICT),
    confirms=CONFIRMS,
)
def predict_starts_from_the_state_of_fit(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The tutorials predict right after training. Without a reset, the prediction then continues in
    the middle of the sequence.
    """
    ours, theirs = trainable_twins(subject, oracle, trial)
    x, y = samples(trial)
    for model in (ours, theirs):
        model.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False)
    left = theirs.get_states()
    got = ours.predict(x, ROWS)
    expected = theirs.predict(x, ROWS)
    theirs.set_states(zeros_like(left))
    trial.assert_differ(got, theirs.predict(x, ROWS), "predict after fit and predict after a reset")
    trial.assert_close(got, expected, "predict after fit", tolerances.GRADIENT)


@clause(
    "LIFE-12",
    "fit starts from the state that was left before it: its first loss differs from the loss after "
    "a reset.",
    source=SOURCE + "; keras#2849",
    needs=(*RUN, Capability.FIT),
)
def fit_starts_from_the_state_that_was_left(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One update starts from a state that is not zero and one from a reset. Each is compared with
    the same update of the oracle.
    """
    x, y = samples(trial, 1)
    used, _ = samples(trial, 1)
    warm, warm_oracle = trainable_twins(subject, oracle, trial)
    weights = warm_oracle.get_weights()
    cold, cold_oracle = trial.twins(subject, oracle, trainable_lstm(), weights)
    for reset, ours, theirs, other in (
        (False, warm, warm_oracle, cold_oracle),
        (True, cold, cold_oracle, warm_oracle),
    ):
        for model in (ours, theirs):
            model.call(used)
            if reset:
                model.reset_states()
        got, expected = (
            model.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False) for model in (ours, theirs)
        )
        what = "after a reset" if reset else "from a used state"
        loss, right = np.array(got["loss"]), np.array(expected["loss"])
        trial.assert_close(loss, right, f"loss of fit {what}", tolerances.LOSS)
        trained_as(trial, ours, theirs, f"fit {what}", {"of a fit from the used state": other})
        goes_on_from(subject, trial, ours, theirs, theirs.get_states(), f"fit {what}", {})
