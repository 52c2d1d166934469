"""STATE: how many states, of which shape, where in memory, and whose they are."""

from __future__ import annotations

from functools import partial

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.memory import (
    arguments_stay_the_caller_s,
    results_are_the_caller_s,
    whatever_the_layout,
)
from lstm_spec.conformance.support.methods import (
    CALLING,
    CALLING_FROM_A_STATE,
    FEATURES,
    ROWS,
    STARTING,
    STEPS,
    UNITS,
    one_layer,
)
from lstm_spec.conformance.support.refusals import rejects
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, Bidirectional, ModelSpec

CONTRACT = "contract: what is rejected; set_states"
OWNERS = "contract: whose an array is"


@clause(
    "STATE-100",
    "States of another shape are not set: one row or unit more or less, one row for all, or "
    "another number of axes, in h or in c.",
    source=CONTRACT,
    needs=(Capability.STATEFUL, Capability.STATE_ACCESS),
)
def states_of_another_shape_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """C alone may be wrong: an engine that sets h before it looks at c is left with half a
    state.
    """
    rejects(subject, oracle, trial, one_layer(subject), ["set_states"], ["h", "c"])


@clause(
    "STATE-101",
    "A stateful bidirectional layer has two states to be set: one pair, or three, are rejected, "
    "and both directions keep theirs.",
    source=CONTRACT,
    needs=(Capability.STATEFUL, Capability.STATE_ACCESS, Capability.BIDIRECTIONAL),
)
def states_for_other_directions_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Also a pair of the right number of which the last has a wrong shape: the first must not have
    been set by then.
    """
    layer = Bidirectional(LSTM(UNITS, return_sequences=True, stateful=True))
    spec = ModelSpec((layer,), FEATURES, batch_size=ROWS)
    model = trial.model(subject, spec, trial.weights(spec))
    model.call(trial.array(ROWS, STEPS, FEATURES))
    forward, (h, c) = trial.states(spec, ROWS)
    attempts = {
        "one pair for 2 directions": [forward],
        "three pairs for 2 directions": [forward, (h, c), forward],
        "a backward h of one row too few": [forward, (h[1:], c)],
        "a backward c of one unit too few": [forward, (h, c[:, 1:])],
    }
    for what, given in attempts.items():
        trial.assert_refused(model, partial(model.set_states, given), f"setting {what}")


@clause(
    "STATE-102",
    "A given initial state may lie in memory in any way, and may be of float64.",
    source=OWNERS,
    needs=(Capability.FORWARD, Capability.INITIAL_STATE),
)
def an_initial_state_may_lie_anywhere(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """H and c that are two halves of one array are strided; those of another library may be in
    Fortran order.
    """
    whatever_the_layout(subject, oracle, trial, [*CALLING_FROM_A_STATE], STARTING)


@clause(
    "STATE-103",
    "States that are set may lie in memory in any way, and may be of float64.",
    source=OWNERS,
    needs=(Capability.STATEFUL, Capability.STATE_ACCESS),
)
def states_that_are_set_may_lie_anywhere(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The next call shows which numbers have been set."""
    whatever_the_layout(subject, oracle, trial, ["set_states"])


@clause(
    "STATE-104",
    "States that are given stay the caller's: nothing is written into them, and what their owner "
    "writes later has no effect.",
    source=OWNERS,
    needs=(Capability.FORWARD, Capability.INITIAL_STATE),
)
def given_states_stay_the_caller_s(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """As initial states and, where the subject has states to be set, by set_states."""
    arguments_stay_the_caller_s(subject, oracle, trial, [*CALLING_FROM_A_STATE, "set_states"])


@clause(
    "STATE-105",
    "States that are returned become the caller's: they stay what they were when the model runs "
    "on, and what is written into them has no effect.",
    source=OWNERS,
    needs=(Capability.FORWARD, Capability.FINAL_STATE),
)
def returned_states_become_the_caller_s(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The final states of a call, and what get_states returns."""
    methods = [*CALLING, *CALLING_FROM_A_STATE, "set_states"]
    results_are_the_caller_s(subject, oracle, trial, methods)
