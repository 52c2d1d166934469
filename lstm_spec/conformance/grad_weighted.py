"""Gradients of losses whose rows or steps are weighed."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.loss_cases import FAMILIES, ending
from lstm_spec.conformance.train_weights import weights
from lstm_spec.contract import Capability, Implementation
from lstm_spec.tolerances import GRADIENT, LOSS

NEEDS = (Capability.GRADIENTS, Capability.WEIGHTED, Capability.LAYERS)
X_AXES = ("row", "step", "feature")


@clause(
    "GRAD-354",
    "Weights multiply the gradient of each row or step, as they multiply its loss.",
    source="Keras, reduce_weighted_values",
    needs=(*NEEDS, Capability.MASK),
)
def gradients_of_weighted_losses(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A weight for each row and one output, then a weight for each step and masked steps."""
    for every in (False, True):
        for family in ("Huber", "categorical cross-entropy"):
            loss, activation = FAMILIES[family][0]
            spec = ending(loss, activation, every_step=every, masked=every)
            ours, theirs = trial.twins(subject, oracle, spec)
            x, y = random_batch(trial, spec, 4, 3)
            x[1, 2] = 0
            w = weights(trial, *((4, 3) if every else (4,)))
            got = ours.gradients(x, y, sample_weight=w)
            expected = theirs.gradients(x, y, sample_weight=w)
            what = f"{family}, weighted by {'step' if every else 'row'}"
            trial.assert_close(got.loss, expected.loss, f"loss, {what}", LOSS)
            trial.assert_weights_close(
                spec, got.weights, expected.weights, f"{what}: gradient", GRADIENT
            )
            trial.assert_close(got.x, expected.x, f"gradient of x, {what}", GRADIENT, X_AXES)


@clause(
    "GRAD-355",
    "A row with a weight of zero has no gradient, and twice the weights have twice the gradients.",
    source="a weighted sum is linear in its weights",
    needs=NEEDS,
)
def gradients_are_linear_in_the_weights(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The oracle takes no part: an engine that divides by the sum of the weights gives the same
    gradients for both.
    """
    spec = ending("binary_crossentropy", "sigmoid")
    ours, _ = trial.twins(subject, oracle, spec)
    x, y = random_batch(trial, spec, 4, 3)
    w = np.array([1, 0, 0.5, 2], np.float32)
    once, twice = (ours.gradients(x, y, sample_weight=factor * w) for factor in (1, 2))
    trial.assert_equal(once.x[1], np.zeros_like(once.x[1]), "gradient of x, row of no weight")
    for name, single, double in zip(spec.weight_names, once.weights, twice.weights, strict=True):
        trial.assert_close(double, 2 * single, f"{name} with twice the weights", GRADIENT)
