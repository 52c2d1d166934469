"""Limits of the gates and of the cell state, and gates that are coupled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.cell_gates import sigmoid
from lstm_spec.conformance.support.choices import each_that_is_built
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, ModelSpec
from lstm_spec.tolerances import GRADIENT, LOSS

UNITS, FEATURES, STEPS, BATCH = 4, 3, 6, 3
GATE_CLIP, CELL_CLIP = 0.75, 0.5
PLAIN = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)
GATES = ModelSpec((LSTM(UNITS, return_sequences=True, gate_clip=GATE_CLIP),), FEATURES)
CELL = ModelSpec((LSTM(UNITS, return_sequences=True, cell_clip=CELL_CLIP),), FEATURES)
COUPLED = ModelSpec((LSTM(UNITS, return_sequences=True, coupled_gates=True),), FEATURES)
STATES = (
    Capability.FORWARD,
    Capability.INITIAL_STATE,
    Capability.FINAL_STATE,
    Capability.CELL_OPTIONS,
)

logistic = np.vectorize(sigmoid)
Change = Callable[[Array], Array]


def by_hand(
    weights: list[Array],
    x: Array,
    start: tuple[Array, Array],
    entering: Change = lambda z: z,
    keeping: Change = lambda c: c,
    coupled: bool = False,
) -> tuple[Array, tuple[Array, Array]]:
    """Outputs and final state from the equations, in which what enters and is kept is changed."""
    kernel, recurrent, bias = (np.asarray(one, np.float64) for one in weights)
    h, c = start
    outputs = []
    for step in x.swapaxes(0, 1):
        z_i, z_f, z_g, z_o = np.split(entering(step @ kernel + h @ recurrent + bias), 4, axis=1)
        i = logistic(z_i)
        c = keeping((1 - i if coupled else logistic(z_f)) * c + i * np.tanh(z_g))
        h = logistic(z_o) * np.tanh(c)
        outputs.append(h)
    return np.stack(outputs, axis=1), (h, c)


@clause(
    "CELL-256",
    "A limit of the gates cuts off what enters the activations of the four gates, and nothing "
    "else: neither the cell state nor what enters its tanh.",
    source="ONNX LSTM, attribute clip: applied to the input of activations; as ONNX Runtime has it",
    needs=STATES,
)
def a_limit_of_the_gates_cuts_off_what_enters_them(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The given cell states are several times the limit, so a limit that reaches them is seen, and
    most of what enters the gates lies beyond it.
    """
    weights, x = trial.weights(GATES, scale=1.0), trial.array(BATCH, STEPS, FEATURES)
    h, c = trial.states(GATES, BATCH)[0]
    start = h, (c + 3 * np.sign(c)).astype(np.float32)
    got = trial.model(subject, GATES, weights).call(x, initial_state=[start])
    outputs, state = by_hand(weights, x, start, lambda z: np.clip(z, -GATE_CLIP, GATE_CLIP))
    trial.assert_close(got.outputs, outputs, "outputs with a limit of the gates")
    trial.assert_states_close(got.states, [state])


@clause(
    "CELL-257",
    "A limit of the cell state cuts c off after every step, before the output gate and h use it; "
    "what enters the gates has no limit.",
    source="Sak, Senior & Beaufays 2014; LiteRT UnidirectionalSequenceLSTM, cell_clip",
    needs=STATES,
)
def a_limit_of_the_cell_state_cuts_it_off_after_every_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The given c is beyond the limit and counts as it is: it was no result of a step."""
    weights, x = trial.weights(CELL, scale=1.0), trial.array(BATCH, STEPS, FEATURES)
    h, c = trial.states(CELL, BATCH)[0]
    start = h, (c + np.sign(c)).astype(np.float32)
    got = trial.model(subject, CELL, weights).call(x, initial_state=[start])
    outputs, state = by_hand(weights, x, start, keeping=lambda c: np.clip(c, -CELL_CLIP, CELL_CLIP))
    trial.assert_close(got.outputs, outputs, "outputs with a limit of the cell state")
    trial.assert_states_close(got.states, [state])


@clause(
    "CELL-258",
    "A limit that no number reaches changes nothing.",
    source="ONNX LSTM, attribute clip; LiteRT UnidirectionalSequenceLSTM, cell_clip",
    needs=(Capability.FORWARD, Capability.CELL_OPTIONS),
)
def a_limit_out_of_reach_changes_nothing(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A hundred is far beyond what enters a gate here, and beyond each cell state."""
    weights, x = trial.weights(PLAIN), trial.array(BATCH, STEPS, FEATURES)
    expected = trial.model(oracle, PLAIN, weights).call(x).outputs
    layer = PLAIN.recurrent_layers[0]
    choices = [
        ("gates", ModelSpec((replace(layer, gate_clip=100.0),), FEATURES)),
        ("cell state", ModelSpec((replace(layer, cell_clip=100.0),), FEATURES)),
    ]
    for words, _, model in each_that_is_built(subject, choices):
        model.set_weights(weights)
        trial.assert_close(model.call(x).outputs, expected, f"outputs with a limit of the {words}")


@clause(
    "CELL-259",
    "With coupled gates the forget gate is one minus the input gate, and the forget blocks of the "
    "weights have no effect.",
    source="Greff et al. 2017; ONNX LSTM, attribute input_forget; LiteRT without an input gate",
    needs=STATES,
)
def coupled_gates_add_up_to_one(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An input gate of one minus the forget gate would read the blocks that have no effect."""
    weights, x = trial.weights(COUPLED), trial.array(BATCH, STEPS, FEATURES)
    start = trial.states(COUPLED, BATCH)[0]
    model = trial.model(subject, COUPLED, weights)
    outputs, state = by_hand(weights, x, start, coupled=True)
    got = model.call(x, initial_state=[start])
    trial.assert_close(got.outputs, outputs, "outputs with coupled gates")
    trial.assert_states_close(got.states, [state])
    other = [one.copy() for one in weights]
    for one in other:
        one[..., UNITS : 2 * UNITS] += 1
    model.set_weights(other)
    again = model.call(x, initial_state=[start])
    trial.assert_equal(again.outputs, got.outputs, "outputs with other forget blocks")


def gradients_agree(
    subject: Implementation, oracle: Implementation, trial: Trial, spec: ModelSpec
) -> None:
    """Loss and gradients of every weight and of x."""
    weights = trial.weights(spec, scale=1.0)
    ours, theirs = trial.twins(subject, oracle, spec, weights)
    x, y = trial.array(BATCH, STEPS, FEATURES), trial.array(BATCH, STEPS, UNITS)
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_close(got.loss, expected.loss, "loss", LOSS)
    trial.assert_weights_close(spec, got.weights, expected.weights, "gradient", GRADIENT)
    trial.assert_close(got.x, expected.x, "gradient of x", GRADIENT)


@clause(
    "GRAD-252",
    "No gradient comes through what a limit of the gates has cut off.",
    source="calculus: where a number is cut off, the slope is zero",
    needs=(Capability.GRADIENTS, Capability.CELL_OPTIONS),
)
def gradients_stop_at_a_limit_of_the_gates(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Of each gate some numbers are cut off and some are not."""
    gradients_agree(subject, oracle, trial, GATES)


@clause(
    "GRAD-253",
    "No gradient comes through a cell state that its limit has cut off.",
    source="calculus: where a number is cut off, the slope is zero",
    needs=(Capability.GRADIENTS, Capability.CELL_OPTIONS),
)
def gradients_stop_at_a_limit_of_the_cell_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The output gate still learns there: it is behind the limit."""
    gradients_agree(subject, oracle, trial, CELL)


@clause(
    "GRAD-254",
    "Through coupled gates the input gate receives the gradient of what is taken in and the "
    "opposite of that of what is forgotten; the forget blocks receive none.",
    source="Greff et al. 2017; calculus",
    needs=(Capability.GRADIENTS, Capability.CELL_OPTIONS),
)
def coupled_gates_share_one_gradient(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Optimisers with a memory would move the forget blocks if their gradient were only small."""
    gradients_agree(subject, oracle, trial, COUPLED)
