"""Masks and states: masked steps leave the state of a row unchanged, within a call and between
calls.
"""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from lstm_spec import tolerances
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.masked_steps_deleted import (
    BATCH,
    FEATURES,
    HEAD,
    MIXED,
    NONE,
    SEQUENCE,
    STEPS,
    TAIL,
    UNITS,
    WHOLE_ROW,
    by_deletion,
    pattern,
    sequences_close,
)
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, ModelSpec

STATEFUL = ModelSpec(
    (LSTM(UNITS, return_sequences=True, stateful=True),), FEATURES, batch_size=BATCH
)
KERAS = "Keras: masking with stateful layers; keras-team/keras#2750, #7878, #1300"
ANY = (Capability.FORWARD, Capability.MASK)
GIVEN = (*ANY, Capability.INITIAL_STATE)


@clause(
    "MASK-24",
    "With a given state, masked steps leave that state unchanged.",
    source=KERAS,
    needs=(*GIVEN, Capability.FINAL_STATE),
)
def masked_steps_leave_a_given_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The patterns have masked steps at the beginning, where the given state itself must be kept,
    and at the end. An engine that restarts from zero at the first valid step is noticed.
    """
    model, reader = trial.twins(subject, oracle, SEQUENCE)
    x, start = trial.array(BATCH, STEPS, FEATURES), trial.states(SEQUENCE, BATCH)
    for mask in (HEAD, MIXED):
        got = model.call(x, mask=mask, initial_state=start)
        expected = by_deletion(reader, x, mask, start)
        what = f"from a given state with mask {pattern(mask)}"
        sequences_close(trial, subject, got.outputs, expected.outputs, mask, f"outputs {what}")
        trial.assert_states_close(got.states, expected.states, f"final state {what}")


@clause(
    "MASK-25",
    "A row whose last steps are masked ends in the state of the shorter row, from a given state as "
    "well.",
    source=KERAS,
    needs=(
        Capability.FORWARD,
        Capability.MASK_TAIL,
        Capability.INITIAL_STATE,
        Capability.FINAL_STATE,
    ),
)
def masked_last_steps_leave_the_state_that_came_from_a_given_one(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """It is the version for engines that only know lengths."""
    model, reader = trial.twins(subject, oracle, SEQUENCE)
    x, start = trial.array(BATCH, STEPS, FEATURES), trial.states(SEQUENCE, BATCH)
    got = model.call(x, mask=TAIL, initial_state=start).states
    trial.assert_states_close(got, by_deletion(reader, x, TAIL, start).states)


@clause(
    "MASK-26",
    "A row that is masked completely ends in the state that it was given, bit for bit.",
    source=KERAS,
    needs=(*GIVEN, Capability.FINAL_STATE),
)
def a_row_without_valid_steps_ends_where_it_began(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Nothing is computed, so nothing may be rounded. The other rows are processed as usual."""
    model, reader = trial.twins(subject, oracle, SEQUENCE)
    x, start = trial.array(BATCH, STEPS, FEATURES), trial.states(SEQUENCE, BATCH)
    for mask, rows in ((WHOLE_ROW, [1]), (~NONE, [0, 1, 2])):
        got = model.call(x, mask=mask, initial_state=start).states
        trial.assert_states_close(got, by_deletion(reader, x, mask, start).states)
        assert got is not None  # states_close has seen to that
        for name, part, given in zip(("h", "c"), got[0], start[0], strict=True):
            trial.assert_equal(
                part[rows], given[rows], f"final {name} of rows {rows}, which are masked completely"
            )


@clause(
    "MASK-27",
    "In a stateful model, a row that is masked in a whole batch carries its state across that "
    "batch.",
    source=KERAS,
    needs=(*ANY, Capability.STATEFUL),
)
def a_masked_row_carries_its_state_over_a_batch(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are three calls, and row 1 is masked completely in the second. Its third call must
    continue where its first call ended, while the rows next to it have changed their states. The
    oracle runs one long row without the masked steps.
    """
    follows_one_long_row(subject, oracle, trial, [NONE, WHOLE_ROW, NONE])


@clause(
    "MASK-28",
    "In a stateful model, consecutive calls with masks give the outputs of one long row with the "
    "joined mask.",
    source=KERAS,
    needs=(*ANY, Capability.STATEFUL),
)
def masked_calls_join_to_one_long_row(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are masked steps on both sides of the boundary between two calls, in fixed patterns and
    in patterns that Hypothesis chooses. The state that is carried is the one after the last valid
    step.
    """
    follows_one_long_row(subject, oracle, trial, [MIXED, HEAD, TAIL, MIXED])
    model, reader = trial.twins(subject, oracle, STATEFUL)
    oracle_model = trial.model(oracle, SEQUENCE, reader.get_weights())
    x = trial.array(BATCH, 2 * STEPS, FEATURES)

    def joins(masked: list[list[bool]]) -> None:
        mask = ~np.array(masked, dtype=bool)
        model.reset_states()
        first = model.call(x[:, :STEPS], mask=mask[:, :STEPS]).outputs
        second = model.call(x[:, STEPS:], mask=mask[:, STEPS:]).outputs
        expected = by_deletion(oracle_model, x, mask).outputs
        valid = mask[..., None]
        # Before a call's first valid step nothing is promised: what was held is not carried.
        got = np.where(valid, np.concatenate([first, second], axis=1), 0.0)
        what = f"outputs at valid steps of two calls with mask {pattern(mask)}"
        trial.assert_close(got, np.where(valid, expected, 0.0), what)

    row = st.lists(st.booleans(), min_size=2 * STEPS, max_size=2 * STEPS)
    trial.forall(joins, calls=3, masked=st.lists(row, min_size=BATCH, max_size=BATCH))


def follows_one_long_row(
    subject: Implementation, oracle: Implementation, trial: Trial, masks: list[Array]
) -> None:
    """Consecutive calls of a stateful model give what one long row gives at its valid steps."""
    weights = trial.weights(STATEFUL)
    model = trial.model(subject, STATEFUL, weights)
    pieces = [trial.array(BATCH, STEPS, FEATURES) for _ in masks]
    expected = by_deletion(
        trial.model(oracle, SEQUENCE, weights),
        np.concatenate(pieces, axis=1),
        np.concatenate(masks, axis=1),
    ).outputs
    for call, (x, mask) in enumerate(zip(pieces, masks, strict=True)):
        got = model.call(x, mask=mask).outputs
        held = expected[:, call * STEPS : (call + 1) * STEPS]
        what = f"outputs at valid steps of call {call + 1} with mask {pattern(mask)}"
        trial.assert_that(
            got.shape == held.shape, f"expected outputs {held.shape}, got {got.shape}"
        )
        valid = mask[..., None]
        trial.assert_close(np.where(valid, got, 0.0), np.where(valid, held, 0.0), what)


@clause(
    "MASK-29",
    "A call without a mask after a call with one masks nothing.",
    source=KERAS,
    needs=(Capability.FORWARD, Capability.MASK_TAIL, Capability.STATEFUL),
)
def a_mask_lasts_for_one_call(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A stateful layer keeps its state, but not its mask."""
    follows_one_long_row(subject, oracle, trial, [TAIL, NONE])
    weights = trial.weights(STATEFUL)
    model = trial.model(subject, STATEFUL, weights)
    x = trial.array(BATCH, STEPS, FEATURES)
    model.call(x, mask=TAIL)
    got = model.call(x).outputs
    twice = np.concatenate([x, x], axis=1)
    mask = np.concatenate([TAIL, NONE], axis=1)
    expected = by_deletion(trial.model(oracle, SEQUENCE, weights), twice, mask).outputs
    trial.assert_close(
        got, expected[:, STEPS:], "outputs of a call without a mask after one with a mask"
    )


@clause(
    "MASK-30",
    "A batch that is masked completely leaves the carried states unchanged, bit for bit.",
    source=KERAS,
    needs=(*ANY, Capability.STATEFUL, Capability.STATE_ACCESS),
)
def a_masked_batch_leaves_the_carried_states(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The states are set first, so that they are known, and read after the call."""
    model = trial.model(subject, STATEFUL, trial.weights(STATEFUL))
    states = trial.states(STATEFUL, BATCH)
    model.set_states(states)
    model.call(trial.array(BATCH, STEPS, FEATURES), mask=~NONE)
    trial.assert_states_close(
        model.get_states(),
        states,
        "carried state after a batch that is masked completely",
        tolerances.EXACT,
    )
    model.call(trial.array(BATCH, STEPS, FEATURES), mask=WHOLE_ROW)
    after = model.get_states()[0]
    for name, part, given in zip(("h", "c"), after, states[0], strict=True):
        trial.assert_equal(part[1], given[1], f"carried {name} of the masked row")
        trial.assert_differ(part[0], given[0], f"carried {name} of a row that is not masked")
