"""Layer normalisation of the gates, and the limit of a projection: what LiteRT's operator adds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.cell_gates import sigmoid
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, ModelSpec
from lstm_spec.tolerances import GRADIENT, LOSS

UNITS, FEATURES, STEPS, BATCH = 5, 3, 4, 3
LAYER = LSTM(UNITS, return_sequences=True, layer_norm=True)
SPEC = ModelSpec((LAYER,), FEATURES)
SEEING = ModelSpec((replace(LAYER, peephole=True),), FEATURES)
ONTO, LIMIT = 3, 0.125
PROJECTED = ModelSpec(
    (LSTM(UNITS, return_sequences=True, projection=ONTO, projection_clip=LIMIT),), FEATURES
)
SOURCE = (
    "Ba, Kiros & Hinton 2016, equation 4; LiteRT UnidirectionalSequenceLSTM, "
    "layer norm coefficients"
)
CLIP = "LiteRT UnidirectionalSequenceLSTM, proj_clip; Sak, Senior & Beaufays 2014"
logistic = np.vectorize(sigmoid)


def normal(z: Array) -> Array:
    """Each row minus its mean, divided by the root of its variance."""
    apart = z - z.mean(axis=1, keepdims=True)
    made: Array = apart / np.sqrt((apart**2).mean(axis=1, keepdims=True) + 1e-8)
    return made


def by_hand(weights: list[Array], x: Array) -> Array:
    """The outputs from a state of zero; with five arrays, the fourth are peepholes."""
    kernel, recurrent, bias, *seen, gains = (np.asarray(one, np.float64) for one in weights)
    p = seen[0].reshape(3, UNITS) if seen else np.zeros((3, UNITS))
    h = c = np.zeros((len(x), UNITS))
    outputs = []
    for step in x.swapaxes(0, 1):
        z = np.split(step @ kernel + h @ recurrent, 4, axis=1)
        gain, shift = np.split(gains, 4), np.split(bias, 4)
        i = logistic(normal(z[0] + p[0] * c) * gain[0] + shift[0])
        f = logistic(normal(z[1] + p[1] * c) * gain[1] + shift[1])
        c = f * c + i * np.tanh(normal(z[2]) * gain[2] + shift[2])
        h = logistic(normal(z[3] + p[2] * c) * gain[3] + shift[3]) * np.tanh(c)
        outputs.append(h)
    return np.stack(outputs, axis=1)


@clause(
    "CELL-352",
    "With layer normalisation, what the kernels make of x and h for a gate is normalised over the "
    "units of that gate, multiplied by the gains, and only then the bias is added.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.CELL_OPTIONS),
)
def gates_are_normalised(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The expected values are computed here. The four gates have other means, so that all of them
    together, or the steps or rows, normalised at once would be seen.
    """
    weights, x = trial.weights(SPEC, scale=1.0), trial.array(BATCH, STEPS, FEATURES)
    got = trial.model(subject, SPEC, weights).call(x).outputs
    trial.assert_close(got, by_hand(weights, x), "outputs with layer normalisation")


@clause(
    "CELL-353",
    "Beside peepholes, layer normalisation counts what they add: with the cell state before the "
    "step for the input and forget gates, and the one after it for the output gate.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.CELL_OPTIONS),
)
def peepholes_are_normalised_too(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Peepholes added after the normalisation would reach the gates undivided."""
    weights, x = trial.weights(SEEING, scale=1.0), trial.array(BATCH, STEPS, FEATURES)
    got = trial.model(subject, SEEING, weights).call(x).outputs
    trial.assert_close(got, by_hand(weights, x), "outputs with peepholes and layer normalisation")


@clause(
    "CELL-354",
    "A limit of the projection cuts off the projected h, which then comes out and goes into the "
    "next step; c has no limit.",
    source=CLIP,
    needs=(Capability.FORWARD, Capability.CELL_OPTIONS),
)
def a_limit_of_the_projection_cuts_off_h(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The expected values are computed here; several of them lie beyond the limit."""
    weights, x = trial.weights(PROJECTED, scale=1.0), trial.array(BATCH, STEPS, FEATURES)
    kernel, recurrent, bias, projection = (np.asarray(one, np.float64) for one in weights)
    h, c = np.zeros((BATCH, ONTO)), np.zeros((BATCH, UNITS))
    outputs = []
    for step in x.swapaxes(0, 1):
        i, f, g, o = np.split(step @ kernel + h @ recurrent + bias, 4, axis=1)
        c = logistic(f) * c + logistic(i) * np.tanh(g)
        h = np.clip((logistic(o) * np.tanh(c)) @ projection, -LIMIT, LIMIT)
        outputs.append(h)
    got = trial.model(subject, PROJECTED, weights).call(x).outputs
    trial.assert_close(got, np.stack(outputs, axis=1), "outputs with a limit of the projection")


def gradients_agree(
    subject: Implementation, oracle: Implementation, trial: Trial, spec: ModelSpec
) -> None:
    """Loss and gradients of every weight and of x."""
    ours, theirs = trial.twins(subject, oracle, spec, trial.weights(spec, scale=1.0))
    x, y = trial.array(BATCH, STEPS, FEATURES), trial.array(*spec.output_shape(BATCH, STEPS))
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_close(got.loss, expected.loss, "loss", LOSS)
    trial.assert_weights_close(spec, got.weights, expected.weights, "gradient", GRADIENT)
    trial.assert_close(got.x, expected.x, "gradient of x", GRADIENT)


@clause(
    "GRAD-371",
    "Gradients go through the normalisation, its mean and its variance included, to the kernels, "
    "the peepholes, the gains and the biases.",
    source=SOURCE + "; calculus",
    needs=(Capability.GRADIENTS, Capability.CELL_OPTIONS),
)
def gradients_go_through_the_normalisation(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With peepholes the cell state learns through the normalisation as well."""
    gradients_agree(subject, oracle, trial, SEEING)


@clause(
    "GRAD-372",
    "No gradient comes through a projected h that its limit has cut off.",
    source="calculus: where a number is cut off, the slope is zero",
    needs=(Capability.GRADIENTS, Capability.CELL_OPTIONS),
)
def gradients_stop_at_a_limit_of_the_projection(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The kernel of the projection learns nothing from such a number either."""
    gradients_agree(subject, oracle, trial, PROJECTED)
