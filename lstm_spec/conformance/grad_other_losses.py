"""The gradients of the mean absolute error, Huber's loss, binary and sparse cross-entropy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.checking.finite_differences import derivative, signs
from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.loss_cases import EVERY, ending
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import Dense, TimeDistributed
from lstm_spec.tolerances import FINITE_DIFFERENCE, GRADIENT, LOSS

X_AXES = ("row", "step", "feature")
NEEDS = (Capability.GRADIENTS, Capability.LAYERS)


@clause(
    "GRAD-350",
    "With every loss, in each of its forms, the gradients of the weights and of x are right.",
    source="contract, losses",
    needs=NEEDS,
)
def gradients_of_every_loss(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """There is an output at every step, and all axes have different lengths."""
    for name, loss, activation in EVERY:
        spec = ending(loss, activation, every_step=True)
        ours, theirs = trial.twins(subject, oracle, spec)
        x, y = random_batch(trial, spec, 4, 5)
        got, expected = ours.gradients(x, y), theirs.gradients(x, y)
        what = f"{name} after {activation}"
        trial.assert_close(got.loss, expected.loss, f"loss, {what}", LOSS)
        trial.assert_weights_close(
            spec, got.weights, expected.weights, f"{what}: gradient", GRADIENT
        )
        trial.assert_close(got.x, expected.x, f"gradient of x, {what}", GRADIENT, X_AXES)


@clause(
    "GRAD-560",
    "Cross-entropy reads the outputs, whatever layer gives them: a Dense layer inside "
    "TimeDistributed learns what it learns by itself.",
    source="contract, losses; Keras documentation of TimeDistributed",
    needs=(*NEEDS, Capability.EVALUATE),
)
def cross_entropy_of_a_wrapped_layer(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine that takes a softmax or a sigmoid and the cross-entropy for one function looks for
    them in the last layer, and has another way where it does not find them. The oracle has the
    Dense layer by itself. Answers of yes or no have targets between, of which nothing says when
    they are right.
    """
    for name, loss, activation in EVERY:
        if activation not in ("sigmoid", "softmax"):
            continue
        plain = ending(loss, activation, every_step=True)
        *before, dense = plain.layers
        assert isinstance(dense, Dense)
        spec = replace(plain, layers=(*before, TimeDistributed(dense)))
        weights = trial.weights(plain)
        ours, theirs = trial.model(subject, spec, weights), trial.model(oracle, plain, weights)
        x, y = random_batch(trial, plain, 4, 5)
        figures = ["loss", "accuracy"]
        if activation == "sigmoid":
            figures.remove("accuracy")
            y = trial.rng.uniform(0.1, 0.9, y.shape).astype(np.float32)
        got, expected = ours.gradients(x, y), theirs.gradients(x, y)
        what = f"{name} after TimeDistributed({activation})"
        found, right = ours.test_on_batch(x, y), theirs.test_on_batch(x, y)
        for figure in figures:
            trial.assert_close(found[figure], right[figure], f"{figure}, {what}", LOSS)
        trial.assert_weights_close(
            spec, got.weights, expected.weights, f"{what}: gradient", GRADIENT
        )
        trial.assert_close(got.x, expected.x, f"gradient of x, {what}", GRADIENT, X_AXES)


@clause(
    "GRAD-351",
    "With every loss that is smooth, the gradient is the derivative of the implementation's own "
    "loss.",
    source="the definition of a derivative",
    needs=NEEDS,
)
def derivatives_of_every_smooth_loss(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The oracle takes no part. The kernel of the LSTM is changed slightly along random signs. The
    absolute error and Huber's loss have corners, at which a difference is no derivative.
    """
    for name, loss, activation in EVERY[4:]:
        spec = ending(loss, activation)
        ours, _ = trial.twins(subject, oracle, spec)
        weights = ours.get_weights()
        x, y = random_batch(trial, spec, 4, 3)
        gradient, direction = ours.gradients(x, y).weights[0], signs(trial, weights[0])

        def moved(h: float, kernel: Array = weights[0] + 0.0, along: Array = direction) -> float:
            ours.set_weights([kernel + np.float32(h) * along, *weights[1:]])  # noqa: B023
            return ours.gradients(x, y).loss  # noqa: B023

        slope = float((gradient.astype(np.float64) * direction).sum())
        what = f"derivative along the kernel, {name} after {activation}"
        trial.assert_close(slope, derivative(moved), what, FINITE_DIFFERENCE)


@clause(
    "GRAD-352",
    "An error of Huber's loss beyond delta pulls with the strength delta, one within it with its "
    "own size.",
    source="Huber 1964: the derivative is the error, clipped at delta",
    needs=NEEDS,
)
def the_two_branches_of_huber(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The gradient of the bias of the last layer is the mean of what pulls. One entry has an error
    of a quarter, one is far above its target, one far below.
    """
    _, loss, activation = EVERY[2]
    spec = ending(loss, activation)
    ours, theirs = trial.twins(subject, oracle, spec)
    x = trial.array(1, 3, spec.features)
    y = (theirs.call(x).outputs - np.array([[0.25, 3.0, -3.0]])).astype(np.float32)
    found = ours.gradients(x, y).weights[-1]
    trial.assert_close(found, np.array([0.25, 0.5, -0.5]) / 3, "gradient of the bias", GRADIENT)


@clause(
    "GRAD-353",
    "A sigmoid that is certain and right has a gradient of zero; one that is certain and wrong, of "
    "a full step for every answer.",
    source="the derivative of binary cross-entropy after a sigmoid is p - y",
    needs=NEEDS,
)
def a_sigmoid_that_is_certain(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With a logit of 20, p is 1 in float32 and 1 - p is lost: (p - y) / (p (1 - p)) is nothing or
    infinite there, while p - y is right.
    """
    _, loss, activation = EVERY[4]
    spec = ending(loss, activation)
    weights = trial.weights(spec)
    weights[-2][:], weights[-1][:] = 0, [20, -20, 20]
    ours = trial.model(subject, spec, weights)
    x = trial.array(1, 3, spec.features)
    found = ours.gradients(x, np.array([[1, 0, 0]], np.float32)).weights[-1]
    trial.assert_close(found, np.array([0, 0, 1 / 3]), "gradient of the bias", GRADIENT)
