"""Gradients of the weights: every array and every gate, for one step and for many."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Array, Capability, Gradients, Implementation
from lstm_spec.model import LSTM, Dense, ModelSpec
from lstm_spec.tolerances import EXACT, FLOAT64, GRADIENT

GATES = ("input gate", "forget gate", "cell candidate", "output gate")
BPTT = "Werbos 1990, Backpropagation through time; Graves & Schmidhuber 2005 (the whole gradient)"


def over_steps(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> tuple[Gradients, Gradients]:
    """The gradients of subject and oracle for 2 rows of 5 steps, with every output in the loss."""
    spec = ModelSpec((LSTM(4, return_sequences=True),), features=3)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(2, 5, 3), trial.array(2, 5, 4, scale=2.0)
    return ours.gradients(x, y), theirs.gradients(x, y)


def blocks(columns: Array) -> list[Array]:
    """The four blocks of a kernel, recurrent kernel or bias, in the order of ``GATES``."""
    return np.split(columns, 4, axis=-1)


@clause(
    "GRAD-01",
    "For a single step from zero, kernel and bias have the right gradient, and neither the forget "
    "gate nor the recurrent kernel has any.",
    source=BPTT,
    needs=(Capability.GRADIENTS,),
)
def gradients_of_one_step_from_zero(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With h = 0 and c = 0, the forget gate and the recurrent kernel are multiplied by zero, so
    their gradients are exactly zero. Weight decay, or rows of gradients that are exchanged, are
    noticed here and nowhere else.
    """
    spec = ModelSpec((LSTM(4),), features=3)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(2, 1, 3), trial.array(2, 4, scale=2.0)
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_weights_close(spec, got.weights, expected.weights, "gradient", GRADIENT)
    kernel, recurrent, bias = got.weights
    for columns, name in ((kernel, "kernel"), (bias, "bias")):
        forget = blocks(columns)[1]
        trial.assert_equal(forget, np.zeros_like(forget), f"gradient of the forget gate's {name}")
    trial.assert_equal(recurrent, np.zeros_like(recurrent), "gradient of the recurrent kernel")


@clause(
    "GRAD-02",
    "For a single step from a given state, the recurrent kernel and the forget gate have the right "
    "gradient as well.",
    source=BPTT,
    needs=(Capability.GRADIENTS, Capability.INITIAL_STATE),
)
def gradients_of_one_step_from_a_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With one step there is no path through time, so anything that is wrong here is wrong inside
    the cell.
    """
    spec = ModelSpec((LSTM(4),), features=3)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y, start = trial.array(2, 1, 3), trial.array(2, 4, scale=2.0), trial.states(spec, 2)
    got = ours.gradients(x, y, initial_state=start)
    expected = theirs.gradients(x, y, initial_state=start)
    trial.assert_weights_close(spec, got.weights, expected.weights, "gradient", GRADIENT)


@clause(
    "GRAD-03",
    "The gradient of the kernel is the sum over all steps of a row.",
    source=BPTT,
    needs=(Capability.GRADIENTS,),
)
def the_gradient_of_the_kernel(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are five steps, so an implementation that keeps only the last step, or that skips the
    first, is far off.
    """
    got, expected = over_steps(subject, oracle, trial)
    axes = ("feature", "column")
    trial.assert_close(
        got.weights[0], expected.weights[0], "gradient of the kernel", GRADIENT, axes
    )


@clause(
    "GRAD-04",
    "The gradient of the recurrent kernel is the sum over all steps of a row.",
    source=BPTT,
    needs=(Capability.GRADIENTS,),
)
def the_gradient_of_the_recurrent_kernel(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The input of the recurrent kernel is the previous h. If it is off by one step, transposed, or
    if the gradient stops early in time, the values differ.
    """
    got, expected = over_steps(subject, oracle, trial)
    what, axes = "gradient of the recurrent kernel", ("unit", "column")
    trial.assert_close(got.weights[1], expected.weights[1], what, GRADIENT, axes)


@clause(
    "GRAD-05",
    "The gradient of the bias is the sum over all steps and rows.",
    source=BPTT,
    needs=(Capability.GRADIENTS,),
)
def the_gradient_of_the_bias(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """An engine that keeps two biases and adds their gradients returns twice the gradient; one that
    averages them returns half of it.
    """
    got, expected = over_steps(subject, oracle, trial)
    trial.assert_close(
        got.weights[2], expected.weights[2], "gradient of the bias", GRADIENT, ("column",)
    )


@clause(
    "GRAD-06",
    "Each of the four gates has its own gradient, in its own block of columns.",
    source=BPTT,
    needs=(Capability.GRADIENTS,),
)
def the_gradient_of_every_gate(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The gates are compared one by one, so that the message names the gate whose derivative is
    wrong.
    """
    got, expected = over_steps(subject, oracle, trial)
    for name, ours, theirs in zip(
        ("kernel", "recurrent kernel", "bias"), got.weights, expected.weights, strict=True
    ):
        trial.assert_that(
            ours.shape == theirs.shape,
            f"gradient of the {name}: expected shape {theirs.shape}, got {ours.shape}",
        )
        for gate, block, right in zip(GATES, blocks(ours), blocks(theirs), strict=True):
            axes = ("input", "unit")[-block.ndim :]
            trial.assert_close(block, right, f"gradient of the {gate}'s {name}", GRADIENT, axes)


@clause(
    "GRAD-07",
    "A Dense layer after a sequence collects its gradient from every step, and passes the gradient "
    "of its input to the layer below.",
    source="Keras documentation, TimeDistributed and Dense",
    needs=(Capability.GRADIENTS, Capability.LAYERS),
)
def the_gradient_of_a_dense_layer(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The Dense layer is not linear, so that its own derivative takes part."""
    spec = ModelSpec((LSTM(4, return_sequences=True), Dense(2, "tanh")), features=3)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(3, 5, 3), trial.array(3, 5, 2, scale=2.0)
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_weights_close(spec, got.weights, expected.weights, "gradient", GRADIENT)


@clause(
    "GRAD-08",
    "In a stack of layers, the lower layer receives its gradient through the upper one.",
    source=BPTT,
    needs=(Capability.GRADIENTS, Capability.LAYERS),
)
def gradients_through_a_stack(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The layers have different widths, so that the gradient of the wrong layer has a
    wrong shape.
    """
    spec = ModelSpec((LSTM(4, return_sequences=True), LSTM(5)), features=3)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(2, 6, 3), trial.array(2, 5, scale=2.0)
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_weights_close(spec, got.weights, expected.weights, "gradient", GRADIENT)
    trial.assert_close(got.x, expected.x, "gradient of x", GRADIENT, ("row", "step", "feature"))


@clause(
    "GRAD-09",
    "A layer without a bias has gradients of the kernel and the recurrent kernel, and no third "
    "one.",
    source="Keras documentation, LSTM(use_bias)",
    needs=(Capability.GRADIENTS, Capability.NO_BIAS),
)
def gradients_without_a_bias(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Two arrays must be returned, equal to those of the oracle."""
    spec = ModelSpec((LSTM(4, use_bias=False, return_sequences=True),), features=3)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(2, 5, 3), trial.array(2, 5, 4, scale=2.0)
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_weights_close(spec, got.weights, expected.weights, "gradient", GRADIENT)


@clause(
    "GRAD-10",
    "The gradient through a hard sigmoid uses its derivative: one fifth or one sixth where it "
    "rises, and zero where it is flat.",
    source="Keras 2.2.4 backend.hard_sigmoid; Keras 3 activations.hard_sigmoid",
    needs=(Capability.GRADIENTS, Capability.HARD_SIGMOID),
)
def the_derivative_of_a_hard_sigmoid(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The weights are large enough to drive the gates into both flat parts and into the rising
    part.
    """
    for name in ("hard_sigmoid_keras2", "hard_sigmoid_keras3"):
        layer = LSTM(4, recurrent_activation=name, return_sequences=True)
        spec = ModelSpec((layer,), features=3)
        ours, theirs = trial.twins(subject, oracle, spec, trial.weights(spec, scale=1.5))
        x, y = trial.array(2, 5, 3), trial.array(2, 5, 4, scale=2.0)
        got, expected = ours.gradients(x, y), theirs.gradients(x, y)
        trial.assert_weights_close(
            spec, got.weights, expected.weights, f"{name}: gradient", GRADIENT
        )


@clause(
    "GRAD-11",
    "A float64 model has a float64 loss and float64 gradients.",
    source="Keras documentation, dtype",
    needs=(Capability.GRADIENTS, Capability.FLOAT64),
)
def gradients_in_float64(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """A factor that is computed in float32 along the way is off by about 1e-8, ten thousand times
    the tolerance.
    """
    spec = ModelSpec((LSTM(4, return_sequences=True),), features=3, dtype="float64")
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(2, 5, 3, dtype="float64"), trial.array(2, 5, 4, dtype="float64")
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_close(got.loss, expected.loss, "loss", FLOAT64)
    trial.assert_weights_close(spec, got.weights, expected.weights, "gradient", FLOAT64)
    trial.assert_close(got.x, expected.x, "gradient of x", FLOAT64, ("row", "step", "feature"))


@clause(
    "GRAD-12",
    "Asking for gradients does not change any weight, and asking twice gives the same answer.",
    source="contract, Model.gradients",
    needs=(Capability.GRADIENTS,),
)
def asking_for_gradients_changes_nothing(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Frameworks that add new gradients to the old ones (a forgotten zero_grad) return twice the
    gradient the second time.
    """
    spec = ModelSpec((LSTM(4),), features=3)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(2, 5, 3), trial.array(2, 4, scale=2.0)
    before = ours.get_weights()
    ours.gradients(x, y)
    trial.assert_weights_close(spec, ours.get_weights(), before, "after gradients, value", EXACT)
    again, expected = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_weights_close(
        spec, again.weights, expected.weights, "second time, gradient", GRADIENT
    )
    trial.assert_close(again.x, expected.x, "second time, gradient of x", GRADIENT)
