"""The loss that is differentiated, and finite differences of this same loss."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.finite_differences import derivative, signs
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, Dense, ModelSpec
from lstm_spec.tolerances import FINITE_DIFFERENCE, GRADIENT, LOSS

X_AXES = ("row", "step", "feature")


@clause(
    "GRAD-30",
    "The loss that is differentiated is the mean squared error over batch, time and features.",
    source="contract, losses",
    needs=(Capability.GRADIENTS, Capability.FORWARD),
)
def the_loss_that_is_differentiated(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The loss is compared with the subject's own outputs and with the oracle. All axes have
    different lengths.
    """
    spec = ModelSpec((LSTM(4, return_sequences=True),), features=3)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(2, 5, 3), trial.array(2, 5, 4)
    loss = ours.gradients(x, y).loss
    own = float(np.mean((ours.call(x).outputs.astype(np.float64) - y) ** 2))
    trial.assert_close(loss, own, "loss compared with the mean of the squared errors", LOSS)
    trial.assert_close(loss, theirs.gradients(x, y).loss, "loss", LOSS)


@clause(
    "GRAD-31",
    "With softmax and categorical cross-entropy, the loss and the gradients are right at every "
    "step.",
    source="contract, losses; Bridle 1990 (the derivative is p - y)",
    needs=(Capability.GRADIENTS, Capability.LAYERS),
)
def gradients_through_softmax_and_cross_entropy(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There is one target per step. The mean is taken over batch and time, never over
    the classes.
    """
    spec = ModelSpec(
        (LSTM(4, return_sequences=True), Dense(6, "softmax")),
        features=3,
        loss="categorical_crossentropy",
    )
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(2, 5, 3), trial.labels(2, 5, width=6)
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_close(got.loss, expected.loss, "loss", LOSS)
    trial.assert_weights_close(spec, got.weights, expected.weights, "gradient", GRADIENT)
    trial.assert_close(got.x, expected.x, "gradient of x", GRADIENT, X_AXES)


@clause(
    "GRAD-32",
    "The loss that gradients returns is the loss that test_on_batch returns.",
    source="contract, gradients and test_on_batch",
    needs=(Capability.GRADIENTS, Capability.EVALUATE),
)
def one_loss_for_gradients_and_for_reports(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine may compute the two in different code. A sum in one place and a mean in the other
    is noticed here.
    """
    spec = ModelSpec((LSTM(4, return_sequences=True),), features=3)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(2, 5, 3), trial.array(2, 5, 4)
    loss = ours.gradients(x, y).loss
    reported = ours.test_on_batch(x, y)["loss"]
    trial.assert_close(loss, reported, "loss of gradients compared with test_on_batch", LOSS)
    trial.assert_close(reported, theirs.test_on_batch(x, y)["loss"], "loss", LOSS)


@clause(
    "GRAD-33",
    "The gradients of the weights are the derivatives of the implementation's own loss.",
    source="the definition of a derivative",
    needs=(Capability.GRADIENTS,),
)
def derivatives_along_the_weights(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The oracle takes no part. For each array in turn, all weights are changed slightly along
    random signs. The check therefore confirms the gradient even of an implementation whose forward
    pass is its own invention, and distinguishes a wrong backward pass from a wrong forward pass.
    For the step size and the tolerance, see ``tolerances``.
    """
    spec = ModelSpec((LSTM(4, return_sequences=True),), features=3)
    ours, _ = trial.twins(subject, oracle, spec)
    weights = ours.get_weights()
    x, y = trial.array(2, 5, 3), trial.array(2, 5, 4)
    gradients = ours.gradients(x, y).weights
    for index, name in enumerate(spec.weight_names):
        direction = signs(trial, weights[index])

        def loss(h: float, index: int = index, direction: Array = direction) -> float:
            moved = [one.copy() for one in weights]
            moved[index] += np.float32(h) * direction
            ours.set_weights(moved)
            return ours.gradients(x, y).loss

        trial.assert_close(
            (gradients[index] * direction).sum(),
            derivative(loss),
            f"gradient of the {name} along a direction, compared with the derivative of the loss",
            FINITE_DIFFERENCE,
        )


@clause(
    "GRAD-34",
    "The gradient with respect to the input is the derivative of the implementation's own loss.",
    source="the definition of a derivative",
    needs=(Capability.GRADIENTS,),
)
def derivatives_along_the_input(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One step of x is changed at a time, so that the message names the step. Otherwise it is the
    same check as for the weights.
    """
    spec = ModelSpec((LSTM(4, return_sequences=True),), features=3)
    ours, _ = trial.twins(subject, oracle, spec)
    x, y = trial.array(2, 4, 3), trial.array(2, 4, 4)
    gradient = ours.gradients(x, y).x
    for step in range(4):
        direction = np.zeros_like(x)
        direction[:, step] = signs(trial, x[:, step])

        def loss(h: float, direction: Array = direction) -> float:
            return ours.gradients(x + np.float32(h) * direction, y).loss

        trial.assert_close(
            (gradient * direction).sum(),
            derivative(loss),
            f"gradient of x at step {step} along a direction, "
            "compared with the derivative of the loss",
            FINITE_DIFFERENCE,
        )


@clause(
    "GRAD-137",
    "The gradients of cross-entropy are right for soft targets, too: any probabilities, at every "
    "step.",
    source="contract, cross-entropy",
    needs=(Capability.GRADIENTS, Capability.LAYERS),
)
def gradients_of_soft_targets(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The gradient of the logits is p - y only if y adds up to one, which it does here."""
    layers = LSTM(4, return_sequences=True), Dense(6, "softmax")
    spec = ModelSpec(layers, features=3, loss="categorical_crossentropy")
    ours, theirs = trial.twins(subject, oracle, spec)
    x = trial.array(2, 5, 3)
    y = trial.rng.dirichlet(np.ones(6), (2, 5)).astype(np.float32)
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_close(got.loss, expected.loss, "loss of soft targets", LOSS)
    what = "gradient for soft targets"
    trial.assert_weights_close(spec, got.weights, expected.weights, what, GRADIENT)
    trial.assert_close(got.x, expected.x, f"{what} with respect to x", GRADIENT, X_AXES)
