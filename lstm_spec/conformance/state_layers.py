"""States in stacks, in layers that read backwards, and in bidirectional layers."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.state_specs import (
    FEATURES,
    ROWS,
    STEPS,
    UNITS,
    stateful_lstm,
    stateless_lstm,
)
from lstm_spec.contract import Capability, Implementation, States
from lstm_spec.model import LSTM, Bidirectional, ModelSpec


def _stack(*stateful: bool) -> ModelSpec:
    """Layers of 4, 2 and 3 units, each stateful or not."""
    layers = tuple(
        LSTM(units, return_sequences=True, stateful=one)
        for units, one in zip((UNITS, 2, 3), stateful, strict=False)
    )
    return ModelSpec(layers, FEATURES, batch_size=ROWS if any(stateful) else None)


@clause(
    "STATE-45",
    "In a stack of stateful layers, each layer carries its own state.",
    source="tutorials, echo-notebook (statement 3)",
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.LAYERS),
)
def every_layer_of_a_stack_carries(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Three layers of different width run in three calls, which are compared with one long
    stateless call.
    """
    weights = trial.weights(_stack(True, True, True))
    ours = trial.model(subject, _stack(True, True, True), weights)
    theirs = trial.model(oracle, _stack(False, False, False), weights)
    x = trial.array(ROWS, 3 * STEPS, FEATURES)
    expected = np.split(theirs.call(x).outputs, 3, axis=1)
    for number, piece in enumerate(np.split(x, 3, axis=1)):
        trial.assert_close(
            ours.call(piece).outputs, expected[number], f"call {number + 1} of a stack"
        )


@clause(
    "STATE-46",
    "In a stack, a stateful layer carries its state and a stateless layer next to it does not.",
    source="Keras documentation of LSTM; contract: ModelSpec",
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.LAYERS),
)
def only_the_stateful_layers_of_a_stack_carry(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A stateful layer below a stateless one is tested, and the reverse. The oracle runs layer by
    layer.
    """
    for stateful in ((True, False), (False, True)):
        spec = _stack(*stateful)
        weights = trial.weights(spec)
        ours = trial.model(subject, spec, weights)
        x = trial.array(ROWS, 2 * STEPS, FEATURES)
        values, width = x, FEATURES
        for index, (layer, carries) in enumerate(zip(spec.layers, stateful, strict=True)):
            assert isinstance(layer, LSTM)
            alone = ModelSpec((LSTM(layer.units, return_sequences=True),), width)
            model = trial.model(oracle, alone, weights[3 * index : 3 * index + 3])
            pieces = [values] if carries else np.split(values, 2, axis=1)
            values = np.concatenate([model.call(piece).outputs for piece in pieces], axis=1)
            width = layer.units
        expected = np.split(values, 2, axis=1)
        flags = " on ".join("stateful" if one else "stateless" for one in reversed(stateful))
        for number, piece in enumerate(np.split(x, 2, axis=1)):
            trial.assert_close(
                ours.call(piece).outputs, expected[number], f"call {number + 1}, {flags}"
            )


@clause(
    "STATE-47",
    "The states of a stack are read and set layer by layer, in the order of the layers.",
    source="contract: States",
    needs=(
        Capability.FORWARD,
        Capability.STATEFUL,
        Capability.STATE_ACCESS,
        Capability.LAYERS,
    ),
)
def the_states_of_a_stack_are_in_order(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The first and the last of the three layers have the same width, so that shapes cannot reveal
    a wrong order.
    """
    layers = tuple(LSTM(units, return_sequences=True, stateful=True) for units in (4, 2, 4))
    spec = ModelSpec(layers, FEATURES, batch_size=ROWS)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, start = trial.array(ROWS, STEPS, FEATURES), trial.states(spec, ROWS)
    ours.set_states(start)
    outputs, final = theirs.call(x, initial_state=start)
    trial.assert_close(ours.call(x).outputs, outputs, "call from the states set")
    trial.assert_states_close(ours.get_states(), final, "state after the call")


@clause(
    "STATE-48",
    "A stateful layer that reads backwards starts each call, at the last step of its rows, from "
    "the state in which the previous call ended.",
    source="keras#1431; keras#5966",
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.GO_BACKWARDS),
)
def a_backward_layer_carries(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The expected values come from a forward layer that is given the steps in the order of
    processing.
    """
    weights = trial.weights(stateless_lstm())
    ours = trial.model(subject, stateful_lstm(go_backwards=True), weights)
    theirs = trial.model(oracle, stateless_lstm(), weights)
    pieces = [trial.array(ROWS, STEPS, FEATURES) for _ in range(3)]
    processed = np.concatenate([piece[:, ::-1] for piece in pieces], axis=1)
    expected = np.split(theirs.call(processed).outputs, 3, axis=1)
    for number, piece in enumerate(pieces):
        trial.assert_close(
            ours.call(piece).outputs, expected[number], f"backward call {number + 1}"
        )


def _both_directions(*, stateful: bool) -> ModelSpec:
    layer = Bidirectional(LSTM(UNITS, return_sequences=True, stateful=stateful))
    return ModelSpec((layer,), FEATURES, batch_size=ROWS if stateful else None)


@clause(
    "STATE-49",
    "In a stateful bidirectional layer both directions carry their state, and the backward "
    "direction starts at the last step of each call.",
    source="keras#4421; tensorflow#34055",
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.BIDIRECTIONAL),
)
def both_directions_carry(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Each half is compared with a layer of one direction that is given its own final state."""
    spec = _both_directions(stateful=True)
    weights = trial.weights(spec)
    ours = trial.model(subject, spec, weights)
    halves = {
        "forward": (trial.model(oracle, stateless_lstm(), weights[:3]), slice(None, UNITS), 1),
        "backward": (trial.model(oracle, stateless_lstm(), weights[3:]), slice(UNITS, None), -1),
    }
    states: dict[str, States | None] = {"forward": None, "backward": None}
    for number in range(3):
        piece = trial.array(ROWS, STEPS, FEATURES)
        got = ours.call(piece).outputs
        for name, (model, units, direction) in halves.items():
            result = model.call(piece[:, ::direction], initial_state=states[name])
            states[name] = result.states
            expected = result.outputs[:, ::direction]
            trial.assert_close(got[..., units], expected, f"{name} half, call {number + 1}")


@clause(
    "STATE-50",
    "The row of a bidirectional layer cannot be split: the backward half of its pieces differs "
    "from that of the whole row.",
    source="keras#4421; tensorflow#34055",
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.BIDIRECTIONAL),
)
def a_bidirectional_row_cannot_be_split(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """If the backward half of the pieces agreed with the long call, the subject would have seen
    steps that it had not yet been given.
    """
    weights = trial.weights(_both_directions(stateful=True))
    ours = trial.model(subject, _both_directions(stateful=True), weights)
    theirs = trial.model(oracle, _both_directions(stateful=False), weights)
    x = trial.array(ROWS, 2 * STEPS, FEATURES)
    whole = np.split(theirs.call(x).outputs, 2, axis=1)
    for number, piece in enumerate(np.split(x, 2, axis=1)):
        got, what = ours.call(piece).outputs, f"call {number + 1} and the whole row"
        trial.assert_close(got[..., :UNITS], whole[number][..., :UNITS], f"forward half of {what}")
        trial.assert_differ(
            got[..., UNITS:], whole[number][..., UNITS:], f"backward half of {what}"
        )
