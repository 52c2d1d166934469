"""When a metric is measured, what measuring leaves behind, and how batches are averaged."""

from __future__ import annotations

from lstm_spec.checking.lockstep import random_batch, random_run, steep_run
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.train_lockstep import ADAM
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, SGD, Dense, ModelSpec
from lstm_spec.tolerances import EXACT, FORWARD, LOCKSTEP, LOSS

SPEC = ModelSpec((LSTM(4),), features=3, optimizer=SGD(0.5))
CLASSIFIER = ModelSpec(
    (LSTM(4), Dense(6, "softmax")),
    features=3,
    loss="categorical_crossentropy",
    optimizer=SGD(2.0),
)


@clause(
    "TRAIN-40",
    "The metrics that train_on_batch returns are those of the weights before the update.",
    source="contract, train_on_batch",
    needs=(Capability.TRAIN, Capability.EVALUATE),
)
def measured_before_the_update(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The learning rate is large, so that the loss after the update is clearly different."""
    ours, theirs = trial.twins(subject, oracle, SPEC)
    x, y = random_batch(trial, SPEC, 2, 5)
    before = ours.test_on_batch(x, y)["loss"]
    returned = ours.train_on_batch(x, y)["loss"]
    after = ours.test_on_batch(x, y)["loss"]
    trial.assert_close(
        returned, before, "loss of train_on_batch compared with test_on_batch before it", LOSS
    )
    trial.assert_close(returned, theirs.train_on_batch(x, y)["loss"], "loss", LOSS)
    trial.assert_that(
        abs(after - before) > 1e-3,
        f"expected the loss to change with the update, but it is still {after}",
    )


@clause(
    "TRAIN-41",
    "Each metric that train_on_batch returns belongs to its own batch: it is not a running mean.",
    source="contract, train_on_batch; Keras documentation, train_on_batch",
    needs=(Capability.TRAIN, Capability.LAYERS),
)
def metrics_are_not_a_running_mean(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Loss and accuracy are compared for four batches in a row, which have different sizes."""
    ours, theirs = trial.twins(subject, oracle, CLASSIFIER)
    for number, rows in enumerate((5, 2, 7, 3), 1):
        x, y = random_batch(trial, CLASSIFIER, rows, 4)
        got, expected = ours.train_on_batch(x, y), theirs.train_on_batch(x, y)
        for name in ("loss", "accuracy"):
            trial.assert_that(name in got, f"expected a metric {name!r}, got {sorted(got)}")
            figures = got[name], expected[name]
            trial.assert_close(*figures, f"batch {number}: {name}", max(LOSS, LOCKSTEP))


@clause(
    "TRAIN-42",
    "Measuring changes nothing: test_on_batch and evaluate leave the weights and the optimiser "
    "unchanged.",
    source="contract, evaluate and test_on_batch",
    needs=(Capability.TRAIN, Capability.EVALUATE),
)
def measuring_changes_nothing(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The update that follows is compared with an oracle that has never measured anything."""
    spec = ModelSpec((LSTM(4),), features=3, optimizer=ADAM)
    run = steep_run(trial, oracle, spec, 3, rows=2, steps=5)
    ours, theirs = trial.twins(subject, oracle, spec, run.weights)
    for x, y in run.batches:
        weights = ours.get_weights()
        other = random_batch(trial, spec, 4, 5)
        ours.test_on_batch(*other)
        ours.evaluate(*other, batch_size=2)
        trial.assert_weights_close(
            spec, ours.get_weights(), weights, "after measuring, value", EXACT
        )
        ours.train_on_batch(x, y)
        theirs.train_on_batch(x, y)
        what = "after measuring and an update, value"
        trial.assert_weights_close(spec, ours.get_weights(), theirs.get_weights(), what, LOCKSTEP)


@clause(
    "TRAIN-43",
    "evaluate gives every row the same weight: a smaller last batch counts for less.",
    source="contract, epoch figures are means weighted by rows",
    needs=(Capability.EVALUATE,),
)
def rows_have_equal_weight(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """There are 5 rows in batches of 2, and the last row has a much larger error, so that a mean of
    the batch means is clearly different. Whatever the batch size, the metrics are those of all rows
    as one batch.
    """
    ours, theirs = trial.twins(subject, oracle, SPEC)
    x, y = random_batch(trial, SPEC, 5, 6)
    y[4] += 2
    expected = theirs.test_on_batch(x, y)["loss"]
    for batch_size in (2, 3, 5, 8):
        loss = ours.evaluate(x, y, batch_size=batch_size)["loss"]
        trial.assert_close(loss, expected, f"loss with batch size {batch_size}", LOSS)


@clause(
    "TRAIN-44",
    "Weights that are set after training take effect at once, for measuring and for training.",
    source="contract, set_weights",
    needs=(Capability.TRAIN, Capability.EVALUATE),
)
def set_weights_take_effect(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """A compiled training step that has its own copy of the weights would continue from the old
    ones.
    """
    run = random_run(trial, SPEC, 3, rows=2, steps=5)
    ours, theirs = trial.twins(subject, oracle, SPEC, run.weights)
    for x, y in run.batches:
        ours.train_on_batch(x, y)
    ours.set_weights(run.weights)
    x, y = run.batches[0]
    expected = theirs.test_on_batch(x, y)["loss"]
    trial.assert_close(ours.test_on_batch(x, y)["loss"], expected, "loss, measured", LOSS)
    trial.assert_close(ours.train_on_batch(x, y)["loss"], expected, "loss, training", LOSS)
    theirs.train_on_batch(x, y)
    trial.assert_weights_close(SPEC, ours.get_weights(), theirs.get_weights(), "value", FORWARD)


@clause(
    "TRAIN-45",
    "Training is repeatable: the same weights and the same batches give the same training run.",
    source="design, honest results",
    needs=(Capability.TRAIN,),
)
def training_is_repeatable(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Two models of the subject make 20 updates each, so that a race condition that shows only
    sometimes has 20 chances.
    """
    spec = ModelSpec((LSTM(4, return_sequences=True),), features=3, optimizer=SGD(0.1))
    run = random_run(trial, spec, 20, rows=2, steps=5)
    first, second = (trial.model(subject, spec, run.weights) for _ in range(2))
    for number, (x, y) in enumerate(run.batches, 1):
        losses = [one.train_on_batch(x, y)["loss"] for one in (first, second)]
        trial.assert_close(losses[1], losses[0], f"repeated, loss of update {number}", FORWARD)
    trial.assert_weights_close(
        spec, second.get_weights(), first.get_weights(), "repeated, value", FORWARD
    )
