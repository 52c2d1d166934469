"""Weights in evaluate and fit: over batches, through a shuffle, in the validation."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.loss_cases import ending
from lstm_spec.conformance.train_weights import OF_CLASSES, WEIGHTED, weights
from lstm_spec.contract import Capability, History, Implementation
from lstm_spec.tolerances import LOCKSTEP

NEEDS = (*WEIGHTED, Capability.FIT)
HOW: dict[str, Any] = {"batch_size": 2, "epochs": 2, "shuffle": False}


def assert_histories_close(trial: Trial, got: History, expected: History, what: str) -> None:
    """Every figure of the oracle, epoch by epoch."""
    for name, figures in expected.items():
        found = np.array(got.get(name, []))
        trial.assert_close(found, np.array(figures), f"{name} by epoch, {what}", LOCKSTEP)


@clause(
    "TRAIN-401",
    "fit weighs the rows of every batch, and reports sums over all rows divided by their number.",
    source="Keras: the loss is tracked by rows, not by weights",
    needs=NEEDS,
)
def weights_in_fit(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """5 rows in batches of 2 and 1; the last row weighs as much as the others together. Then the
    same with a weight for each class.
    """
    spec = ending("sparse_categorical_crossentropy", "softmax")
    start = trial.weights(spec)
    x, y = random_batch(trial, spec, 5, 3)
    w = np.array([0.5, 1, 2, 0.5, 4], np.float32)
    for given, what in (({"sample_weight": w}, "rows"), ({"class_weight": OF_CLASSES}, "classes")):
        ours, theirs = trial.twins(subject, oracle, spec, start)
        how = HOW | given
        assert_histories_close(trial, ours.fit(x, y, **how), theirs.fit(x, y, **how), what)
        now, then = ours.get_weights(), theirs.get_weights()
        trial.assert_weights_close(spec, now, then, f"{what}: value", LOCKSTEP)


@clause(
    "TRAIN-402",
    "A shuffle of fit takes the weights along with their rows.",
    source="Keras documentation, fit(shuffle=True, sample_weight=...)",
    needs=NEEDS,
)
def weights_follow_their_rows(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """All rows are one batch, whose loss does not depend on their order. Half of them weigh
    nothing, and have targets that no other row has.
    """
    spec = ending("mae", "linear")
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = random_batch(trial, spec, 8, 3)
    w = np.resize(np.array([0, 2], np.float32), 8)
    y[::2] += 10
    how = {"batch_size": 8, "epochs": 3, "sample_weight": w}
    got = ours.fit(x, y, shuffle=True, **how)  # type: ignore[arg-type]
    expected = theirs.fit(x, y, shuffle=False, **how)  # type: ignore[arg-type]
    assert_histories_close(trial, got, expected, "shuffled")
    now, then = ours.get_weights(), theirs.get_weights()
    trial.assert_weights_close(spec, now, then, "shuffled: value", LOCKSTEP)


@clause(
    "TRAIN-403",
    "The validation has weights of its own, and knows neither those of the training rows nor those "
    "of the classes.",
    source="Keras documentation, fit(validation_data=(x, y, sample_weight)) and class_weight",
    needs=NEEDS,
)
def weights_of_the_validation(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Three rows in batches of 2 and 1: weighed; then without weights, beside those of classes."""
    spec = ending("sparse_categorical_crossentropy", "softmax")
    start = trial.weights(spec)
    x, y = random_batch(trial, spec, 4, 3)
    other_x, other_y = random_batch(trial, spec, 3, 3)
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"validation_data": (other_x, other_y, weights(trial, 3))}, "validation that is weighed"),
        (
            {"validation_data": (other_x, other_y), "class_weight": OF_CLASSES},
            "validation beside weights of classes",
        ),
    )
    for given, what in cases:
        ours, theirs = trial.twins(subject, oracle, spec, start)
        how = HOW | given
        assert_histories_close(trial, ours.fit(x, y, **how), theirs.fit(x, y, **how), what)


@clause(
    "TRAIN-530",
    "fit with a target at every step gives every step the weight of its own class, in every epoch.",
    source="class_weight is stated for samples; a step with a target of its own is one",
    needs=NEEDS,
    strength=Strength.SHOULD,
)
def weights_of_the_classes_of_steps_in_fit(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The oracle is given the same weights by hand, one for each step. Every row has steps of every
    class; there are as many rows in a batch as steps, so that no shape shows a mistake.
    """
    spec = ending("sparse_categorical_crossentropy", "softmax", every_step=True)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, _ = random_batch(trial, spec, 6, 3)
    y = np.array([[0, 1, 2], [2, 0, 1], [1, 2, 0]] * 2, np.float32)
    by_hand = np.vectorize(lambda label: OF_CLASSES.get(int(label), 1.0))(y).astype(np.float32)
    how = HOW | {"batch_size": 3}
    got = ours.fit(x, y, class_weight=OF_CLASSES, **how)
    expected = theirs.fit(x, y, sample_weight=by_hand, **how)
    assert_histories_close(trial, got, expected, "steps")
    now, then = ours.get_weights(), theirs.get_weights()
    trial.assert_weights_close(spec, now, then, "steps: value", LOCKSTEP)
