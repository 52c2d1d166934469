"""STATE: states of other shapes, and too few or too many of them, are not set."""

from __future__ import annotations

from functools import partial

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.methods import FEATURES, ROWS, STEPS, UNITS, one_layer
from lstm_spec.conformance.support.refusals import rejects
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, Bidirectional, ModelSpec

CONTRACT = "contract: what is rejected; set_states"


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
