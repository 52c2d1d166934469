"""Gradients through masks, directions and the encoder-decoder."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.grad_weights import BPTT
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, Bidirectional, Dense, Masking, ModelSpec, RepeatVector
from lstm_spec.tolerances import EXACT, GRADIENT, LOSS

X_AXES = ("row", "step", "feature")
MASKS = "contract, a masked step leaves h and c as they were; keras#2750"


@clause(
    "GRAD-50",
    "Masked steps at the end of a row have no gradient, and the rest of the row has the gradients "
    "of the row without padding.",
    source=MASKS,
    needs=(Capability.GRADIENTS, Capability.LAYERS, Capability.MASK_TAIL),
)
def masked_last_steps_have_no_gradient(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Rows of 3 steps are padded to 5. The padded steps must have a gradient of exactly zero."""
    spec = ModelSpec((Masking(), LSTM(4)), features=3)
    ours, theirs = trial.twins(subject, oracle, spec)
    short, y = trial.array(2, 3, 3), trial.array(2, 4, scale=2.0)
    padded = np.concatenate([short, np.zeros((2, 2, 3), np.float32)], axis=1)
    got, right = ours.gradients(padded, y), theirs.gradients(short, y)
    trial.assert_weights_close(spec, got.weights, right.weights, "padded row, gradient", GRADIENT)
    trial.assert_close(got.x[:, :3], right.x, "padded row, gradient of x", GRADIENT, X_AXES)
    trial.assert_close(got.x[:, 3:], np.zeros((2, 2, 3)), "gradient of the padding", EXACT, X_AXES)


@clause(
    "GRAD-51",
    "The gradient passes through masked steps unchanged, whether they are in the middle of a row "
    "or at its beginning.",
    source=MASKS,
    needs=(Capability.GRADIENTS, Capability.LAYERS, Capability.MASK),
)
def the_gradient_passes_through_masked_steps(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Row 0 has masked steps in the middle, row 1 at the beginning, so that different patterns and
    lengths are in one batch.
    """
    spec = ModelSpec((Masking(), LSTM(4)), features=3)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(2, 6, 3), trial.array(2, 4, scale=2.0)
    x[0, 2:4] = 0
    x[1, :3] = 0
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_weights_close(spec, got.weights, expected.weights, "gradient", GRADIENT)
    trial.assert_close(got.x, expected.x, "gradient of x", GRADIENT, X_AXES)
    for row, kept in ((0, [0, 1, 4, 5]), (1, [3, 4, 5])):
        alone = theirs.gradients(x[row : row + 1, kept], y[row : row + 1]).x[0] / 2
        what = f"gradient of x, row {row} compared with the row without its masked steps"
        trial.assert_close(got.x[row, kept], alone, what, GRADIENT, ("step", "feature"))
    trial.assert_close(
        got.x[0, 2:4], np.zeros((2, 3)), "gradient of the masked steps in the middle", EXACT
    )
    trial.assert_close(
        got.x[1, :3], np.zeros((3, 3)), "gradient of the masked steps at the beginning", EXACT
    )


@clause(
    "GRAD-52",
    "With an output at every step, the loss is the mean over the valid steps, and the gradients "
    "are those of that loss.",
    source="contract, masked sequence outputs",
    needs=(Capability.GRADIENTS, Capability.LAYERS, Capability.MASK),
)
def valid_steps_are_averaged(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The rows have different lengths, so a mean of the means of the rows, or a mean over all
    steps, is another number. The targets at masked steps are large, so that they are noticed if
    they count at all.
    """
    spec = ModelSpec((Masking(), LSTM(4, return_sequences=True)), features=3)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(2, 6, 3), trial.array(2, 6, 4, scale=2.0)
    x[0, 2:4], y[0, 2:4] = 0, 50.0
    x[1, 5:], y[1, 5:] = 0, -50.0
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_close(got.loss, expected.loss, "loss", LOSS)
    trial.assert_weights_close(spec, got.weights, expected.weights, "gradient", GRADIENT)


@clause(
    "GRAD-53",
    "A layer that reads backwards has the gradients of a forward layer that reads the reversed "
    "row.",
    source="keras#1431, #5966",
    needs=(Capability.GRADIENTS, Capability.GO_BACKWARDS),
)
def backward_gradients_are_those_of_the_reversed_row(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The oracle's forward layer is given the reversed row, and its gradient of x is reversed
    again.
    """
    forward = ModelSpec((LSTM(4, return_sequences=True),), features=3)
    spec = ModelSpec((LSTM(4, return_sequences=True, go_backwards=True),), features=3)
    weights = trial.weights(spec)
    ours, theirs = trial.model(subject, spec, weights), trial.model(oracle, forward, weights)
    x, y = trial.array(2, 5, 3), trial.array(2, 5, 4, scale=2.0)
    got, mirrored = ours.gradients(x, y), theirs.gradients(x[:, ::-1], y)
    trial.assert_weights_close(spec, got.weights, mirrored.weights, "gradient", GRADIENT)
    trial.assert_close(got.x, mirrored.x[:, ::-1], "gradient of x", GRADIENT, X_AXES)


@clause(
    "GRAD-54",
    "A bidirectional layer has the gradients of both directions, and the gradient of x is the sum "
    "of both.",
    source="Schuster & Paliwal 1997; Graves & Schmidhuber 2005",
    needs=(Capability.GRADIENTS, Capability.BIDIRECTIONAL),
)
def gradients_of_both_directions(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Sequence outputs and last outputs are tested. In the second case the backward half ends at
    the first step.
    """
    for sequences in (True, False):
        layer = Bidirectional(LSTM(4, return_sequences=sequences))
        spec = ModelSpec((layer,), features=3)
        ours, theirs = trial.twins(subject, oracle, spec)
        x, y = trial.array(2, 5, 3), trial.array(*spec.output_shape(2, 5), scale=2.0)
        got, expected = ours.gradients(x, y), theirs.gradients(x, y)
        what = "sequences" if sequences else "last outputs"
        trial.assert_weights_close(
            spec, got.weights, expected.weights, f"{what}, gradient", GRADIENT
        )
        trial.assert_close(got.x, expected.x, f"{what}, gradient of x", GRADIENT, X_AXES)


@clause(
    "GRAD-55",
    "In an encoder-decoder, the encoder receives a gradient from every step of the decoder, "
    "through the repeated vector.",
    source="echo notebook, encoder-decoder; " + BPTT,
    needs=(Capability.GRADIENTS, Capability.LAYERS),
)
def gradients_of_encoder_and_decoder(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The gradient of the repeated vector is the sum over the steps of the decoder, not
    their mean.
    """
    layers = (LSTM(4), RepeatVector(2), LSTM(5, return_sequences=True), Dense(6, "softmax"))
    spec = ModelSpec(layers, features=3, loss="categorical_crossentropy")
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(2, 5, 3, scale=2.0), trial.labels(2, 2, width=6)
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_close(got.loss, expected.loss, "loss", LOSS)
    trial.assert_weights_close(spec, got.weights, expected.weights, "gradient", GRADIENT)
    trial.assert_close(got.x, expected.x, "gradient of x", GRADIENT, X_AXES)
