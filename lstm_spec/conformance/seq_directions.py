"""Layers that read time backwards, and layers that read it in both directions."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, Bidirectional, ModelSpec

UNITS, FEATURES, STEPS, BATCH = 4, 3, 5, 2
FORWARD = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)
BACKWARD = ModelSpec((LSTM(UNITS, return_sequences=True, go_backwards=True),), FEATURES)
BACKWARD_LAST = ModelSpec((LSTM(UNITS, go_backwards=True),), FEATURES)
BOTH = ModelSpec((Bidirectional(LSTM(UNITS, return_sequences=True)),), FEATURES)
BOTH_LAST = ModelSpec((Bidirectional(LSTM(UNITS)),), FEATURES)
GO_BACKWARDS = "Keras LSTM(go_backwards=True); keras-team/keras#1431, #5966"
KERAS_BIDIRECTIONAL = "Keras Bidirectional(merge_mode='concat'); Schuster & Paliwal 1997"


def turned(x: Array) -> Array:
    """The steps of (batch, time, ...) from last to first."""
    return x[:, ::-1]


@clause(
    "SEQ-19",
    "With go_backwards, the layer reads the row from its end, and its outputs stay in the order in "
    "which they were computed.",
    source=GO_BACKWARDS,
    needs=(Capability.FORWARD, Capability.GO_BACKWARDS),
)
def a_backward_layer_is_a_forward_layer_on_the_reversed_row(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The expected outputs come from a forward layer. Outputs that are put back into time order
    differ from them.
    """
    weights, x = trial.weights(BACKWARD), trial.array(BATCH, STEPS, FEATURES)
    expected = trial.model(oracle, FORWARD, weights).call(turned(x)).outputs
    got = trial.model(subject, BACKWARD, weights).call(x).outputs
    trial.assert_close(got, expected, "outputs of a backward layer")


@clause(
    "SEQ-20",
    "The single output of a backward layer, and its final state, belong to the first step of the "
    "row.",
    source=GO_BACKWARDS,
    needs=(Capability.FORWARD, Capability.GO_BACKWARDS, Capability.FINAL_STATE),
)
def a_backward_layer_ends_at_the_first_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A backward layer reads the first step of the row last."""
    weights, x = trial.weights(BACKWARD), trial.array(BATCH, STEPS, FEATURES)
    expected = trial.model(oracle, FORWARD, weights).call(turned(x))
    got = trial.model(subject, BACKWARD_LAST, weights).call(x)
    trial.assert_close(got.outputs, expected.outputs[:, -1], "single output of a backward layer")
    trial.assert_states_close(got.states, expected.states, "final state of a backward layer")


@clause(
    "SEQ-21",
    "A backward layer starts from the given state at the last step of the row.",
    source=GO_BACKWARDS,
    needs=(Capability.FORWARD, Capability.GO_BACKWARDS, Capability.INITIAL_STATE),
)
def a_backward_layer_starts_at_the_last_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The rows of the state still belong to the rows of x: the layer reverses time, not
    the batch.
    """
    weights, x = trial.weights(BACKWARD), trial.array(BATCH, STEPS, FEATURES)
    start = trial.states(BACKWARD, BATCH)
    expected = trial.model(oracle, FORWARD, weights).call(turned(x), initial_state=start).outputs
    got = trial.model(subject, BACKWARD, weights).call(x, initial_state=start).outputs
    trial.assert_close(got, expected, "outputs of a backward layer from a given state")


@clause(
    "SEQ-22",
    "A bidirectional layer concatenates the outputs of a forward and of a backward layer at each "
    "step, forward first.",
    source=KERAS_BIDIRECTIONAL,
    needs=(Capability.FORWARD, Capability.BIDIRECTIONAL),
)
def a_bidirectional_layer_is_two_layers_side_by_side(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Each half is compared separately with a forward layer. The backward half is put back into
    time order, so that both halves of a step belong to the same input. Each direction has weights
    of its own.
    """
    weights, x = trial.weights(BOTH), trial.array(BATCH, STEPS, FEATURES)
    got = trial.model(subject, BOTH, weights).call(x).outputs
    forward = trial.model(oracle, FORWARD, weights[:3]).call(x).outputs
    backward = turned(trial.model(oracle, FORWARD, weights[3:]).call(turned(x)).outputs)
    width = forward.shape[-1]
    trial.assert_close(got[..., :width], forward, "forward half")
    trial.assert_close(got[..., width:], backward, "backward half")


@clause(
    "SEQ-23",
    "Without return_sequences, a bidirectional layer gives the output of each direction after that "
    "direction's own last step.",
    source=KERAS_BIDIRECTIONAL,
    needs=(Capability.FORWARD, Capability.BIDIRECTIONAL),
)
def each_direction_ends_at_its_own_last_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The backward half belongs to the first step of the row. An engine that takes the last step of
    the sequence would return a backward half that has read only one step.
    """
    weights, x = trial.weights(BOTH_LAST), trial.array(BATCH, STEPS, FEATURES)
    got = trial.model(subject, BOTH_LAST, weights).call(x).outputs
    forward = trial.model(oracle, FORWARD, weights[:3]).call(x).outputs[:, -1]
    backward = trial.model(oracle, FORWARD, weights[3:]).call(turned(x)).outputs[:, -1]
    width = forward.shape[-1]
    trial.assert_close(got[:, :width], forward, "forward half of the single output")
    trial.assert_close(got[:, width:], backward, "backward half of the single output")


@clause(
    "SEQ-24",
    "The states of a bidirectional layer are forward h and c, then backward h and c.",
    source=KERAS_BIDIRECTIONAL + "; keras-team/keras#8823",
    needs=(
        Capability.FORWARD,
        Capability.BIDIRECTIONAL,
        Capability.INITIAL_STATE,
        Capability.FINAL_STATE,
    ),
)
def each_direction_has_a_state_of_its_own(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Given states and final states are both checked. The backward direction starts at the last
    step and ends at the first.
    """
    weights, x = trial.weights(BOTH), trial.array(BATCH, STEPS, FEATURES)
    start = trial.states(BOTH, BATCH)
    got = trial.model(subject, BOTH, weights).call(x, initial_state=start)
    ahead = trial.model(oracle, FORWARD, weights[:3]).call(x, initial_state=start[:1])
    back = trial.model(oracle, FORWARD, weights[3:]).call(turned(x), initial_state=start[1:])
    expected = np.concatenate([ahead.outputs, turned(back.outputs)], axis=-1)
    trial.assert_close(got.outputs, expected, "outputs from given states of both directions")
    trial.assert_states_close(got.states, [*(ahead.states or []), *(back.states or [])])


@clause(
    "SEQ-25",
    "At every step, the outputs of a bidirectional layer depend on the whole row.",
    source=KERAS_BIDIRECTIONAL,
    needs=(Capability.FORWARD, Capability.BIDIRECTIONAL),
)
def each_half_depends_on_its_own_side_of_a_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A change at step 2 changes the forward half from step 2 on and the backward half up to step
    2. All other outputs stay the same, bit for bit.
    """
    model = trial.model(subject, BOTH, trial.weights(BOTH))
    x = trial.array(BATCH, STEPS, FEATURES)
    changed = x.copy()
    changed[:, 2] += 1.0
    before, after = model.call(x).outputs, model.call(changed).outputs
    width = before.shape[-1] // 2
    trial.assert_equal(
        after[:, :2, :width], before[:, :2, :width], "forward half before the change"
    )
    trial.assert_equal(
        after[:, 3:, width:], before[:, 3:, width:], "backward half after the change"
    )
    for step in range(STEPS):
        name = "forward" if step >= 2 else "backward"
        half = slice(0, width) if step >= 2 else slice(width, None)
        what = f"{name} half at step {step} after a change at step 2"
        trial.assert_differ(after[:, step, half], before[:, step, half], what, by=1e-4)
