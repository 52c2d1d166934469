"""A projection: h is narrower than the cell."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.cell_gates import sigmoid
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, Bidirectional, ModelSpec
from lstm_spec.tolerances import GRADIENT, LOSS

UNITS, ONTO, FEATURES, STEPS, BATCH = 5, 3, 2, 4, 3
LAYER = LSTM(UNITS, return_sequences=True, projection=ONTO)
SPEC = ModelSpec((LAYER,), FEATURES)
SOURCE = "Sak, Senior & Beaufays 2014"
logistic = np.vectorize(sigmoid)


def by_hand(weights: list[Array], x: Array, h: Array, c: Array) -> tuple[Array, Array]:
    """The outputs (batch, time, ONTO) and the last c (batch, UNITS), from the paper's equations."""
    kernel, recurrent, bias, projection = (np.asarray(one, np.float64) for one in weights)
    outputs = []
    for step in x.swapaxes(0, 1):
        z = step @ kernel + h @ recurrent + bias
        i, f, g, o = np.split(z, 4, axis=1)
        c = logistic(f) * c + logistic(i) * np.tanh(g)
        h = (logistic(o) * np.tanh(c)) @ projection
        outputs.append(h)
    return np.stack(outputs, axis=1), c


@clause(
    "CELL-254",
    "With a projection, h is what the output gate lets out times the projection kernel, without an "
    "activation; this h comes out, and the recurrent kernel reads it.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.CELL_OPTIONS),
)
def h_is_projected(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The expected values are computed here, from the equations of the paper. A projection of the
    outputs alone, with an h that stays wide, would need a larger recurrent kernel.
    """
    weights, x = trial.weights(SPEC), trial.array(BATCH, STEPS, FEATURES)
    zero = np.zeros((BATCH, ONTO)), np.zeros((BATCH, UNITS))
    expected, _ = by_hand(weights, x, *zero)
    got = trial.model(subject, SPEC, weights).call(x).outputs
    trial.assert_close(got, expected, "projected outputs")


@clause(
    "CELL-255",
    "A projected layer has a recurrent kernel with a row for each number of h, and its projection "
    "kernel, with a row for each unit, is the last of its weights.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.CELL_OPTIONS),
)
def a_projection_has_a_kernel_of_its_own(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The kernel comes back as it was set."""
    weights = trial.weights(SPEC)
    model = trial.model(subject, SPEC, weights)
    got = [one.shape for one in model.get_weights()]
    shapes = [(FEATURES, 4 * UNITS), (ONTO, 4 * UNITS), (4 * UNITS,), (UNITS, ONTO)]
    trial.assert_that(got == shapes, f"weights: expected the shapes {shapes}, got {got}")
    trial.assert_equal(model.get_weights()[3], weights[3], "projection kernel that was set")


@clause(
    "SEQ-251",
    "A projected layer starts from a given h as wide as the projection and a given c as wide as "
    "its units, and ends in such a pair.",
    source=SOURCE,
    needs=(
        Capability.FORWARD,
        Capability.INITIAL_STATE,
        Capability.FINAL_STATE,
        Capability.CELL_OPTIONS,
    ),
)
def a_projected_state_has_two_widths(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """H and c cannot be exchanged here: their widths differ."""
    weights, x = trial.weights(SPEC), trial.array(BATCH, STEPS, FEATURES)
    start = trial.states(SPEC, BATCH)
    outputs, c = by_hand(weights, x, *start[0])
    got = trial.model(subject, SPEC, weights).call(x, initial_state=start)
    trial.assert_close(got.outputs, outputs, "outputs from a given state")
    trial.assert_states_close(got.states, [(outputs[:, -1], c)])


@clause(
    "SEQ-252",
    "Each direction of a bidirectional layer projects with a kernel of its own.",
    source=SOURCE + "; torch.nn.LSTM(proj_size, bidirectional)",
    needs=(Capability.FORWARD, Capability.BIDIRECTIONAL, Capability.CELL_OPTIONS),
)
def each_direction_projects_by_itself(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The outputs are twice as wide as one projection, not as two cells."""
    both = ModelSpec((Bidirectional(LAYER),), FEATURES)
    weights, x = trial.weights(both), trial.array(BATCH, STEPS, FEATURES)
    got = trial.model(subject, both, weights).call(x).outputs
    zero = np.zeros((BATCH, ONTO)), np.zeros((BATCH, UNITS))
    ahead, _ = by_hand(weights[:4], x, *zero)
    back, _ = by_hand(weights[4:], x[:, ::-1], *zero)
    expected = np.concatenate([ahead, back[:, ::-1]], axis=2)
    trial.assert_close(got, expected, "outputs of both directions")


@clause(
    "SEQ-253",
    "The layer after a projected layer reads as many features as the projection has.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.LAYERS, Capability.CELL_OPTIONS),
)
def the_next_layer_reads_the_projection(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Both layers project, onto different widths."""
    stack = ModelSpec((LAYER, LSTM(UNITS, return_sequences=True, projection=2)), FEATURES)
    ours, theirs = trial.twins(subject, oracle, stack)
    x = trial.array(BATCH, STEPS, FEATURES)
    trial.assert_close(ours.call(x).outputs, theirs.call(x).outputs, "outputs of the stack")


@clause(
    "GRAD-251",
    "Gradients go through the projection: to its kernel from every step, and back to the cell.",
    source=SOURCE + "; calculus",
    needs=(Capability.GRADIENTS, Capability.CELL_OPTIONS),
)
def gradients_go_through_the_projection(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """H is an output and a state, so the gradient that reaches the kernel has two sources."""
    ours, theirs = trial.twins(subject, oracle, SPEC)
    x, y = trial.array(BATCH, STEPS, FEATURES), trial.array(BATCH, STEPS, ONTO)
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_close(got.loss, expected.loss, "loss", LOSS)
    trial.assert_weights_close(SPEC, got.weights, expected.weights, "gradient", GRADIENT)
    trial.assert_close(got.x, expected.x, "gradient of x", GRADIENT)
