"""Where the state starts: at zero, unless the model is stateful or a state is given."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.state_specs import (
    FEATURES,
    ROWS,
    STEPS,
    final_state,
    in_predict_order,
    starts_from,
    stateful_and_whole,
    stateless_lstm,
)
from lstm_spec.contract import Capability, Implementation, States

CONFIRMS = "Without stateful, the state starts at zero for every batch."


@clause(
    "STATE-26",
    "Without stateful, every call starts from a zero state.",
    source="tutorials (statement 1); stackoverflow 43882796; keras#3445",
    confirms=CONFIRMS,
)
def a_stateless_call_starts_at_zero(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A stateful layer would continue the first call in the second. The third call repeats the
    first, bit for bit.
    """
    ours, theirs = trial.twins(subject, oracle, stateless_lstm())
    first, second = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, STEPS, FEATURES)
    once = ours.call(first).outputs
    trial.assert_close(once, theirs.call(first).outputs, "first call")
    got = ours.call(second).outputs
    continued = theirs.call(np.concatenate([first, second], axis=1)).outputs[:, STEPS:]
    trial.assert_differ(got, continued, "second call from zero and as a continuation of the first")
    trial.assert_close(got, theirs.call(second).outputs, "second call")
    trial.assert_equal(ours.call(first).outputs, once, "the same call again")


@clause(
    "STATE-27",
    "Without stateful, every batch of a predict call starts from a zero state.",
    source="tutorials (statement 1); stackoverflow 43882796",
    needs=(Capability.FORWARD, Capability.PREDICT),
    confirms=CONFIRMS,
)
def a_stateless_batch_starts_at_zero(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """``predict`` and ``predict_on_batch`` are then called again: nothing may be left over between
    calls either.
    """
    ours, theirs = trial.twins(subject, oracle, stateless_lstm())
    x = trial.array(ROWS, 2 * STEPS, FEATURES)
    flat = in_predict_order(x, 2)
    got, expected = ours.predict(flat, batch_size=ROWS), theirs.call(flat).outputs
    carried = in_predict_order(theirs.call(x).outputs, 2)
    trial.assert_differ(got, carried, "stateless batches and batches that continue each other")
    trial.assert_close(got, expected, "two stateless batches")
    trial.assert_close(ours.predict(flat, batch_size=ROWS), expected, "the same predict again")
    trial.assert_close(ours.predict_on_batch(flat), expected, "predict_on_batch after predict")


@clause(
    "STATE-28",
    "On the first batch, a stateful layer computes the same function as a stateless one.",
    source="keras#8198",
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def a_new_stateful_layer_starts_at_zero(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Both kinds of layer of the subject are compared with the same values. A stateful layer that
    is run once while it is built would be noticed.
    """
    ours, whole = stateful_and_whole(subject, oracle, trial)
    stateless = trial.model(subject, stateless_lstm(), whole.get_weights())
    x = trial.array(ROWS, STEPS, FEATURES)
    expected = whole.call(x).outputs
    trial.assert_close(ours.call(x).outputs, expected, "first call of a stateful layer")
    trial.assert_close(stateless.call(x).outputs, expected, "first call of a stateless layer")


@clause(
    "STATE-29",
    "An initial state that is given to a stateless layer is forgotten after that call.",
    source="Keras documentation of LSTM; keras#10965",
    needs=(Capability.FORWARD, Capability.INITIAL_STATE),
)
def a_given_state_is_forgotten(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The given arrays are checked as well: a subject may read them but must not write to them."""
    ours, theirs = trial.twins(subject, oracle, stateless_lstm())
    x, state = trial.array(ROWS, STEPS, FEATURES), trial.states(stateless_lstm(), ROWS)
    lent = [(h.copy(), c.copy()) for h, c in state]
    expected = theirs.call(x, initial_state=state).outputs
    trial.assert_close(
        ours.call(x, initial_state=lent).outputs, expected, "call from a given state"
    )
    trial.assert_close(ours.call(x).outputs, theirs.call(x).outputs, "the next call")
    trial.assert_equal(lent[0][0], state[0][0], "the given array h")
    trial.assert_equal(lent[0][1], state[0][1], "the given array c")


@clause(
    "STATE-30",
    "A given initial state overrides the stored state of a stateful layer, and the final state of "
    "that call is stored.",
    source="keras#10965; tensorflow#32299",
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.INITIAL_STATE),
    strength=Strength.SHOULD,
)
def an_initial_state_overrides_the_stored_one(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are three calls: one that stores a state, one with a given state, and one that shows
    which state the second call has stored.
    """
    ours, theirs = stateful_and_whole(subject, oracle, trial)
    first, second, third = (trial.array(ROWS, STEPS, FEATURES) for _ in range(3))
    stored, given = [final_state(theirs, first)], trial.states(stateless_lstm(), ROWS)
    final = theirs.call(second, initial_state=given).states or []
    ours.call(first)
    got = ours.call(second, initial_state=given).outputs
    mistakes = {"the given state is ignored": stored}
    starts_from(trial, theirs, got, second, given, "call with an initial state", mistakes)
    got = ours.call(third).outputs
    after_stored = theirs.call(second, initial_state=stored).states
    confused: dict[str, States] = {
        "the stored state of the call before is back": stored,
        "the given state is used again": given,
        "the stored state went on without the given one": after_stored or [],
    }
    starts_from(trial, theirs, got, third, final, "the call after it", confused)
