"""The activation functions of the gates and of the cell, point by point, and their limits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, Activation, ModelSpec

POINTS = np.array([-6.0, -3.0, -2.5, -2.0, -1.0, -0.25, 0.0, 0.25, 1.0, 2.0, 2.5, 3.0, 6.0])
"""Where hard and soft sigmoids differ most, and the corners of both hard ones."""

Curve = Callable[[Array], Array]


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x))."""
    value: Array = 1.0 / (1.0 + np.exp(-x))
    return value


def hard_sigmoid_keras2(x: Array) -> Array:
    """clip(0.2 x + 0.5, 0, 1): 0.7 at x = 1."""
    value: Array = np.clip(0.2 * x + 0.5, 0.0, 1.0)
    return value


def hard_sigmoid_keras3(x: Array) -> Array:
    """relu6(x + 3) / 6: 0.6667 at x = 1."""
    value: Array = np.clip(x + 3.0, 0.0, 6.0) / 6.0
    return value


def gate_follows(
    subject: Implementation, trial: Trial, activation: Activation, curve: Curve
) -> None:
    """Sweep each sigmoid gate in turn over ``POINTS``, one point per row, for two steps.

    The other gates are fixed at values that this function computes with the same curve. Two steps
    are needed because the forget gate has nothing to forget in the first one.
    """
    layer = LSTM(1, recurrent_activation=activation, return_sequences=True)
    model = subject.build(ModelSpec((layer,), features=1))
    x = np.repeat(POINTS, 2).reshape(-1, 2, 1).astype(np.float32)
    still = {"input": 0.5, "forget": 0.75, "output": 0.25}
    candidate = float(np.tanh(1.5))
    for block, name in ((0, "input"), (1, "forget"), (3, "output")):
        bias = np.array([still["input"], still["forget"], 1.5, still["output"]])
        kernel = np.zeros((1, 4))
        bias[block], kernel[0, block] = 0.0, 1.0
        model.set_weights([kernel, np.zeros((1, 4)), bias])
        i, f, o = (
            curve(POINTS if gate == name else np.full_like(POINTS, value))
            for gate, value in still.items()
        )
        first = i * candidate
        second = f * first + i * candidate
        expected = np.stack([o * np.tanh(first), o * np.tanh(second)], axis=1)[..., None]
        got = model.call(x).outputs
        trial.assert_close(got, expected, f"outputs while the {name} gate sweeps from -6 to 6")


@clause(
    "CELL-19",
    "The gates use the logistic function as their sigmoid.",
    source="Hochreiter & Schmidhuber 1997; Keras >= 2.3 default recurrent activation",
)
def the_gates_follow_the_logistic_function(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A hard sigmoid, which was the default up to Keras 2.2, differs from it by up to 0.12."""
    gate_follows(subject, trial, "sigmoid", sigmoid)


@clause(
    "CELL-20",
    "The candidate and the cell state are passed through tanh.",
    source="Hochreiter & Schmidhuber 1997; Keras default activation",
)
def candidate_and_cell_follow_tanh(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The candidate sweeps over the points while all gates are open. The cell state c is then tanh
    of the point, and the output h is tanh of c. A relu, a missing tanh or a coarse approximation
    gives other values.
    """
    model = trial.model(
        subject,
        ModelSpec((LSTM(1),), features=1),
        [np.array([[0.0, 0, 1, 0]]), np.zeros((1, 4)), np.array([20.0, 20, 0, 20])],
    )
    got = model.call(POINTS.reshape(-1, 1, 1).astype(np.float32)).outputs
    trial.assert_close(got, np.tanh(np.tanh(POINTS))[:, None], "outputs while the candidate sweeps")


@clause(
    "CELL-21",
    "The hard sigmoid of Keras 1 and 2 is 0.2 x + 0.5 between 0 and 1, which is 0.7 at x = 1.",
    source="Keras 2 activations; Keras 2.3.0 release notes",
    needs=(Capability.FORWARD, Capability.HARD_SIGMOID),
)
def the_hard_sigmoid_of_keras_2_rises_by_one_fifth(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The points include both corners, at +-2.5, and x = 1, where the two definitions differ."""
    gate_follows(subject, trial, "hard_sigmoid_keras2", hard_sigmoid_keras2)


@clause(
    "CELL-22",
    "The hard sigmoid of Keras 3 is relu6(x + 3) / 6, which is 0.6667 at x = 1.",
    source="Keras 3 activations; keras-team/keras#19477",
    needs=(Capability.FORWARD, Capability.HARD_SIGMOID),
)
def the_hard_sigmoid_of_keras_3_rises_by_one_sixth(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The points include both corners, at +-3, and x = 1, where the two definitions differ."""
    gate_follows(subject, trial, "hard_sigmoid_keras3", hard_sigmoid_keras3)


@clause(
    "CELL-23",
    "Saturated and extreme inputs give finite and correct outputs.",
    source="the equations; naive formulas of sigmoid and tanh overflow in exp",
)
def extreme_inputs_stay_finite_and_right(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The inputs are +-50 and +-1e4. The three rows of the kernel are +-1, +-1/2 and +-1/4, so that
    no sum of them is close to zero: there, float32 would legitimately lose the digits of a large
    number.
    """
    spec = ModelSpec((LSTM(4, return_sequences=True),), features=3)
    weights = trial.weights(spec)
    weights[0] = np.sign(weights[0]) * np.array([[1.0], [0.5], [0.25]])
    model, reader = trial.twins(subject, oracle, spec, weights)
    signs = np.sign(trial.array(2, 5, 3))
    for size in (50.0, 1e4):
        x = (size * signs).astype(np.float32)
        got = model.call(x).outputs
        trial.assert_close(got, reader.call(x).outputs, f"outputs for inputs of +-{size:g}")


@clause(
    "CELL-24",
    "A large cell state that is given is kept, and its tanh in the output is one.",
    source="the equations",
    needs=(Capability.FORWARD, Capability.INITIAL_STATE, Capability.FINAL_STATE),
)
def a_large_cell_state_is_kept(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With an open forget gate and a closed input gate, the layer keeps a cell state of +-1e4 over
    five steps, and h is half of its sign. A given h has no effect here, because the recurrent
    kernel is zero.
    """
    spec = ModelSpec((LSTM(2, return_sequences=True),), features=1)
    weights = [np.zeros((1, 8)), np.zeros((2, 8)), np.repeat([-30.0, 30.0, 1.0, 0.0], 2)]
    model = trial.model(subject, spec, weights)
    c = np.array([[1e4, -1e4], [-1e4, 1e4], [1e4, 1e4]], dtype=np.float32)
    h = trial.array(3, 2)
    result = model.call(np.ones((3, 5, 1), np.float32), initial_state=[(h, c)])
    expected = 0.5 * np.sign(c)
    trial.assert_close(
        result.outputs, np.repeat(expected[:, None], 5, axis=1), "outputs of a large cell state"
    )
    got = None if result.states is None else [(h, c / 1e4) for h, c in result.states]
    trial.assert_states_close(got, [(expected, c / 1e4)], "state (c divided by 1e4)")
