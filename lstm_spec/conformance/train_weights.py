"""sample_weight and class_weight: what they multiply, and what the sum is divided by."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from lstm_spec.checking.lockstep import in_lockstep, random_batch, random_run
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support import loss_cases
from lstm_spec.conformance.support.loss_cases import CLASSES, FAMILIES, ROWS, ending
from lstm_spec.contract import Array, Capability, Implementation, weights_together_of
from lstm_spec.model import ModelSpec
from lstm_spec.tolerances import LOCKSTEP, LOSS

WEIGHTED = (Capability.WEIGHTED, Capability.LAYERS)
FIGURES = (*WEIGHTED, Capability.EVALUATE)
UPDATES = (*WEIGHTED, Capability.TRAIN)
OF_CLASSES = {0: 0.5, 2: 3.0}
"""The class between is left out: it counts 1."""


def weights(trial: Trial, *shape: int) -> Array:
    """From 0.25 to 3, so that their sum is not their number."""
    return trial.rng.uniform(0.25, 3, shape).astype(np.float32)


@clause(
    "TRAIN-380",
    "A sample_weight multiplies the loss of its row; the sum is divided by the number of rows, not "
    "by the sum of the weights.",
    source="Keras, Loss(reduction='sum_over_batch_size') and reduce_weighted_values",
    needs=(*FIGURES, Capability.FORWARD),
)
def a_weight_for_each_row(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The expected loss is computed by hand from the subject's own outputs, for a batch of its own
    and for 5 rows in batches of 2 and 1.
    """
    spec = ending("mae", "linear")
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = random_batch(trial, spec, 5, 3)
    w = weights(trial, 5)
    by_hand = float((w * loss_cases.absolute(ours.call(x).outputs, y).mean(axis=-1)).mean())
    got = ours.test_on_batch(x, y, sample_weight=w)["loss"]
    trial.assert_close(got, by_hand, "weighted loss compared with its own outputs", LOSS)
    expected = theirs.test_on_batch(x, y, sample_weight=w)["loss"]
    trial.assert_close(got, expected, "weighted loss", LOSS)
    evaluated = ours.evaluate(x, y, 2, sample_weight=w)["loss"]
    trial.assert_close(evaluated, by_hand, "weighted loss of evaluate, batches of 2 and 1", LOSS)


@clause(
    "TRAIN-381",
    "A sample_weight for each row and step multiplies the loss of its step; masked steps count "
    "neither in the sum nor in what it is divided by.",
    source="Keras, apply_mask: the mask is a weight of total / valid",
    needs=(*FIGURES, Capability.MASK),
)
def a_weight_for_each_step(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The rows have 4, 2 and 3 valid steps, and the weights of masked steps are large."""
    for masked in (False, True):
        spec = ending("mae", "linear", every_step=True, masked=masked)
        ours, theirs = trial.twins(subject, oracle, spec)
        x, y = random_batch(trial, spec, 3, 4)
        x[1, 2:], x[2, 1] = 0, 0
        valid = (x != 0).any(axis=-1) if masked else np.ones((3, 4), bool)
        w = weights(trial, 3, 4)
        w[1, 2:] = 50
        losses = loss_cases.absolute(theirs.call(x).outputs, y).mean(axis=-1)
        by_hand = float((w * losses)[valid].sum() / valid.sum())
        what = "weighted loss" + (" of masked rows" if masked else "")
        size = max(1.0, by_hand)  # the tolerance is for losses of order one
        got = ours.test_on_batch(x, y, sample_weight=w)["loss"]
        trial.assert_close(got / size, by_hand / size, what, LOSS)


@clause(
    "TRAIN-382",
    "A sample_weight for each row counts at all of its steps, also where there are as many rows as "
    "steps.",
    source="Keras documentation, sample_weight: a 1D array, one weight for each sample",
    needs=FIGURES,
)
def a_weight_of_a_row_counts_at_its_steps(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Arrays that are multiplied from the last axis on read the weight of row k as that of step k:
    they fail for 3 rows of 4 steps, and say nothing for 3 rows of 3.
    """
    spec = ending("mae", "linear", every_step=True)
    ours, theirs = trial.twins(subject, oracle, spec)
    for steps in (3, 4):
        x, y = random_batch(trial, spec, 3, steps)
        w = weights(trial, 3)
        got = ours.test_on_batch(x, y, sample_weight=w)["loss"]
        expected = theirs.test_on_batch(x, y, sample_weight=w)["loss"]
        trial.assert_close(got, expected, f"weighted loss of 3 rows of {steps} steps", LOSS)


@clause(
    "TRAIN-383",
    "A row with a weight of zero teaches nothing and counts nothing, but is one of the rows that "
    "the sum is divided by.",
    source="Keras, reduce_weighted_values",
    needs=UPDATES,
)
def a_weight_of_zero(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The two rows without weight get other inputs and targets in a second model: after the update
    it has the same weights.
    """
    spec = ending("binary_crossentropy", "sigmoid")
    start = trial.weights(spec)
    x, y = random_batch(trial, spec, 4, 3)
    w = np.array([1, 0, 2, 0], np.float32)
    other_x, other_y = x.copy(), y.copy()
    other_x[1::2], other_y[1::2] = trial.array(2, 3, spec.features), 1 - y[1::2]
    theirs = trial.model(oracle, spec, start)
    expected = theirs.train_on_batch(x, y, sample_weight=w)["loss"]
    ours = trial.model(subject, spec, start)
    for inputs, targets, what in ((x, y, "as they are"), (other_x, other_y, "changed")):
        ours.set_weights(start)
        got = ours.train_on_batch(inputs, targets, sample_weight=w)["loss"]
        trial.assert_close(got, expected, f"loss, rows of no weight {what}", LOSS)
        now, then = ours.get_weights(), theirs.get_weights()
        trial.assert_weights_close(spec, now, then, f"rows of no weight {what}: value", LOCKSTEP)


@clause(
    "TRAIN-384",
    "The accuracy does not ask for the weights of samples.",
    source="Keras, compile: metrics are not weighted, weighted_metrics are",
    needs=FIGURES,
    strength=Strength.SHOULD,
)
def the_accuracy_is_not_weighted(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """2 of 5 rows are right, and nearly all of the weight is theirs."""
    spec = ending("sparse_categorical_crossentropy", "softmax")
    ours, theirs = trial.twins(subject, oracle, spec)
    x = trial.array(5, 3, spec.features, scale=2.0)
    y = theirs.call(x).outputs.argmax(axis=-1)
    y[2:] = (y[2:] + 1) % CLASSES
    w = np.array([9, 9, 0.25, 0.5, 0.25], np.float32)
    for name, figures in (
        ("test_on_batch", ours.test_on_batch(x, y.astype(np.float32), sample_weight=w)),
        ("evaluate", ours.evaluate(x, y.astype(np.float32), 2, sample_weight=w)),
    ):
        trial.assert_close(figures["accuracy"], 2 / 5, f"accuracy of {name}", LOSS)


@clause(
    "TRAIN-385",
    "class_weight gives every row the weight of the class of its target, and 1 where the class is "
    "not named.",
    source="Keras documentation, class_weight",
    needs=UPDATES,
)
def a_weight_for_each_class(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """It is the same as a sample_weight made by hand, for targets that are labels, for those that
    are one-hot, and for a single answer of yes or no.
    """
    labels = np.array([0, 1, 2, 0, 1, 2])
    one_hot, is_first = np.eye(CLASSES, dtype=np.float32)[labels], (labels == 0).astype(int)
    cases: tuple[tuple[ModelSpec, Array, Array], ...] = (
        (ending("sparse_categorical_crossentropy", "softmax"), labels.astype(np.float32), labels),
        (ending("categorical_crossentropy", "softmax"), one_hot, labels),
        (ending("binary_crossentropy", "sigmoid", width=1), one_hot[:, :1], is_first),
    )
    for spec, y, of_rows in cases:
        loss, start = spec.loss, trial.weights(spec)
        x = trial.array(6, 3, spec.features)
        by_hand = np.array([OF_CLASSES.get(int(label), 1.0) for label in of_rows], np.float32)
        ours, theirs = trial.twins(subject, oracle, spec, start)
        got = ours.train_on_batch(x, y, class_weight=OF_CLASSES)["loss"]
        expected = theirs.train_on_batch(x, y, sample_weight=by_hand)["loss"]
        trial.assert_close(got, expected, f"loss, {loss}", LOSS)
        now, then = ours.get_weights(), theirs.get_weights()
        trial.assert_weights_close(spec, now, then, f"{loss}: value", LOCKSTEP)


@clause(
    "TRAIN-386",
    "With a target at every step, class_weight gives every step the weight of its own class.",
    source="class_weight is stated for samples; a step with a target of its own is one",
    needs=UPDATES,
    strength=Strength.SHOULD,
)
def a_weight_for_the_class_of_each_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Every row has steps of every class, so that a weight for the whole row would be noticed. Then
    the same where a class is yes or no, and where it is the largest of three targets.
    """
    classes = np.array([[0, 1, 2, 2], [2, 0, 0, 1]], np.float32)
    labels = ending("sparse_categorical_crossentropy", "softmax", every_step=True)
    bits = ending("binary_crossentropy", "sigmoid", width=1, every_step=True)
    targets = ending("categorical_crossentropy", "softmax", every_step=True)
    asked = (
        (labels, classes),
        (bits, np.minimum(classes, 1)[..., None]),
        (targets, np.eye(3, dtype=np.float32)[classes.astype(int)]),
    )
    x = trial.array(2, 4, labels.features)
    for spec, y in asked:
        ours, theirs = trial.twins(subject, oracle, spec)
        got = ours.train_on_batch(x, y, class_weight=OF_CLASSES)["loss"]
        expected = theirs.train_on_batch(x, y, class_weight=OF_CLASSES)["loss"]
        trial.assert_close(got, expected, f"loss ({spec.loss})", LOSS)
        now, then = ours.get_weights(), theirs.get_weights()
        trial.assert_weights_close(spec, now, then, f"{spec.loss}: value", LOCKSTEP)


@clause(
    "TRAIN-387",
    "A sample_weight and a class_weight that are given together are multiplied, or rejected before "
    "anything has changed, as the implementation declares.",
    source="Keras 1 and 2 multiply them; Keras 3 raises a ValueError",
    needs=UPDATES,
)
def both_weights_together(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """One of the two alone, silently, would be the worst."""
    spec = ending("sparse_categorical_crossentropy", "softmax")
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = random_batch(trial, spec, 4, 3)
    y[:2] = 0, 2
    both: dict[str, Any] = {"sample_weight": weights(trial, 4), "class_weight": OF_CLASSES}
    if weights_together_of(subject) == "rejected":
        trial.assert_refused(ours, lambda: ours.train_on_batch(x, y, **both), "both weights")
        return
    got, expected = ours.train_on_batch(x, y, **both), theirs.train_on_batch(x, y, **both)
    trial.assert_close(got["loss"], expected["loss"], "loss with both weights", LOSS)
    now, then = ours.get_weights(), theirs.get_weights()
    trial.assert_weights_close(spec, now, then, "both weights: value", LOCKSTEP)


@clause(
    "TRAIN-388",
    "A sample_weight that has not one entry for each row or position is refused, before anything "
    "has changed.",
    source="contract, errors",
    needs=UPDATES,
    strength=Strength.SHOULD,
)
def weights_of_another_number(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Three weights for four rows, four of them in two axes, and a weight for each feature."""
    spec = ending("mae", "linear")
    ours = trial.model(subject, spec, trial.weights(spec))
    x, y = random_batch(trial, spec, 4, 3)
    for shape in ((3,), (2, 2), (4, CLASSES)):
        w, what = weights(trial, *shape), f"weights of shape {shape} for 4 rows"
        trial.assert_refused(ours, partial(ours.train_on_batch, x, y, sample_weight=w), what)


def fifty_weighted_updates(
    family: str, stateful: bool, subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Rows that are weighed, and every second time classes, where there are any; or every step of a
    stateful model that masks, with a weight for each step.
    """
    loss, activation = FAMILIES[family][stateful]
    spec = ending(loss, activation, stateful=stateful, every_step=stateful, masked=stateful)
    run = random_run(trial, spec, updates=50, rows=ROWS, steps=3)
    counting: list[dict[str, Any]] = [
        {"sample_weight": weights(trial, *((ROWS, 3) if stateful else (ROWS,)))} for _ in range(5)
    ]
    if stateful:
        for number, (x, _) in enumerate(run.batches):
            x[number % 2, number % 3] = 0
    elif "categorical" in family:
        counting[1::2] = [{"class_weight": OF_CLASSES}] * 2
    twins = trial.twins(subject, oracle, spec, run.weights)
    in_lockstep(trial, run, *twins, LOCKSTEP, (20,) if stateful else (), counting)
