"""One step with several units: each weight acts where the equations say, and nowhere else."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.model import LSTM, ModelSpec

UNITS, FEATURES, STEPS, BATCH = 4, 3, 5, 2
SPEC = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)
GATES = ("input", "forget", "cell", "output")
EQUATIONS = "Gers, Schmidhuber & Cummins 2000; Keras LSTM"


@clause(
    "CELL-11",
    "One step from a zero state gives the outputs of the equations.",
    source=EQUATIONS,
)
def one_step_from_zero_equals_the_equations(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The weights are random and have no symmetry: with constant weights, most wrong layouts go
    unnoticed.
    """
    model, reader = trial.twins(subject, oracle, SPEC)
    x = trial.array(BATCH, 1, FEATURES)
    trial.assert_close(model.call(x).outputs, reader.call(x).outputs, "outputs of one step")


@clause(
    "CELL-12",
    "One step from a given h and c gives the h and c of the equations.",
    source=EQUATIONS,
    needs=(Capability.FORWARD, Capability.INITIAL_STATE, Capability.FINAL_STATE),
)
def one_step_from_a_state_equals_the_equations(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """h, c and the two rows differ from each other and from zero."""
    model, reader = trial.twins(subject, oracle, SPEC)
    x, start = trial.array(BATCH, 1, FEATURES), trial.states(SPEC, BATCH)
    got, expected = model.call(x, initial_state=start), reader.call(x, initial_state=start)
    trial.assert_close(got.outputs, expected.outputs, "outputs of one step from a state")
    trial.assert_states_close(got.states, expected.states, "state after one step from a state")


@clause(
    "CELL-13",
    "Each entry of the kernel connects its own feature to its own unit, and to no other.",
    source="Keras LSTM weight layout: kernel (features, 4 units)",
)
def a_kernel_entry_connects_its_feature_to_its_unit(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A kernel of zeros gets a single entry. If the kernel is transposed or interleaved, another
    unit changes.
    """
    base = [np.zeros((FEATURES, 4 * UNITS)), np.zeros((UNITS, 4 * UNITS)), lively_bias(trial)]
    model, reader = trial.twins(subject, oracle, SPEC, base)
    x = trial.array(BATCH, 2, FEATURES)
    without = model.call(x).outputs
    for gate, (feature, unit) in enumerate(((0, 1), (2, 0), (1, 3), (2, 2))):
        what = f"kernel entry of feature {feature} for the {GATES[gate]} gate of unit {unit}"
        weights = [weight.copy() for weight in base]
        weights[0][feature, gate * UNITS + unit] = 1.5
        moves_only_unit(trial, model, weights, x, without, unit, what)
        reader.set_weights(weights)
        trial.assert_close(
            model.call(x).outputs, reader.call(x).outputs, f"outputs with one {what}"
        )


@clause(
    "CELL-14",
    "Each entry of the recurrent kernel connects the last output of the unit of its row to the "
    "unit of its column, and to no other.",
    source="Keras LSTM weight layout: recurrent kernel (units, 4 units)",
)
def a_recurrent_kernel_entry_connects_one_unit_to_another(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The entry connects unit a to a different unit b. If the recurrent kernel is missing or
    treated as diagonal, nothing changes; if it is transposed, unit a changes.
    """
    kernel = trial.array(FEATURES, 4 * UNITS, scale=0.3)
    base = [kernel, np.zeros((UNITS, 4 * UNITS)), lively_bias(trial)]
    model, reader = trial.twins(subject, oracle, SPEC, base)
    x = trial.array(BATCH, 3, FEATURES)
    without = model.call(x).outputs
    for gate, (source, unit) in enumerate(((0, 1), (2, 0), (1, 3), (3, 2))):
        what = f"recurrent kernel entry from unit {source} to the {GATES[gate]} gate of unit {unit}"
        weights = [weight.copy() for weight in base]
        weights[1][source, gate * UNITS + unit] = 4.0
        moves_only_unit(trial, model, weights, x, without, unit, what)
        reader.set_weights(weights)
        got = model.call(x).outputs
        trial.assert_equal(got[:, 0], without[:, 0], f"first step with one {what}")
        trial.assert_close(got, reader.call(x).outputs, f"outputs with one {what}")


def lively_bias(trial: Trial) -> Array:
    """Biases near 0.7: no gate is closed and no candidate is near zero, so every gate has an
    effect.
    """
    return 0.7 + trial.array(4 * UNITS, scale=0.1)


def moves_only_unit(
    trial: Trial,
    model: Model,
    weights: list[Array],
    x: Array,
    before: Array,
    unit: int,
    what: str,
) -> None:
    """Check that the outputs of one unit change, and no others, when ``weights`` replace those that
    gave ``before``.
    """
    model.set_weights(weights)
    after = model.call(x).outputs
    others = [other for other in range(UNITS) if other != unit]
    trial.assert_equal(
        after[..., others], before[..., others], f"outputs of other units after one {what}"
    )
    trial.assert_differ(
        after[..., unit], before[..., unit], f"outputs of unit {unit} after one {what}", by=1e-4
    )


@clause(
    "CELL-15",
    "Each gate has one bias, which is added once in every step.",
    source="Keras LSTM weight layout: bias (4 units); pytorch/pytorch#750 for the two of others",
)
def one_bias_for_each_gate_is_added_once(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """All other weights are zero, so the outputs depend on the bias alone. A second bias, a
    built-in forget bias or a missing bias cannot be hidden by the inputs.
    """
    weights = [
        np.zeros((FEATURES, 4 * UNITS)),
        np.zeros((UNITS, 4 * UNITS)),
        trial.array(4 * UNITS),
    ]
    model, reader = trial.twins(subject, oracle, SPEC, weights)
    x = trial.array(BATCH, STEPS, FEATURES)
    trial.assert_close(model.call(x).outputs, reader.call(x).outputs, "outputs of the bias alone")


@clause(
    "CELL-16",
    "Without a bias, a layer has two weight arrays and computes as if the bias were zero.",
    source="Keras LSTM(use_bias=False)",
    needs=(Capability.FORWARD, Capability.NO_BIAS),
)
def no_bias_is_the_same_as_a_bias_of_zero(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A forget bias of one must not remain in effect when the bias is switched off."""
    spec = ModelSpec((LSTM(UNITS, use_bias=False, return_sequences=True),), FEATURES)
    weights, x = trial.weights(spec), trial.array(BATCH, STEPS, FEATURES)
    got = [weight.shape for weight in subject.build(spec).get_weights()]
    trial.assert_that(
        got == list(spec.weight_shapes),
        f"weights without a bias: expected shapes {list(spec.weight_shapes)}, got {got}",
    )
    outputs = trial.model(subject, spec, weights).call(x).outputs
    with_zeros = trial.model(oracle, SPEC, [*weights, np.zeros(4 * UNITS)])
    trial.assert_close(outputs, with_zeros.call(x).outputs, "outputs without a bias")


@clause(
    "CELL-17",
    "The output is the output gate times tanh of the cell state, not the cell state itself.",
    source=EQUATIONS,
)
def the_output_contains_tanh_of_the_cell_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With open input and forget gates, the cell state counts 1, 2, 3, 4, while its tanh stays
    below one. The check computes the expected values itself: with a bias of 20, the gates are one
    to within 2e-9.
    """
    weights = [np.zeros((1, 8)), np.zeros((2, 8)), np.repeat([20.0, 20.0, 20.0, 0.0], 2)]
    model = trial.model(subject, ModelSpec((LSTM(2, return_sequences=True),), 1), weights)
    got = model.call(np.ones((3, 4, 1), np.float32)).outputs
    expected = 0.5 * np.tanh(np.arange(1.0, 5.0))
    trial.assert_close(
        got, np.broadcast_to(expected[:, None], (3, 4, 2)), "outputs of a counting cell"
    )


@clause(
    "CELL-18",
    "The final cell state is returned as it is: without tanh, not clipped, and not confused with "
    "h.",
    source=EQUATIONS,
    needs=(Capability.FORWARD, Capability.FINAL_STATE),
)
def the_final_cell_state_is_returned_without_tanh(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One cell counts down to -70 and another up to 70, beyond every clipping limit that engines
    offer (3, 10, 50). Each h is half of the tanh of its cell state.
    """
    bias = np.array([20.0, 20.0, 20.0, 20.0, 20.0, -20.0, 0.0, 0.0])
    weights = [np.zeros((1, 8)), np.zeros((2, 8)), bias]
    model = trial.model(subject, ModelSpec((LSTM(2),), 1), weights)
    final = model.call(np.ones((3, 70, 1), np.float32)).states
    h, c = np.array([[0.5, -0.5]] * 3), np.array([[70.0, -70.0]] * 3)
    # The noise of float32 grows with the sum, so the count is compared relative to 70.
    got = None if final is None else [(final[0][0], final[0][1] / 70)]
    trial.assert_states_close(got, [(h, c / 70)], "state of a counting cell (c divided by 70)")
