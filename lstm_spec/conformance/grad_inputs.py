"""Gradients with respect to x, and how every step and every row contributes to a gradient."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.grad_weights import BPTT
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, ModelSpec
from lstm_spec.tolerances import GRADIENT

X_AXES = ("row", "step", "feature")


@clause(
    "GRAD-20",
    "The gradient with respect to the input is right at every step of every row.",
    source=BPTT,
    needs=(Capability.GRADIENTS,),
)
def the_gradient_of_the_input(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Every output is part of the loss, so every step receives a gradient from its own output and
    from all later ones.
    """
    spec = ModelSpec((LSTM(4, return_sequences=True),), features=3)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(2, 5, 3), trial.array(2, 5, 4, scale=2.0)
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_close(got.x, expected.x, "gradient of x", GRADIENT, X_AXES)


@clause(
    "GRAD-21",
    "A loss on the last output alone reaches the first input: the gradient passes through every "
    "step of a row.",
    source=BPTT + "; keras#3669",
    needs=(Capability.GRADIENTS,),
)
def the_gradient_passes_through_every_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The biases keep the forget gates open, so that the contribution of the first step is not lost
    in the noise.
    """
    spec = ModelSpec((LSTM(4),), features=3)
    weights = trial.weights(spec)
    weights[2][4:8] += np.float32(2.0)
    ours, theirs = trial.twins(subject, oracle, spec, weights)
    x, y = trial.array(2, 5, 3), trial.array(2, 4, scale=4.0)
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_close(got.x, expected.x, "gradient of x", GRADIENT, X_AXES)
    first = float(np.abs(got.x[:, 0]).max())
    trial.assert_that(
        first > 1e-4, f"gradient of x at step 0 is at most {first:.3g}: no gradient arrives"
    )


@clause(
    "GRAD-22",
    "If only the first step has an input, that input still contributes to the gradient of the "
    "kernel for a loss on the last step.",
    source=BPTT,
    needs=(Capability.GRADIENTS,),
)
def the_first_step_contributes(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The input is zero after the first step, so the whole gradient of the kernel has passed
    through time. If the gradient stopped inside the row, or the first step were skipped, it would
    be zero.
    """
    spec = ModelSpec((LSTM(4),), features=3)
    weights = trial.weights(spec)
    weights[2][4:8] += np.float32(2.0)
    ours, theirs = trial.twins(subject, oracle, spec, weights)
    x, y = trial.array(2, 5, 3), trial.array(2, 4, scale=4.0)
    x[:, 1:] = 0
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    what = "gradient of the kernel"
    trial.assert_close(got.weights[0], expected.weights[0], what, GRADIENT, ("feature", "column"))
    largest = float(np.abs(got.weights[0]).max())
    trial.assert_that(largest > 1e-4, f"{what} is at most {largest:.3g}: no gradient arrives")


@clause(
    "GRAD-23",
    "The gradient for a whole sequence is the sum of the gradients for its steps.",
    source="the derivative of a sum; contract, losses are means over time",
    needs=(Capability.GRADIENTS, Capability.FORWARD),
)
def gradients_of_steps_add_up(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A step whose target equals its output has no error, so a single step can be selected in this
    way. The law needs no oracle: the subject is compared with itself, and the sum is also compared
    with the oracle.
    """
    spec = ModelSpec((LSTM(4, return_sequences=True),), features=3)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(2, 3, 3), trial.array(2, 3, 4, scale=2.0)
    outputs = ours.call(x).outputs
    parts = []
    for step in range(3):
        target = outputs.copy()
        target[:, step] = y[:, step]
        parts.append(ours.gradients(x, target))
    whole = theirs.gradients(x, y)
    summed = [np.sum(same, axis=0) for same in zip(*(one.weights for one in parts), strict=True)]
    trial.assert_weights_close(
        spec, summed, whole.weights, "sum over steps of the gradient", GRADIENT
    )
    trial.assert_close(
        np.sum([one.x for one in parts], axis=0),
        whole.x,
        "sum over steps of the gradient of x",
        GRADIENT,
    )


@clause(
    "GRAD-24",
    "The gradient of a batch is the mean of the gradients of its rows.",
    source="contract, losses are means over the batch",
    needs=(Capability.GRADIENTS,),
)
def gradients_of_rows_are_averaged(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are three rows, together and one by one. If the gradients are added instead of
    averaged, they are three times too large.
    """
    spec = ModelSpec((LSTM(4),), features=2)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(3, 5, 2), trial.array(3, 4, scale=2.0)
    together, right = ours.gradients(x, y), theirs.gradients(x, y)
    alone = [ours.gradients(x[i : i + 1], y[i : i + 1]) for i in range(3)]
    mean = [np.mean([one.weights[i] for one in alone], axis=0) for i in range(3)]
    trial.assert_weights_close(
        spec, together.weights, mean, "compared with its rows, gradient", GRADIENT
    )
    trial.assert_weights_close(spec, together.weights, right.weights, "gradient", GRADIENT)


@clause(
    "GRAD-25",
    "The input of one row has no effect on the gradient with respect to another row.",
    source="rows of a batch run side by side",
    needs=(Capability.GRADIENTS,),
)
def gradients_of_rows_do_not_mix(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Row 1 is replaced by another one; rows 0 and 2 must keep their gradient."""
    spec = ModelSpec((LSTM(4, return_sequences=True),), features=2)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(3, 5, 2), trial.array(3, 5, 4, scale=2.0)
    disturbed = x.copy()
    disturbed[1] = trial.array(5, 2)
    before, after = ours.gradients(x, y).x, ours.gradients(disturbed, y).x
    trial.assert_close(before, theirs.gradients(x, y).x, "gradient of x", GRADIENT, X_AXES)
    what = "gradient of the rows beside the changed one"
    trial.assert_close(after[[0, 2]], before[[0, 2]], what, GRADIENT, X_AXES)
    trial.assert_differ(after[1], before[1], "gradient of the changed row")


@clause(
    "GRAD-26",
    "A large gradient is returned unchanged: nothing is clipped unless clipping was requested.",
    source="Keras documentation, clipnorm and clipvalue are off by default",
    needs=(Capability.GRADIENTS,),
)
def gradients_are_not_clipped(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Targets around 400 give gradients of several tens, which are compared after division by their
    size.
    """
    spec = ModelSpec((LSTM(4),), features=3)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(2, 5, 3), trial.array(2, 4, scale=400.0)
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    size = max(float(np.abs(one).max()) for one in expected.weights)
    scaled = [one / size for one in got.weights], [one / size for one in expected.weights]
    trial.assert_weights_close(spec, *scaled, f"gradient (in units of {size:.3g})", GRADIENT)
    trial.assert_close(got.x / size, expected.x / size, "gradient of x, scaled", GRADIENT, X_AXES)
