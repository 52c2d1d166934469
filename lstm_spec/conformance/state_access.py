"""Reading and writing the carried states: copies, in the order h, c, and without rounding."""

from __future__ import annotations

import numpy as np

from lstm_spec import tolerances
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.state_specs import (
    FEATURES,
    ROWS,
    STEPS,
    starts_from,
    stateful_and_whole,
    stateful_lstm,
    stateless_lstm,
)
from lstm_spec.contract import Capability, Implementation, States
from lstm_spec.subjects.guard import unguarded

ACCESS = (Capability.FORWARD, Capability.STATEFUL, Capability.STATE_ACCESS)


@clause(
    "STATE-39",
    "The states that get_states returns after a call are its final h and c, in this order.",
    source="keras#8823",
    needs=ACCESS,
)
def the_states_read_are_the_final_ones(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The states are read twice, because reading them must not change them."""
    ours, theirs = stateful_and_whole(subject, oracle, trial)
    x = trial.array(ROWS, 2 * STEPS, FEATURES)
    ours.call(x[:, :STEPS])
    expected = theirs.call(x[:, :STEPS]).states
    trial.assert_states_close(ours.get_states(), expected, "state after the first call")
    trial.assert_states_close(ours.get_states(), expected, "state, read again")
    outputs, expected = theirs.call(x)
    trial.assert_close(ours.call(x[:, STEPS:]).outputs, outputs[:, STEPS:], "second call")
    trial.assert_states_close(ours.get_states(), expected, "state after the second call")


@clause(
    "STATE-40",
    "The next call starts from the states that were set.",
    source="keras#8823",
    needs=ACCESS,
)
def a_call_starts_from_the_states_set(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The states are set on a model that has already run. If h and c are exchanged, a row is
    ignored or the states are ignored altogether, the report says which.
    """
    ours, theirs = stateful_and_whole(subject, oracle, trial)
    used, x = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, STEPS, FEATURES)
    [(h, c)] = trial.states(stateful_lstm(), ROWS)
    ours.call(used)
    ours.set_states([(h, c)])
    got = ours.call(x).outputs
    mistakes = {
        "h and c are swapped": [(c, h)],
        "only h is set": [(h, np.zeros_like(c))],
        "only c is set": [(np.zeros_like(h), c)],
        "nothing is set": theirs.call(used).states or [],
        "row 0's state is set for every row": [(h[[0] * ROWS], c[[0] * ROWS])],
    }
    starts_from(trial, theirs, got, x, [(h, c)], "call from the states set", mistakes)


@clause(
    "STATE-41",
    "States that were set are read back unchanged, bit for bit.",
    source="keras#8823",
    needs=ACCESS,
)
def states_are_read_as_they_were_set(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Both a new model and one that has already run are tested. The values of h and c can be
    represented in float32.
    """
    ours = trial.model(subject, stateful_lstm(), trial.weights(stateful_lstm()))
    for when in ("on a new model", "on a used model"):
        states = trial.states(stateful_lstm(), ROWS)
        ours.set_states(states)
        what = f"states set {when}, read back"
        trial.assert_states_close(ours.get_states(), states, what, tolerances.EXACT)
        ours.call(trial.array(ROWS, STEPS, FEATURES))


@clause(
    "STATE-42",
    "States are passed as copies: changing the arrays later does not change the model.",
    source="contract: get_states, set_states",
    needs=ACCESS,
)
def states_are_copies(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Both directions are tested without the suite's own wrapper, which makes copies for other
    reasons. A state that was read must also not change when the model continues to run.
    """
    ours, theirs = stateful_and_whole(subject, oracle, trial)
    first, second = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, STEPS, FEATURES)
    ours.call(first)
    after_first = theirs.call(first).states
    _overwrite(unguarded(ours).get_states())
    read = unguarded(ours).get_states()
    trial.assert_states_close(
        read, after_first, "state, after arrays read from it were overwritten"
    )
    expected = theirs.call(second, initial_state=after_first).outputs
    trial.assert_close(ours.call(second).outputs, expected, "second call")
    trial.assert_states_close(read, after_first, "state that was read before the second call")
    lent = trial.states(stateless_lstm(), ROWS)
    expected = theirs.call(second, initial_state=lent).outputs
    unguarded(ours).set_states(lent)
    _overwrite(lent)
    trial.assert_close(
        ours.call(second).outputs, expected, "call, after the arrays set were overwritten"
    )


def _overwrite(states: States) -> None:
    """Write into the arrays; arrays that are read-only are as safe as copies."""
    for array in map(np.asarray, states[0]):
        if array.flags.writeable:
            array[...] = 9.0


@clause(
    "STATE-43",
    "Setting and reading states does not change any weight.",
    source="contract: get_states, set_states",
    needs=ACCESS,
)
def states_are_not_weights(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The opposite, that setting weights does not change any state, is LIFE-25."""
    spec = stateful_lstm()
    weights = trial.weights(spec)
    ours, theirs = trial.twins(subject, oracle, spec, weights)
    ours.set_states(trial.states(spec, ROWS))
    ours.get_states()
    trial.assert_weights_close(spec, ours.get_weights(), weights, tolerance=tolerances.EXACT)
    x = trial.array(ROWS, STEPS, FEATURES)
    ours.reset_states()
    trial.assert_close(
        ours.call(x).outputs, theirs.call(x).outputs, "call after set, get and reset"
    )


@clause(
    "STATE-44",
    "Restoring an earlier state repeats everything that followed it, bit for bit.",
    source="keras#8823",
    needs=ACCESS,
)
def a_restored_state_repeats_what_followed(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A copy of the states is a complete checkpoint: no part of the memory is stored
    anywhere else.
    """
    ours, whole = stateful_and_whole(subject, oracle, trial)
    x = trial.array(ROWS, 3 * STEPS, FEATURES)
    expected = np.split(whole.call(x).outputs, 3, axis=1)
    first, second, third = np.split(x, 3, axis=1)
    ours.call(first)
    checkpoint = ours.get_states()
    followed = ours.call(second).outputs
    trial.assert_close(followed, expected[1], "call after the checkpoint")
    ours.call(third)
    ours.set_states(checkpoint)
    trial.assert_equal(ours.call(second).outputs, followed, "the same call from the checkpoint")
    trial.assert_close(ours.call(third).outputs, expected[2], "and the call after it")
