"""Gradients through every activation that can be named, in each of its two places in an LSTM."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.choices import cells_with
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.model import ModelSpec
from lstm_spec.model.layers import CELLS
from lstm_spec.tolerances import GRADIENT, LOSS

UNITS, FEATURES, ROWS, STEPS = 2, 3, 4, 2

WIDE = 3
SWEEP = np.linspace(-7.3, 7.3, 8 * WIDE).reshape(WIDE, 8).T[:, None]
"""Eight rows of one step: a number far below zero, one around it, one far above. None is at a
corner."""


@clause(
    "GRAD-180",
    "The gradient uses the derivative of the named activation for the candidate and the cell "
    "state, and that of the named recurrent activation for the three gates.",
    source="calculus; Keras documentation of activations",
    needs=(Capability.GRADIENTS,),
)
def the_gradient_uses_the_derivative_of_every_named_activation(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Most of these functions do not tell their derivative by their output, as tanh does: an engine
    that computes it from the output has to have kept the input as well.
    """
    for what, spec, ours in cells_with(subject, CELLS, UNITS, FEATURES):
        # An exponential cell state in the exponent leaves the numbers of float32.
        weights = trial.weights(spec, scale=0.1 if "exponential" in what else 0.4)
        ours.set_weights(weights)
        x, y = random_batch(trial, spec, ROWS, STEPS)
        theirs = trial.model(oracle, spec, weights)
        _same_gradients(trial, spec, (ours, theirs), (x, y), what)


def _same_gradients(
    trial: Trial, spec: ModelSpec, twins: tuple[Model, Model], batch: tuple[Array, Array], what: str
) -> None:
    """Of both models, divided by the largest number where it is above one."""
    got, expected = (model.gradients(*batch) for model in twins)
    # The tolerances are for numbers of order one; these functions have no upper bound.
    arrays = [*expected.weights, expected.x]
    size = max(1.0, expected.loss, *(float(np.abs(one).max()) for one in arrays))
    scaled = [one / size for one in got.weights], [one / size for one in expected.weights]
    told = what + (f", divided by {size:.3g}" if size > 1 else "")
    trial.assert_close(got.loss / size, expected.loss / size, f"loss with {told}", LOSS)
    trial.assert_weights_close(spec, scaled[0], scaled[1], f"with {told}: gradient", GRADIENT)
    trial.assert_close(got.x / size, expected.x / size, f"gradient of x with {told}", GRADIENT)


@clause(
    "GRAD-170",
    "The derivative of a named activation is right far from zero, too, where the function has "
    "become flat or straight.",
    source="calculus; Keras documentation of activations",
    needs=(Capability.GRADIENTS,),
)
def the_derivative_of_every_named_activation_far_from_zero(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Each gate gets another of the three numbers of a row, so that no closed gate hides what the
    others do. There is one step without a bias: what goes in is the same for every seed.
    """
    kernel = np.hstack([np.roll(np.eye(WIDE), gate, axis=1) for gate in range(4)])
    for what, spec, ours in cells_with(subject, CELLS, WIDE, WIDE):
        scale = 0.1 if "exponential" in what else 1.0
        weights = [scale * kernel, np.zeros((WIDE, 4 * WIDE)), np.zeros(4 * WIDE)]
        theirs = trial.model(oracle, spec, weights)
        ours.set_weights(weights)
        x = SWEEP.astype(np.float32)
        y = trial.array(len(x), 1, WIDE)
        _same_gradients(trial, spec, (ours, theirs), (x, y), f"{what}, far from zero")
