"""Over what a loss and an accuracy are averaged."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, SGD, Dense, Masking, ModelSpec
from lstm_spec.tolerances import LOCKSTEP, LOSS

SEQUENCE = ModelSpec((LSTM(4, return_sequences=True),), features=3, optimizer=SGD(0.1))
CLASSIFIER = ModelSpec(
    (LSTM(4), Dense(6, "softmax")),
    features=3,
    loss="categorical_crossentropy",
    optimizer=SGD(0.1),
)
PER_STEP = ModelSpec(
    (LSTM(4, return_sequences=True), Dense(6, "softmax")),
    features=3,
    loss="categorical_crossentropy",
    optimizer=SGD(0.1),
)
MASKED = ModelSpec((Masking(), *PER_STEP.layers), features=3, loss="categorical_crossentropy")


@clause(
    "TRAIN-30",
    "The mean squared error is the mean over batch, time and features.",
    source="contract, losses; Keras documentation, MeanSquaredError(sum_over_batch_size)",
    needs=(Capability.FORWARD, Capability.EVALUATE),
)
def the_mean_squared_error(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """It is computed by hand from the subject's own outputs. There are 2 rows, 5 steps and 4 units,
    so that a sum over any of them is noticed.
    """
    ours, theirs = trial.twins(subject, oracle, SEQUENCE)
    x, y = random_batch(trial, SEQUENCE, 2, 5)
    by_hand = float(np.mean((ours.call(x).outputs.astype(np.float64) - y) ** 2))
    expected = theirs.test_on_batch(x, y)["loss"]
    for name, figures in (
        ("test_on_batch", ours.test_on_batch(x, y)),
        ("evaluate", ours.evaluate(x, y, batch_size=2)),
    ):
        loss = figures["loss"]
        trial.assert_close(loss, by_hand, f"{name}: loss compared with its own outputs", LOSS)
        trial.assert_close(loss, expected, f"{name}: loss", LOSS)


@clause(
    "TRAIN-31",
    "Categorical cross-entropy is -log of the probability of the right class, averaged over the "
    "batch and, with an output at every step, over time.",
    source="contract, losses; Keras documentation, CategoricalCrossentropy",
    needs=(Capability.FORWARD, Capability.EVALUATE, Capability.LAYERS),
)
def the_categorical_cross_entropy(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """It is computed by hand from the subject's own probabilities. If it were averaged over the
    classes as well, it would be a sixth of that.
    """
    for spec, what in ((CLASSIFIER, "last output"), (PER_STEP, "every step")):
        ours, theirs = trial.twins(subject, oracle, spec)
        x, y = random_batch(trial, spec, 2, 5)
        right = (ours.call(x).outputs.astype(np.float64) * y).sum(axis=-1)
        loss = ours.test_on_batch(x, y)["loss"]
        by_hand = -np.log(right).mean()
        trial.assert_close(loss, by_hand, f"{what}: loss compared with its own probabilities", LOSS)
        expected = theirs.test_on_batch(x, y)["loss"]
        trial.assert_close(loss, expected, f"{what}: loss", LOSS)


@clause(
    "TRAIN-32",
    "The loss that train_on_batch returns is the same mean that test_on_batch returns.",
    source="contract, train_on_batch",
    needs=(Capability.TRAIN, Capability.EVALUATE),
)
def one_loss_for_training_and_testing(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are two batches of different shape, so that a value that is kept from the previous
    batch is noticed.
    """
    ours, theirs = trial.twins(subject, oracle, SEQUENCE)
    for rows, steps in ((2, 5), (3, 4)):
        x, y = random_batch(trial, SEQUENCE, rows, steps)
        tested, trained = ours.test_on_batch(x, y)["loss"], ours.train_on_batch(x, y)["loss"]
        what = f"batch ({rows}, {steps}): loss of train_on_batch"
        trial.assert_close(trained, tested, f"{what} compared with test_on_batch", LOSS)
        expected = theirs.train_on_batch(x, y)["loss"]
        trial.assert_close(trained, expected, what, LOSS)


@clause(
    "TRAIN-33",
    "Accuracy is the fraction of rows whose most probable class is the right one.",
    source="Keras documentation, categorical_accuracy",
    needs=(Capability.FORWARD, Capability.EVALUATE, Capability.LAYERS),
)
def accuracy_per_row(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The targets are made from the outputs in such a way that exactly 4 of 7 rows are right."""
    ours, theirs = trial.twins(subject, oracle, CLASSIFIER)
    x = trial.array(7, 5, 3, scale=2.0)
    labels = theirs.call(x).outputs.argmax(axis=-1)
    labels[4:] = (labels[4:] + 1) % 6
    figures = ours.test_on_batch(x, np.eye(6, dtype=np.float32)[labels])
    trial.assert_that("accuracy" in figures, f"expected a metric 'accuracy', got {sorted(figures)}")
    trial.assert_close(figures["accuracy"], 4 / 7, "accuracy", LOSS)


@clause(
    "TRAIN-34",
    "With an output at every step, accuracy is the fraction of steps that are right, not of rows "
    "that are right at every step.",
    source="echo notebook; Keras documentation, categorical_accuracy",
    needs=(Capability.FORWARD, Capability.EVALUATE, Capability.LAYERS),
)
def accuracy_per_step(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Row 0 has 1 wrong step of 5, row 1 has 2 and row 2 has none: 12 of 15 steps are right, but
    only one row of three.
    """
    ours, theirs = trial.twins(subject, oracle, PER_STEP)
    x = trial.array(3, 5, 3, scale=2.0)
    labels = theirs.call(x).outputs.argmax(axis=-1)
    for row, step in ((0, 2), (1, 0), (1, 4)):
        labels[row, step] = (labels[row, step] + 1) % 6
    figures = ours.test_on_batch(x, np.eye(6, dtype=np.float32)[labels])
    trial.assert_that("accuracy" in figures, f"expected a metric 'accuracy', got {sorted(figures)}")
    trial.assert_close(figures["accuracy"], 12 / 15, "accuracy", LOSS)


@clause(
    "TRAIN-35",
    "Masked steps count neither in the loss nor in the accuracy of a sequence.",
    source="contract, masked sequence outputs",
    needs=(Capability.EVALUATE, Capability.LAYERS, Capability.MASK),
)
def masked_steps_do_not_count(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The rows have 5, 3 and 4 valid steps. The expected values are computed by hand from the
    oracle's probabilities at these steps.
    """
    ours, theirs = trial.twins(subject, oracle, MASKED)
    x, y = random_batch(trial, MASKED, 3, 5)
    x[1, 3:], x[2, 1] = 0, 0
    valid = (x != 0).any(axis=-1)
    probabilities = theirs.call(x).outputs
    by_hand = -np.log((probabilities * y).sum(axis=-1))[valid].mean()
    hits = (probabilities.argmax(axis=-1) == y.argmax(axis=-1))[valid].mean()
    figures = ours.test_on_batch(x, y)
    trial.assert_close(figures["loss"], by_hand, "loss", LOSS)
    trial.assert_that("accuracy" in figures, f"expected a metric 'accuracy', got {sorted(figures)}")
    trial.assert_close(figures["accuracy"], hits, "accuracy", LOSS)


@clause(
    "TRAIN-36",
    "A prediction that is confident and wrong still has a finite loss.",
    source="Keras: from the logits where it has them, else probabilities are kept above 1e-7",
    needs=(Capability.EVALUATE, Capability.LAYERS),
    strength=Strength.SHOULD,
)
def confident_and_wrong(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """With a logit of 150, the probability of the right class is 0 in float32, with one of 800 it
    is 0 in float64 as well, and -log 0 would ruin the training. Clipped probabilities give 16.1 and
    a loss that is computed from logits gives the logit; both pass.
    """
    weights = trial.weights(CLASSIFIER)
    weights[3][:] = 0
    y = np.eye(6, dtype=np.float32)[[1, 2]]
    for logit in (150, 800):
        weights[4][:] = [logit, 0, 0, 0, 0, 0]
        ours = trial.model(subject, CLASSIFIER, weights)
        loss = ours.test_on_batch(trial.array(2, 5, 3), y)["loss"]
        most = logit + 1
        trial.assert_that(15 < loss < most, f"expected a loss from 15 to {most}, got {loss}")


@clause(
    "TRAIN-137",
    "Targets of cross-entropy may be soft: the loss is -sum y log p for any probabilities y, and "
    "accuracy compares where the largest of y and of p are.",
    source="contract, cross-entropy",
    needs=(Capability.EVALUATE, Capability.LAYERS),
)
def soft_targets(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """An engine that turns targets into labels first is noticed by the loss. Half of the targets
    are largest where the prediction is, so that neither accuracy nor loss is at its limit.
    """
    for spec, what in ((CLASSIFIER, "last output"), (PER_STEP, "every step")):
        ours, theirs = trial.twins(subject, oracle, spec)
        x = trial.array(4, 5, 3)
        outputs = theirs.call(x).outputs
        y = trial.rng.dirichlet(np.ones(6), outputs.shape[:-1]).astype(np.float32)
        y[::2] = 0.3 * y[::2] + 0.7 * outputs[::2]
        got, expected = ours.test_on_batch(x, y), theirs.test_on_batch(x, y)
        for name in ("loss", "accuracy"):
            trial.assert_close(got[name], expected[name], f"{what}: {name} of soft targets", LOSS)


@clause(
    "TRAIN-138",
    "Training goes on when a softmax is certain: with a logit of 2000, the loss of the right class "
    "is zero and the weights stay finite.",
    source="softmax does not change if all logits change by the same number",
    needs=(Capability.TRAIN, Capability.LAYERS),
)
def a_softmax_that_is_certain(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """exp(2000) is infinite even in float64; engines subtract the largest logit first."""
    for sign in (1, -1):
        weights = trial.weights(CLASSIFIER)
        weights[3][:] = 0
        weights[4][:] = 0
        weights[4][:2] = [2000, 1900] if sign > 0 else [-1900, -2000]
        right = 0 if sign > 0 else 2
        ours, theirs = trial.twins(subject, oracle, CLASSIFIER, weights)
        x = trial.array(2, 5, 3)
        y = np.repeat(np.eye(6, dtype=np.float32)[[right]], 2, axis=0)
        got, expected = ours.train_on_batch(x, y)["loss"], theirs.train_on_batch(x, y)["loss"]
        what = f"with logits of {'+' if sign > 0 else '-'}2000"
        trial.assert_close(got, expected, f"loss {what}", LOSS)
        trial.assert_weights_close(
            CLASSIFIER, ours.get_weights(), theirs.get_weights(), f"{what}, value", LOCKSTEP
        )
