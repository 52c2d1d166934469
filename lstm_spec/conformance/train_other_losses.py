"""The mean absolute error, Huber's loss, binary and sparse cross-entropy, and their options."""

from __future__ import annotations

from functools import partial

import numpy as np

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support import loss_cases
from lstm_spec.conformance.support.loss_cases import CLASSES, DELTA, SMOOTHING, ending
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import (
    Activation,
    AnyLoss,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Huber,
    SparseCategoricalCrossentropy,
)
from lstm_spec.tolerances import LOSS

NEEDS = (Capability.FORWARD, Capability.EVALUATE, Capability.LAYERS)


@clause(
    "TRAIN-350",
    "The mean absolute error is the mean of |output - y| over batch, time and features.",
    source="contract, losses; Keras documentation, MeanAbsoluteError(sum_over_batch_size)",
    needs=NEEDS,
)
def the_mean_absolute_error(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """It is computed by hand from the subject's own outputs. There are 2 rows, 5 steps and 3
    features, so that a sum over any of them is noticed.
    """
    spec = ending("mae", "linear", every_step=True)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = random_batch(trial, spec, 2, 5)
    loss = ours.test_on_batch(x, y)["loss"]
    by_hand = loss_cases.absolute(ours.call(x).outputs, y).mean()
    trial.assert_close(loss, by_hand, "loss compared with its own outputs", LOSS)
    trial.assert_close(loss, theirs.test_on_batch(x, y)["loss"], "loss", LOSS)


@clause(
    "TRAIN-351",
    "Huber's loss is half the square of an error of up to delta, and delta times the error beyond "
    "it, less delta squared over two.",
    source="Huber 1964; Keras documentation, Huber(delta=1.0)",
    needs=NEEDS,
)
def the_loss_of_huber(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Half of the errors are 0.25 or less, the others 2 and more, on both sides of zero."""
    cases: tuple[tuple[AnyLoss, float], ...] = ((Huber(DELTA), DELTA), ("huber", 1.0))
    for loss, delta in cases:
        spec = ending(loss, "linear", every_step=True)
        ours, theirs = trial.twins(subject, oracle, spec)
        x = trial.array(2, 5, spec.features)
        y = theirs.call(x).outputs.astype(np.float32)
        y[..., 0] += np.float32(0.25) * np.sign(x[..., 0])
        y[..., 1:] += np.float32(2) + np.abs(trial.array(2, 5, CLASSES - 1))
        y[:, 0, 1:] -= 8
        got = ours.test_on_batch(x, y)["loss"]
        by_hand = loss_cases.huber(ours.call(x).outputs, y, delta).mean()
        trial.assert_close(got, by_hand, f"loss with a delta of {delta:g}", LOSS)


@clause(
    "TRAIN-352",
    "Binary cross-entropy asks every output by itself: -(y log p + (1 - y) log(1 - p)), averaged "
    "over batch, time and features.",
    source="Keras documentation, BinaryCrossentropy",
    needs=NEEDS,
)
def the_binary_cross_entropy(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Targets are ones and zeros, then anything between: with ones alone, the second half of the
    sum would never count.
    """
    spec = ending("binary_crossentropy", "sigmoid", every_step=True)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = random_batch(trial, spec, 2, 5)
    soft = trial.rng.uniform(0.1, 0.9, y.shape).astype(np.float32)
    p = ours.call(x).outputs
    for targets, what in ((y, "ones and zeros"), (soft, "targets between")):
        loss = ours.test_on_batch(x, targets)["loss"]
        by_hand = loss_cases.bits(p, targets).mean()
        trial.assert_close(loss, by_hand, f"{what}: loss compared with its own outputs", LOSS)
        expected = theirs.test_on_batch(x, targets)["loss"]
        trial.assert_close(loss, expected, f"{what}: loss", LOSS)


@clause(
    "TRAIN-353",
    "Sparse cross-entropy is categorical cross-entropy whose targets are written as the numbers of "
    "the classes, from 0 on: loss and accuracy are the same.",
    source="Keras documentation, SparseCategoricalCrossentropy",
    needs=NEEDS,
)
def the_sparse_cross_entropy(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Every class occurs, the first and the last included; the expected figures are those of the
    oracle for one-hot targets, and half of the labels are right.
    """
    for every in (False, True):
        spec = ending("sparse_categorical_crossentropy", "softmax", every_step=every)
        dense = ending("categorical_crossentropy", "softmax", every_step=every)
        weights = trial.weights(spec)
        ours, theirs = trial.model(subject, spec, weights), trial.model(oracle, dense, weights)
        x = trial.array(6, 4, spec.features)
        labels = np.resize(np.arange(CLASSES), (6, 4) if every else 6)
        labels[:3] = theirs.call(x).outputs.argmax(axis=-1)[:3]
        got = ours.test_on_batch(x, labels.astype(np.float32))
        expected = theirs.test_on_batch(x, np.eye(CLASSES, dtype=np.float32)[labels])
        for name in ("loss", "accuracy"):
            what = f"{name} {'of every step' if every else 'of the last output'}"
            trial.assert_close(got[name], expected[name], what, LOSS)


@clause(
    "TRAIN-354",
    "Label smoothing by s takes the share s of every target and spreads it: over all n classes, "
    "y (1 - s) + s / n, and between yes and no, y (1 - s) + s / 2.",
    source="Szegedy et al. 2016, section 7; Keras documentation, label_smoothing",
    needs=NEEDS,
)
def label_smoothing(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """With three classes, s / n and s / 2 differ; the loss is computed by hand from the subject's
    own probabilities.
    """
    cases: tuple[tuple[AnyLoss, Activation, int], ...] = (
        (CategoricalCrossentropy(label_smoothing=SMOOTHING), "softmax", CLASSES),
        (BinaryCrossentropy(label_smoothing=SMOOTHING), "sigmoid", 2),
    )
    for loss, activation, among in cases:
        spec = ending(loss, activation)
        ours, theirs = trial.twins(subject, oracle, spec)
        x, y = random_batch(trial, spec, 4, 3)
        p, wanted = ours.call(x).outputs, y * (1 - SMOOTHING) + SMOOTHING / among
        losses = loss_cases.classes if among == CLASSES else loss_cases.bits
        what = f"loss of {type(loss).__name__}, smoothed by {SMOOTHING:g}"
        got, expected = ours.test_on_batch(x, y), theirs.test_on_batch(x, y)
        trial.assert_close(got["loss"], losses(p, wanted).mean(), f"{what}, by hand", LOSS)
        for name in ("loss", "accuracy"):
            trial.assert_close(got[name], expected[name], f"{name}, smoothed", LOSS)


@clause(
    "TRAIN-355",
    "With from_logits, the loss is that of the softmax or the sigmoid of the outputs.",
    source="Keras documentation, from_logits",
    needs=NEEDS,
)
def losses_of_logits(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The expected loss is computed by hand from the logits that the subject gives. One logit is
    large, so that a probability taken for a logit is noticed.
    """
    cases: tuple[tuple[AnyLoss, bool], ...] = (
        (CategoricalCrossentropy(from_logits=True), True),
        (SparseCategoricalCrossentropy(from_logits=True), True),
        (BinaryCrossentropy(from_logits=True), False),
    )
    for loss, over_classes in cases:
        spec = ending(loss, "linear", every_step=True)
        weights = trial.weights(spec)
        weights[-1][1] += 4
        ours, theirs = trial.twins(subject, oracle, spec, weights)
        x, y = random_batch(trial, spec, 2, 5)
        z = ours.call(x).outputs.astype(np.float64)
        one_hot = y if y.ndim == 3 else np.eye(CLASSES)[y.astype(int)]
        powers = np.exp(z)
        softmax = loss_cases.classes(powers / powers.sum(axis=-1, keepdims=True), one_hot)
        by_hand = softmax if over_classes else loss_cases.bits(1 / (1 + np.exp(-z)), one_hot)
        got, name = ours.test_on_batch(x, y)["loss"], type(loss).__name__
        trial.assert_close(got, by_hand.mean(), f"{name}: loss of its own logits", LOSS)
        trial.assert_close(got, theirs.test_on_batch(x, y)["loss"], f"{name}: loss", LOSS)


@clause(
    "TRAIN-561",
    "Without from_logits, cross-entropy reads the outputs as probabilities, whichever activation "
    "made them.",
    source="Keras documentation, from_logits: by default y_pred encodes a probability distribution",
    needs=NEEDS,
)
def outputs_are_probabilities(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The bias alone makes the outputs 0.25, 0.25 and 0.5, through activations whose names stand
    before and behind those of the softmax and the sigmoid. As their sum is one, an engine that
    divides by it gives the same loss.
    """
    p = np.array([0.25, 0.25, 0.5])
    inverse: dict[Activation, Array] = {"linear": p, "tanh": np.arctanh(p)}
    losses: tuple[AnyLoss, ...] = (
        "categorical_crossentropy",
        "sparse_categorical_crossentropy",
        "binary_crossentropy",
    )
    for loss in losses:
        for activation, bias in inverse.items():
            spec = ending(loss, activation)
            weights = trial.weights(spec)
            weights[-2][:], weights[-1][:] = 0, bias
            ours = trial.model(subject, spec, weights)
            x, y = random_batch(trial, spec, 4, 3)
            wanted = y if y.ndim == 2 else np.eye(CLASSES)[y.astype(int)]
            of = loss_cases.bits if loss == "binary_crossentropy" else loss_cases.classes
            by_hand = of(np.broadcast_to(p, wanted.shape), wanted).mean()
            got = ours.test_on_batch(x, y)["loss"]
            trial.assert_close(got, by_hand, f"{loss} after {activation}", LOSS)


@clause(
    "TRAIN-371",
    "from_logits takes the outputs for logits, whatever the last activation is: after a softmax, "
    "there is a second one.",
    source="Keras documentation, from_logits: whether y_pred is expected to be a logits tensor",
    needs=NEEDS,
    strength=Strength.SHOULD,
)
def logits_after_an_activation(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """That is hardly what anybody wants, but an engine that looks for what went into the softmax
    gives another loss to a model than to its own outputs.
    """
    spec = ending(CategoricalCrossentropy(from_logits=True), "softmax")
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = random_batch(trial, spec, 4, 3)
    powers = np.exp(ours.call(x).outputs.astype(np.float64))
    by_hand = loss_cases.classes(powers / powers.sum(axis=-1, keepdims=True), y).mean()
    got = ours.test_on_batch(x, y)["loss"]
    trial.assert_close(got, by_hand, "loss of its own outputs", LOSS)
    trial.assert_close(got, theirs.test_on_batch(x, y)["loss"], "loss", LOSS)


@clause(
    "TRAIN-372",
    "Binary cross-entropy takes the outputs for probabilities, whatever activation gave them: "
    "after a softmax, it is that of the softmax's own outputs.",
    source="Keras documentation, BinaryCrossentropy(from_logits=False)",
    needs=NEEDS,
)
def probabilities_of_any_activation(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine that computes from what went into the last activation has to ask which one it was:
    the logits of a softmax are none of a sigmoid. Then the same with smoothed answers.
    """
    for smoothing in (0.0, SMOOTHING):
        spec = ending(BinaryCrossentropy(label_smoothing=smoothing), "softmax")
        ours, theirs = trial.twins(subject, oracle, spec)
        x, y = random_batch(trial, spec, 4, 3)
        got, p = ours.test_on_batch(x, y)["loss"], ours.call(x).outputs
        by_hand = loss_cases.bits(p, y * (1 - smoothing) + smoothing / 2).mean()
        what = f"loss, smoothed by {smoothing:g}"
        trial.assert_close(got, by_hand, f"{what}, compared with its own outputs", LOSS)
        trial.assert_close(got, theirs.test_on_batch(x, y)["loss"], what, LOSS)


@clause(
    "TRAIN-356",
    "The accuracy of binary cross-entropy is the share of all answers that are right, where an "
    "output above 0.5 says yes; it reads the outputs as they are, logits too.",
    source="Keras documentation, BinaryAccuracy(threshold=0.5)",
    needs=NEEDS,
)
def the_accuracy_of_answers(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """4 of 15 answers are wrong, in 3 of 5 rows. The logits are 0.25 above or below a half: at a
    threshold of zero, which is the logit of one half, all of them would say yes. An output of
    exactly one half says no.
    """
    cases: tuple[tuple[AnyLoss, Activation], ...] = (
        ("binary_crossentropy", "sigmoid"),
        (BinaryCrossentropy(from_logits=True), "linear"),
    )
    for loss, activation in cases:
        spec = ending(loss, activation)
        weights = trial.weights(spec)
        if activation == "linear":
            weights[-2][:] = 0
            weights[-1][:] = [0.25, 0.75, 0.25]
        ours, theirs = trial.twins(subject, oracle, spec, weights)
        x = trial.array(5, 3, spec.features, scale=2.0)
        y = (theirs.call(x).outputs > 0.5).astype(np.float32)
        for row, answer in ((0, 0), (0, 1), (2, 2), (4, 1)):
            y[row, answer] = 1 - y[row, answer]
        figures = ours.test_on_batch(x, y)
        trial.assert_that("accuracy" in figures, f"expected an accuracy, got {sorted(figures)}")
        trial.assert_close(figures["accuracy"], 11 / 15, f"accuracy after {activation}", LOSS)
    spec = ending("binary_crossentropy", "sigmoid")
    halves = trial.model(subject, spec, [0 * one for one in trial.weights(spec)])
    x, no = trial.array(5, 3, spec.features), np.zeros((5, CLASSES), np.float32)
    got = halves.test_on_batch(x, no)["accuracy"]
    trial.assert_close(got, 1.0, "accuracy of outputs of one half where no is right", LOSS)


@clause(
    "TRAIN-357",
    "Masked steps count in none of these losses and accuracies.",
    source="contract, masked sequence outputs",
    needs=(*NEEDS, Capability.MASK),
)
def masked_steps_count_in_no_loss(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The rows have 4, 2 and 3 valid steps, and the targets at masked steps are far away."""
    for name, loss, activation in loss_cases.EVERY[::2]:
        spec = ending(loss, activation, every_step=True, masked=True)
        ours, theirs = trial.twins(subject, oracle, spec)
        x, y = random_batch(trial, spec, 3, 4)
        x[1, 2:], x[2, 1] = 0, 0
        if name in ("mean absolute error", "Huber"):
            y[1, 2:] += 50
        got, expected = ours.test_on_batch(x, y), theirs.test_on_batch(x, y)
        for figure in expected:
            trial.assert_close(got[figure], expected[figure], f"{figure}, {name}", LOSS)


@clause(
    "TRAIN-358",
    "An answer that is certain and wrong still has a finite loss.",
    source="Keras: from the logits where it has them, else probabilities are kept above 1e-7",
    needs=(Capability.EVALUATE, Capability.LAYERS),
    strength=Strength.SHOULD,
)
def certain_and_wrong(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """With logits of 150 and 800, and with the opposite sign. Clipped probabilities give 16.1 (15.9
    where 1 - 1e-7 is rounded to float32), and a loss that is computed from logits gives the logit.
    """
    spec = ending("binary_crossentropy", "sigmoid")
    weights = trial.weights(spec)
    weights[-2][:] = 0
    x = trial.array(2, 3, spec.features)
    for logit in (150, -800):
        weights[-1][:] = logit
        y = np.full((2, CLASSES), float(logit < 0), np.float32)
        loss = trial.model(subject, spec, weights).test_on_batch(x, y)["loss"]
        most = abs(logit) + 1
        trial.assert_that(15 < loss < most, f"expected a loss from 15 to {most}, got {loss}")


@clause(
    "TRAIN-359",
    "A label that is no class is refused, before anything has changed.",
    source="contract, errors; TensorFlow: labels outside the valid range are an error",
    needs=(Capability.TRAIN, Capability.LAYERS),
    strength=Strength.SHOULD,
)
def a_label_that_is_no_class(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """As many as there are classes, one too many, or below zero."""
    spec = ending("sparse_categorical_crossentropy", "softmax")
    ours = trial.model(subject, spec, trial.weights(spec))
    for label in (CLASSES, -1):
        y = np.array([0, label], np.float32)
        x = trial.array(2, 3, spec.features)
        what = f"a label of {label} for {CLASSES} classes"
        trial.assert_refused(ours, partial(ours.train_on_batch, x, y), what)
