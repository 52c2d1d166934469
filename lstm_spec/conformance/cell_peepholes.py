"""Peepholes: the gates see the cell state, each unit its own."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.cell_gates import BIAS, INPUTS, KERNEL, RECURRENT, as_weights, sigmoid
from lstm_spec.conformance.support.masked_steps_deleted import by_deletion
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, Bidirectional, ModelSpec
from lstm_spec.tolerances import GRADIENT, LOSS

UNITS, FEATURES, STEPS, BATCH = 4, 3, 5, 2
ONE_UNIT = ModelSpec((LSTM(1, return_sequences=True, peephole=True),), features=1)
SPEC = ModelSpec((LSTM(UNITS, return_sequences=True, peephole=True),), FEATURES)
LIMITED = ModelSpec((LSTM(UNITS, peephole=True, gate_clip=0.75),), FEATURES)
PLAIN = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)
PEEPHOLES = (0.75, -1.25, 1.0)
GATES = ("input", "forget", "output")
TAILS = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 0]], bool)
HOLES = np.array([[1, 0, 1, 1, 0], [0, 1, 1, 0, 1]], bool)
SOURCE = "Gers & Schmidhuber 2000"


def by_hand(peepholes: Sequence[float], h: float = 0.0, c: float = 0.0) -> Array:
    """The outputs (1, 3, 1) of one unit with one feature, from plain Python numbers."""
    outputs = []
    for x in INPUTS:
        i, f, g, o = (KERNEL[k] * x + RECURRENT[k] * h + BIAS[k] for k in range(4))
        open_to, keep = sigmoid(i + peepholes[0] * c), sigmoid(f + peepholes[1] * c)
        c = keep * c + open_to * math.tanh(g)
        h = sigmoid(o + peepholes[2] * c) * math.tanh(c)
        outputs.append(h)
    return np.array(outputs).reshape(1, 3, 1)


def weights_of(peepholes: Sequence[float]) -> list[Array]:
    """The four arrays of one unit and one feature."""
    return [*as_weights(KERNEL, RECURRENT, BIAS), np.array(peepholes, np.float32)]


@clause(
    "CELL-250",
    "With peepholes, the input and the forget gate see the cell state before the step, and the "
    "output gate sees the one after it: one unit gives the values that the equations give by hand.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.CELL_OPTIONS),
)
def one_unit_with_peepholes_gives_the_numbers_of_the_equations(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The cell states before and after a step differ, so a gate that sees the wrong one is noticed.
    All four arrays have to be in the weights.
    """
    model = trial.model(subject, ONE_UNIT, weights_of(PEEPHOLES))
    x = np.array(INPUTS, np.float32).reshape(1, 3, 1)
    trial.assert_close(model.call(x).outputs, by_hand(PEEPHOLES), "outputs of one unit")


@clause(
    "CELL-251",
    "The three blocks of the peepholes belong to the input, forget and output gates, in this "
    "order.",
    source=SOURCE + "; opencv/opencv#29931 and webmachinelearning/webnn-baseline#81 for another",
    needs=(Capability.FORWARD, Capability.CELL_OPTIONS),
)
def each_block_of_the_peepholes_drives_its_own_gate(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One gate at a time has a peephole that is not zero. ONNX stores the output gate before the
    forget gate, and reading its array in another order is the usual mistake.
    """
    x = np.array(INPUTS, np.float32).reshape(1, 3, 1)
    for gate, name in enumerate(GATES):
        alone = [1.5 * (k == gate) for k in range(3)]
        model = trial.model(subject, ONE_UNIT, weights_of(alone))
        what = f"outputs where only the {name} gate has a peephole"
        trial.assert_close(model.call(x).outputs, by_hand(alone), what)


@clause(
    "CELL-252",
    "A peephole connects the gate of a unit to the cell state of the same unit, and to no other.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.INITIAL_STATE, Capability.CELL_OPTIONS),
)
def a_peephole_connects_a_unit_to_its_own_cell_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There is no recurrent kernel, so units are not connected otherwise. One peephole after the
    other is opened, and the outputs of the other units stay as they are, bit for bit.
    """
    weights = trial.weights(SPEC)
    weights[1], weights[3] = 0 * weights[1], 0 * weights[3]
    model, reader = trial.twins(subject, oracle, SPEC, weights)
    x, start = trial.array(BATCH, STEPS, FEATURES), trial.states(SPEC, BATCH)
    before = model.call(x, initial_state=start).outputs
    for gate, unit in enumerate((2, 0, 3)):
        opened = [*weights[:3], weights[3].copy()]
        opened[3][gate * UNITS + unit] = 2.0
        model.set_weights(opened)
        reader.set_weights(opened)
        got = model.call(x, initial_state=start).outputs
        what = f"a peephole from the cell state of unit {unit} to its {GATES[gate]} gate"
        others = [other for other in range(UNITS) if other != unit]
        trial.assert_equal(
            got[..., others], before[..., others], f"outputs of other units with {what}"
        )
        expected = reader.call(x, initial_state=start).outputs
        trial.assert_close(got, expected, f"outputs with {what}")


@clause(
    "CELL-253",
    "Peepholes of zero change nothing: the layer gives the outputs of one without peepholes.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.CELL_OPTIONS),
)
def peepholes_of_zero_change_nothing(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The other weights have to arrive in the same places as without the fourth array."""
    weights, x = trial.weights(PLAIN), trial.array(BATCH, STEPS, FEATURES)
    zero = np.zeros(3 * UNITS, np.float32)
    got = trial.model(subject, SPEC, [*weights, zero]).call(x).outputs
    expected = trial.model(oracle, PLAIN, weights).call(x).outputs
    trial.assert_close(got, expected, "outputs with peepholes of zero")


@clause(
    "SEQ-250",
    "Each direction of a bidirectional layer has peepholes of its own.",
    source="Graves & Schmidhuber 2005",
    needs=(Capability.FORWARD, Capability.BIDIRECTIONAL, Capability.CELL_OPTIONS),
)
def each_direction_has_its_own_peepholes(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The halves are computed by two forward layers, one of them on the reversed row."""
    both = ModelSpec((Bidirectional(SPEC.recurrent_layers[0]),), FEATURES)
    weights, x = trial.weights(both), trial.array(BATCH, STEPS, FEATURES)
    got = trial.model(subject, both, weights).call(x).outputs
    ahead = trial.model(oracle, SPEC, weights[:4]).call(x).outputs
    back = trial.model(oracle, SPEC, weights[4:]).call(x[:, ::-1]).outputs[:, ::-1]
    trial.assert_close(got[..., :UNITS], ahead, "outputs of the forward direction")
    trial.assert_close(got[..., UNITS:], back, "outputs of the backward direction")


@clause(
    "MASK-250",
    "At a masked step the cell state that the peepholes see stays as it was.",
    source=SOURCE + "; Keras RNN for masked steps",
    needs=(
        Capability.FORWARD,
        Capability.INITIAL_STATE,
        Capability.FINAL_STATE,
        Capability.MASK_TAIL,
        Capability.CELL_OPTIONS,
    ),
)
def peepholes_do_not_see_a_masked_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The oracle runs each row over its valid steps alone. A subject that takes any mask gets one
    with holes as well.
    """
    x, start = trial.array(BATCH, STEPS, FEATURES), trial.states(SPEC, BATCH)
    model, reader = trial.twins(subject, oracle, SPEC)
    holes = [HOLES] if Capability.MASK in subject.capabilities else []
    for mask in (TAILS, *holes):
        got = model.call(x, mask=mask, initial_state=start)
        expected = by_deletion(reader, x, mask, start)
        trial.assert_states_close(got.states, expected.states, "state after the valid steps")


@clause(
    "GRAD-250",
    "Gradients go through the peepholes: to their weights, and to the cell states that they see.",
    source=SOURCE + "; calculus",
    needs=(Capability.GRADIENTS, Capability.INITIAL_STATE, Capability.CELL_OPTIONS),
)
def gradients_go_through_the_peepholes(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The sequence is long enough for the gradient of an early step to pass many peepholes."""
    ours, theirs = trial.twins(subject, oracle, SPEC)
    x, y = trial.array(BATCH, 7, FEATURES), trial.array(BATCH, 7, UNITS)
    start = trial.states(SPEC, BATCH)
    got, expected = ours.gradients(x, y, start), theirs.gradients(x, y, start)
    trial.assert_close(got.loss, expected.loss, "loss", LOSS)
    trial.assert_weights_close(SPEC, got.weights, expected.weights, "gradient", GRADIENT)
    trial.assert_close(got.x, expected.x, "gradient of x", GRADIENT)


@clause(
    "CELL-260",
    "With peepholes and a limit of the gates, the limit cuts off each gate after its peephole has "
    "been added.",
    source="ONNX LSTM, attribute clip and input P; as ONNX Runtime has it",
    needs=(Capability.FORWARD, Capability.INITIAL_STATE, Capability.CELL_OPTIONS),
)
def a_limit_of_the_gates_comes_after_the_peepholes(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One gate at a time is far beyond the limit, in one direction by its weights and in the other
    by its peephole, so the order in which the two act decides what the gate is. Every unit of every
    gate is asked.
    """
    ours, theirs = trial.twins(subject, oracle, LIMITED, weights := trial.weights(LIMITED))
    x, (start,) = trial.array(1, 1, FEATURES), trial.states(LIMITED, 1)
    for gate, name in enumerate(GATES):
        block = slice((0, 1, 3)[gate] * UNITS, (0, 1, 3)[gate] * UNITS + UNITS)
        pushed = [one.copy() for one in weights]
        pushed[2][block] += 3
        pushed[3][gate * UNITS : gate * UNITS + UNITS] = -4 * np.sign(start[1][0])
        for model in (ours, theirs):
            model.set_weights(pushed)
        got, expected = (model.call(x, initial_state=[start]).outputs for model in (ours, theirs))
        trial.assert_close(got, expected, f"outputs where the {name} gate is at its limit")
