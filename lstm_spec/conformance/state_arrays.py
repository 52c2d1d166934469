"""STATE: which layers have a state to be read and set, and whose memory the given arrays are."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Array, Capability, Implementation, Unsupported
from lstm_spec.evidence import BrokenAdapter
from lstm_spec.model import LSTM, ModelSpec

ROWS, STEPS, FEATURES, UNITS = 2, 3, 2, 3


@clause(
    "STATE-95",
    "A stack of a stateful and a stateless layer has the state of the stateful one: that one is "
    "read, that one is set, and nothing else is asked for.",
    source="contract: get_states, set_states",
    needs=(Capability.STATEFUL, Capability.STATE_ACCESS, Capability.LAYERS),
)
def only_stateful_layers_have_states(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Once the stateful layer is the lower, once the upper one. The call that follows shows that
    the state that was set is that layer's.
    """
    for stateful in ((True, False), (False, True)):
        layers = tuple(LSTM(UNITS, return_sequences=True, stateful=carries) for carries in stateful)
        spec = ModelSpec(layers, FEATURES, batch_size=ROWS)
        ours, theirs = trial.twins(subject, oracle, spec)
        first, second = trial.array(2, ROWS, STEPS, FEATURES)
        ours.call(first)
        theirs.call(first)
        where = f"layer {1 + stateful.index(True)} of 2 is stateful"
        trial.assert_states_close(ours.get_states(), theirs.get_states(), f"{where}: state read")
        states = [(trial.array(ROWS, UNITS, scale=0.5), trial.array(ROWS, UNITS, scale=0.5))]
        theirs.set_states(states)
        try:
            ours.set_states(states)
        except (Unsupported, BrokenAdapter):
            raise
        except Exception as refusal:
            trial.assert_that(False, f"{where}: its state cannot be set alone: {refusal}")
        trial.assert_close(
            ours.call(second).outputs, theirs.call(second).outputs, f"{where}: after set_states"
        )


@clause(
    "STATE-96",
    "Arrays of float64 that are given as states are copied like any other: what their owner writes "
    "into them later does not reach the model, and the model does not write into them.",
    source="contract: set_states, call",
    needs=(Capability.STATEFUL, Capability.STATE_ACCESS, Capability.INITIAL_STATE),
)
def float64_states_are_copied(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine that computes in float64 need not convert them, and may keep the very array that it
    was given. NumPy makes float64 unless it is told otherwise, so most callers give float64.
    """
    spec = ModelSpec((LSTM(UNITS, stateful=True),), FEATURES, batch_size=ROWS)
    ours, theirs = trial.twins(subject, oracle, spec)
    x = trial.array(ROWS, STEPS, FEATURES)

    def given() -> tuple[Array, Array]:
        h, c = trial.array(ROWS, UNITS, scale=0.5), trial.array(ROWS, UNITS, scale=0.5)
        return h.astype(np.float64), c.astype(np.float64)

    for part, name in ((0, "h"), (1, "c")):
        state = given()
        theirs.set_states([(state[0].copy(), state[1].copy())])
        ours.set_states([state])
        state[part][...] = 7.0
        what = f"after {name} was overwritten by its owner"
        trial.assert_states_close(ours.get_states(), theirs.get_states(), f"the state {what}")
        trial.assert_close(ours.call(x).outputs, theirs.call(x).outputs, f"the call {what}")
    for part, name in ((0, "h"), (1, "c")):
        state = given()
        kept = state[0].copy(), state[1].copy()
        ours.call(x, initial_state=[state])
        theirs.call(x, initial_state=[kept])
        trial.assert_equal(state[part], kept[part], f"the initial {name} after the call")
        state[part][...] = 7.0
        what = f"after the initial {name} was overwritten"
        trial.assert_close(ours.call(x).outputs, theirs.call(x).outputs, f"the next call {what}")
