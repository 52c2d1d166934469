"""Where a row is split does not matter: its pieces, run one after the other, give the whole row."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.state_specs import (
    FEATURES,
    ROWS,
    stateful_and_whole,
    stateless_lstm,
)
from lstm_spec.contract import Capability, Implementation, States

LENGTH = 9
CUTS = st.sets(st.integers(1, LENGTH - 1), max_size=3)
"""A row of nine steps, split into one to four pieces of one to nine steps."""


@clause(
    "STATE-10",
    "Wherever a row is split, stateful calls over its pieces give the outputs of one long call.",
    source="keras#1820; keras#98",
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def any_split_equals_the_whole(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Hypothesis chooses where to split the row. STATE-11 and STATE-12 always test the two
    extremes.
    """
    ours, whole = stateful_and_whole(subject, oracle, trial)
    x = trial.array(ROWS, LENGTH, FEATURES)
    outputs = whole.call(x).outputs

    def the_pieces_are_the_whole(cuts: set[int]) -> None:
        ours.reset_states()
        at = sorted(cuts)
        for piece, expected in zip(
            np.split(x, at, axis=1), np.split(outputs, at, axis=1), strict=True
        ):
            trial.assert_close(ours.call(piece).outputs, expected, f"pieces of a row split at {at}")

    trial.forall(the_pieces_are_the_whole, calls=4, cuts=CUTS)


@clause(
    "STATE-11",
    "A stateful layer that is called with one step at a time remembers as much as in one long "
    "call.",
    source="tutorials; keras#7212",
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def one_step_at_a_time(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The tutorials use a stateful layer in this way. There are fifteen calls, so that a state that
    is lost at every tenth call is noticed.
    """
    ours, whole = stateful_and_whole(subject, oracle, trial)
    x = trial.array(ROWS, 15, FEATURES)
    outputs = whole.call(x).outputs
    for step in range(15):
        got = ours.call(x[:, step : step + 1]).outputs
        trial.assert_close(got, outputs[:, step : step + 1], f"call {step + 1} with one step")


@clause(
    "STATE-12",
    "The number of time steps may change from one call of a stateful layer to the next.",
    source="Keras FAQ; keras#98",
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def the_length_may_change(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The calls are shorter, longer and of a single step: a stateful layer fixes only the batch
    size.
    """
    ours, whole = stateful_and_whole(subject, oracle, trial)
    x = trial.array(ROWS, 12, FEATURES)
    outputs = whole.call(x).outputs
    for start, end in [(0, 2), (2, 9), (9, 10), (10, 12)]:
        got = ours.call(x[:, start:end]).outputs
        trial.assert_close(got, outputs[:, start:end], f"a call with {end - start} steps")


@clause(
    "STATE-13",
    "Wherever a row is split, pieces that each start from the final state of the previous piece "
    "give the whole row.",
    source="keras#1820",
    needs=(Capability.FORWARD, Capability.INITIAL_STATE, Capability.FINAL_STATE),
)
def any_split_joined_by_states_equals_the_whole(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """It is the same law for an engine without ``stateful``. The row starts from a given state, not
    from zero.
    """
    ours, theirs = trial.twins(subject, oracle, stateless_lstm())
    x, start = trial.array(ROWS, LENGTH, FEATURES), trial.states(stateless_lstm(), ROWS)
    outputs, final = theirs.call(x, initial_state=start)

    def the_pieces_are_the_whole(cuts: set[int]) -> None:
        at = sorted(cuts)
        states: States | None = start
        for piece, expected in zip(
            np.split(x, at, axis=1), np.split(outputs, at, axis=1), strict=True
        ):
            result = ours.call(piece, initial_state=states)
            trial.assert_close(result.outputs, expected, f"pieces of a row split at {at}")
            states = result.states
        trial.assert_states_close(states, final, f"final state of a row split at {at}")

    trial.forall(the_pieces_are_the_whole, calls=4, cuts=CUTS)


@clause(
    "STATE-14",
    "With batch size B, a stateful predict reads the data as B separate series: row i continues "
    "row i - B.",
    source="moving-average-example; Keras FAQ; keras#1820",
    needs=(Capability.STATEFUL, Capability.PREDICT),
)
def the_data_are_interleaved_series(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The check also shows that the common belief, that one flat series is read from row to row, is
    wrong.
    """
    ours, whole = stateful_and_whole(subject, oracle, trial)
    flat = trial.array(4 * ROWS, 2, FEATURES)
    got = ours.predict(flat, batch_size=ROWS)
    trial.assert_equal(
        np.array(got.shape[:2]), np.array(flat.shape[:2]), "rows and steps of the result"
    )
    as_one_series = whole.call(flat.reshape(1, -1, FEATURES)).outputs.reshape(got.shape)
    trial.assert_differ(got, as_one_series, "rows read as separate series and as one flat series")
    for slot in range(ROWS):
        series = flat[slot::ROWS].reshape(1, -1, FEATURES)
        expected = whole.call(series).outputs.reshape(4, 2, -1)
        trial.assert_close(got[slot::ROWS], expected, f"series of slot {slot}")
