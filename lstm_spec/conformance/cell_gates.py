"""One unit and one feature, computed by hand: which block of the weights drives which gate."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, ModelSpec

ONE_UNIT = ModelSpec((LSTM(1, return_sequences=True),), features=1)
GATES = ("input", "forget", "cell", "output")
INPUTS = (0.75, -0.5, 1.25)

# Four different numbers in each source: no two gates look alike, and none is near saturation.
KERNEL = (0.5, -0.75, 1.0, 0.25)
RECURRENT = (-0.25, 0.5, 0.75, -1.0)
BIAS = (0.25, 1.0, -0.5, 0.125)


def sigmoid(x: float) -> float:
    """The logistic function."""
    return 1.0 / (1.0 + math.exp(-x))


def one_unit_by_hand(
    kernel: Sequence[float],
    recurrent: Sequence[float],
    bias: Sequence[float],
    inputs: Sequence[float],
    h: float = 0.0,
    c: float = 0.0,
) -> list[tuple[float, float]]:
    """(h, c) after each step of an LSTM with one unit and one feature.

    These are the equations of Gers, Schmidhuber & Cummins 2000 without peepholes, on plain Python
    numbers: here the expected values do not come from any engine. The gates are in the order input,
    forget, cell, output.
    """
    steps = []
    for x in inputs:
        i, f, g, o = (kernel[k] * x + recurrent[k] * h + bias[k] for k in range(4))
        c = sigmoid(f) * c + sigmoid(i) * math.tanh(g)
        h = sigmoid(o) * math.tanh(c)
        steps.append((h, c))
    return steps


def as_weights(
    kernel: Sequence[float], recurrent: Sequence[float], bias: Sequence[float]
) -> list[Array]:
    """The three lists of four numbers in the canonical layout of one unit and one feature."""
    return [
        np.array([kernel], dtype=np.float32),
        np.array([recurrent], dtype=np.float32),
        np.array(bias, dtype=np.float32),
    ]


def in_gate_order(weights: Sequence[Array], order: Sequence[int]) -> list[Array]:
    """Weights whose block k is the block ``order[k]`` of the given weights."""
    return [
        np.concatenate([np.split(weight, 4, axis=-1)[k] for k in order], axis=-1)
        for weight in weights
    ]


def driven(source: Sequence[float], gate: int) -> list[float]:
    """The same four numbers, with one of them raised by 1.5."""
    return [value + 1.5 * (k == gate) for k, value in enumerate(source)]


@clause(
    "CELL-05",
    "One unit with one feature gives the values that the equations give by hand.",
    source="Gers, Schmidhuber & Cummins 2000",
)
def one_unit_gives_the_numbers_of_the_equations(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are three steps, so that the forget gate (from the second step on) and the recurrent
    connection have an effect.
    """
    model = trial.model(subject, ONE_UNIT, as_weights(KERNEL, RECURRENT, BIAS))
    got = model.call(np.array(INPUTS, dtype=np.float32).reshape(1, 3, 1)).outputs
    expected = [h for h, _ in one_unit_by_hand(KERNEL, RECURRENT, BIAS, INPUTS)]
    trial.assert_close(got, np.array(expected).reshape(1, 3, 1), "outputs of one unit")


@clause(
    "CELL-06",
    "The four blocks of the bias belong to the input, forget, cell and output gates, in this "
    "order.",
    source="Keras LSTM weight layout; stackoverflow.com/questions/42861460",
)
def each_block_of_the_bias_drives_its_own_gate(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One gate at a time is driven through its bias, so that the report names the gate that is
    wrong.
    """
    drive_each_gate(subject, trial, "bias")


@clause(
    "CELL-07",
    "The four blocks of the kernel belong to the input, forget, cell and output gates, in this "
    "order.",
    source="Keras LSTM weight layout; keras-team/keras#3088",
)
def each_block_of_the_kernel_drives_its_own_gate(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The kernel is tested separately: a converter may reorder it correctly and the bias
    incorrectly.
    """
    drive_each_gate(subject, trial, "kernel")


@clause(
    "CELL-08",
    "The four blocks of the recurrent kernel belong to the input, forget, cell and output gates, "
    "in this order.",
    source="Keras LSTM weight layout; pytorch/pytorch#750",
)
def each_block_of_the_recurrent_kernel_drives_its_own_gate(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """In the first step there is no previous output, so only the later steps can show a
    difference.
    """
    drive_each_gate(subject, trial, "recurrent kernel")


def drive_each_gate(subject: Implementation, trial: Trial, source: str) -> None:
    """Raise one number of ``source`` after the other, and compare with the calculation by hand."""
    model = subject.build(ONE_UNIT)
    x = np.array(INPUTS, dtype=np.float32).reshape(1, 3, 1)
    for gate, name in enumerate(GATES):
        weights: dict[str, Sequence[float]] = {
            "kernel": KERNEL,
            "recurrent kernel": RECURRENT,
            "bias": BIAS,
        }
        weights[source] = driven(weights[source], gate)
        kernel, recurrent, bias = weights.values()
        model.set_weights(as_weights(kernel, recurrent, bias))
        expected = [h for h, _ in one_unit_by_hand(kernel, recurrent, bias, INPUTS)]
        trial.assert_close(
            model.call(x).outputs,
            np.array(expected).reshape(1, 3, 1),
            f"outputs while the {name} gate is driven through the {source}",
        )


@clause(
    "CELL-09",
    "The blocks of the weights are in the order input, forget, cell, output.",
    source="documents: notebook-27, the list of the weights",
    strength=Strength.CLAIM,
    refutes="The four blocks of the weights are those of the forget gate, the input gate, the "
    "cell and the output gate, in this order.",
)
def the_gate_order_of_the_notebook_is_wrong(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The subject is also compared with weights that are read in the notebook's order. If it agreed
    with both orders, the weights would be too symmetric to distinguish them.
    """
    spec = ModelSpec((LSTM(4, return_sequences=True),), features=3)
    weights, x = trial.weights(spec), trial.array(2, 5, 3)
    model, reader = trial.twins(subject, oracle, spec, weights)
    got = model.call(x).outputs
    trial.assert_close(got, reader.call(x).outputs, "outputs with blocks read as i, f, c, o")
    reader.set_weights(in_gate_order(weights, (1, 0, 2, 3)))
    trial.assert_differ(
        got, reader.call(x).outputs, "outputs with blocks read as f, i, c, o", by=1e-2
    )


@clause(
    "CELL-10",
    "From a given h and c, one unit gives the h and c that the equations give by hand.",
    source="Gers, Schmidhuber & Cummins 2000",
    needs=(Capability.FORWARD, Capability.INITIAL_STATE, Capability.FINAL_STATE),
)
def one_unit_from_a_given_state_gives_the_numbers_of_the_equations(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Only one step is run. h may act through the recurrent kernel only and c through the forget
    gate only, and c is returned without tanh.
    """
    model = trial.model(subject, ONE_UNIT, as_weights(KERNEL, RECURRENT, BIAS))
    for h, c in ((0.5, 0.0), (0.0, 1.5), (0.5, -2.0)):
        start = [(np.array([[h]], dtype=np.float32), np.array([[c]], dtype=np.float32))]
        result = model.call(np.array([[[0.75]]], dtype=np.float32), initial_state=start)
        ((new_h, new_c),) = one_unit_by_hand(KERNEL, RECURRENT, BIAS, (0.75,), h, c)
        trial.assert_states_close(
            result.states,
            [(np.array([[new_h]]), np.array([[new_c]]))],
            f"state after one step from h = {h}, c = {c}",
        )
