"""Explicit states: given before the first step, and returned after the last."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, ModelSpec

UNITS, FEATURES, STEPS, BATCH = 4, 3, 5, 2
LAYER = LSTM(UNITS, return_sequences=True)
SPEC = ModelSpec((LAYER,), FEATURES)
KERAS = "Keras LSTM: call(initial_state=[h, c])"
GIVEN = (Capability.FORWARD, Capability.INITIAL_STATE)
GIVEN_AND_TAKEN = (*GIVEN, Capability.FINAL_STATE)


@clause(
    "SEQ-13",
    "A given h and c are the state before the first step.",
    source=KERAS,
    needs=GIVEN,
)
def a_given_state_is_the_state_before_the_first_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """h, c and all their rows are different. Exchanging h and c, ignoring one of them, or using the
    state of one row for every row each changes the outputs.
    """
    model, reader = trial.twins(subject, oracle, SPEC)
    x, start = trial.array(BATCH, STEPS, FEATURES), trial.states(SPEC, BATCH)
    got = model.call(x, initial_state=start).outputs
    trial.assert_close(
        got, reader.call(x, initial_state=start).outputs, "outputs from a given state"
    )


@clause(
    "SEQ-14",
    "A given h acts only through the recurrent kernel, and a given c acts only through the forget "
    "gate.",
    source="the equations",
    needs=GIVEN,
)
def a_given_h_and_a_given_c_act_in_different_ways(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With a recurrent kernel of zeros, h has no effect; with a closed forget gate, c has none. In
    each case the other one still has an effect, so neither is ignored and neither replaces the
    other.
    """
    x, zero = trial.array(BATCH, STEPS, FEATURES), np.zeros((BATCH, UNITS), np.float32)
    h, c = trial.states(SPEC, BATCH)[0]
    weights = trial.weights(SPEC)
    no_recurrence = [weights[0], np.zeros_like(weights[1]), weights[2]]
    closed_forget_gate = [weight.copy() for weight in weights]
    for weight in closed_forget_gate:
        weight[..., UNITS : 2 * UNITS] = 0.0
    closed_forget_gate[2][UNITS : 2 * UNITS] = -200.0
    for name, chosen, mute, heard in (
        ("a recurrent kernel of zeros", no_recurrence, (h, zero), (zero, c)),
        ("a closed forget gate", closed_forget_gate, (zero, c), (h, zero)),
    ):
        model, reader = trial.twins(subject, oracle, SPEC, chosen)
        plain = reader.call(x).outputs
        got = model.call(x, initial_state=[mute]).outputs
        trial.assert_close(
            got, plain, f"outputs with {name}, from a state that must have no effect"
        )
        got = model.call(x, initial_state=[heard]).outputs
        trial.assert_differ(
            got, plain, f"outputs with {name}, from a state that must have an effect", by=1e-2
        )


@clause(
    "SEQ-15",
    "Each row starts from its own row of the given state.",
    source=KERAS,
    needs=GIVEN,
)
def each_row_starts_from_its_own_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The rows of x are equal, so that only the states distinguish them. Then the state of one row
    is changed, and all other rows must stay the same, bit for bit.
    """
    model, reader = trial.twins(subject, oracle, SPEC)
    x = np.repeat(trial.array(1, STEPS, FEATURES), 3, axis=0)
    h, c = trial.states(SPEC, 3)[0]
    before = model.call(x, initial_state=[(h, c)]).outputs
    expected = reader.call(x, initial_state=[(h, c)]).outputs
    trial.assert_close(before, expected, "outputs of equal rows from different states")
    for row in range(3):
        changed_h, changed_c = h.copy(), c.copy()
        changed_h[row] += 1.0
        changed_c[row] -= 1.0
        after = model.call(x, initial_state=[(changed_h, changed_c)]).outputs
        others = [other for other in range(3) if other != row]
        trial.assert_equal(after[others], before[others], f"outputs of the rows beside row {row}")
        trial.assert_differ(
            after[row], before[row], f"outputs of row {row}, whose state was changed"
        )


@clause(
    "SEQ-16",
    "A given state of zero has the same effect as no given state.",
    source="documents: without stateful, state starts at zero for every batch",
    needs=GIVEN,
)
def a_zero_state_is_the_same_as_no_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A call from another state is made in between, which must leave nothing behind."""
    model, reader = trial.twins(subject, oracle, SPEC)
    x, zero = trial.array(BATCH, STEPS, FEATURES), np.zeros((BATCH, UNITS), np.float32)
    expected = reader.call(x).outputs
    trial.assert_close(
        model.call(x, initial_state=[(zero, zero)]).outputs, expected, "outputs from zero"
    )
    model.call(x, initial_state=trial.states(SPEC, BATCH))
    trial.assert_close(
        model.call(x).outputs, expected, "outputs without a state, after a call with one"
    )


@clause(
    "SEQ-17",
    "If a row is split anywhere, and each piece starts from the final state of the piece before, "
    "the pieces give the outputs and the final state of the whole row.",
    source="keras-team/keras#1820; the equations",
    needs=GIVEN_AND_TAKEN,
)
def pieces_joined_by_their_states_equal_the_whole(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Hypothesis chooses where to split the row, and shrinks a failure to the fewest pieces.
    Anything that is missing from the final state (c, a row, precision) is missing in the next
    piece.
    """
    model, reader = trial.twins(subject, oracle, SPEC)
    steps = 6
    x, start = trial.array(BATCH, steps, FEATURES), trial.states(SPEC, BATCH)
    whole = reader.call(x, initial_state=start)

    def joins(cuts: set[int]) -> None:
        state, pieces = start, []
        borders = [0, *sorted(cuts), steps]
        for begin, end in pairwise(borders):
            result = model.call(x[:, begin:end], initial_state=state)
            pieces.append(result.outputs)
            trial.assert_that(
                result.states is not None, "a piece of the row returned no final state"
            )
            state = result.states or state
        where = f"split before steps {sorted(cuts)}" if cuts else "that is not split"
        trial.assert_close(
            np.concatenate(pieces, axis=1), whole.outputs, f"outputs of a row {where}"
        )
        trial.assert_states_close(state, whole.states, f"final state of a row {where}")

    joins({2, 5})
    joins(set(range(1, steps)))
    trial.forall(joins, calls=3, cuts=st.sets(st.integers(1, steps - 1)))


@clause(
    "SEQ-18",
    "Running one long row is not the same as running its two halves, each from a zero state.",
    source="documents: state is kept over the steps of a row, and starts at zero for every batch",
)
def halves_started_from_zero_differ_from_the_whole(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """SEQ-17 alone would be passed by a layer that has no memory at all. This clause rules that
    out.
    """
    model, reader = trial.twins(subject, oracle, SPEC)
    x = trial.array(BATCH, 6, FEATURES)
    whole, second = model.call(x).outputs, model.call(x[:, 3:]).outputs
    trial.assert_close(second, reader.call(x[:, 3:]).outputs, "outputs of the second half alone")
    trial.assert_differ(second[:, 0], whole[:, 3], "first output of the second half", by=1e-2)
