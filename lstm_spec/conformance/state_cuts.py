"""Where a row is cut does not matter: the pieces, one after the other, are the whole."""

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
"""Any pieces of a row of nine steps, from one piece to four, of one to nine steps."""


@clause(
    "STATE-10",
    "Wherever a row is cut, the stateful calls over its pieces give what one long call gives.",
    source="keras#1820; keras#98",
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def any_cut_equals_the_whole(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Hypothesis chooses the cuts; STATE-11 and STATE-12 hold the two extremes for certain."""
    ours, whole = stateful_and_whole(subject, oracle, trial)
    x = trial.array(ROWS, LENGTH, FEATURES)
    outputs = whole.call(x).outputs

    def the_pieces_are_the_whole(cuts: set[int]) -> None:
        ours.reset_states()
        at = sorted(cuts)
        for piece, expected in zip(
            np.split(x, at, axis=1), np.split(outputs, at, axis=1), strict=True
        ):
            trial.assert_close(ours.call(piece).outputs, expected, f"pieces of a row cut at {at}")

    trial.forall(the_pieces_are_the_whole, calls=4, cuts=CUTS)


@clause(
    "STATE-11",
    "A stateful layer that gets one step per call remembers as much as in one long call.",
    source="tutorials; keras#7212",
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def one_step_at_a_time(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The tutorials' own use. Fifteen calls: a state lost at every tenth call is lost here."""
    ours, whole = stateful_and_whole(subject, oracle, trial)
    x = trial.array(ROWS, 15, FEATURES)
    outputs = whole.call(x).outputs
    for step in range(15):
        got = ours.call(x[:, step : step + 1]).outputs
        trial.assert_close(got, outputs[:, step : step + 1], f"call {step + 1} with one step")


@clause(
    "STATE-12",
    "The number of time steps may change from call to call of a stateful layer.",
    source="Keras FAQ; keras#98",
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def the_length_may_change(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Shorter, longer and single steps: only the batch size is part of a stateful layer."""
    ours, whole = stateful_and_whole(subject, oracle, trial)
    x = trial.array(ROWS, 12, FEATURES)
    outputs = whole.call(x).outputs
    for start, end in [(0, 2), (2, 9), (9, 10), (10, 12)]:
        got = ours.call(x[:, start:end]).outputs
        trial.assert_close(got, outputs[:, start:end], f"a call with {end - start} steps")


@clause(
    "STATE-13",
    "Wherever a row is cut, pieces joined by their final and initial states are the whole row.",
    source="keras#1820",
    needs=(Capability.FORWARD, Capability.INITIAL_STATE, Capability.FINAL_STATE),
)
def any_cut_joined_by_states_equals_the_whole(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The law for an engine without ``stateful``: it starts from a given state, not from zero."""
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
            trial.assert_close(result.outputs, expected, f"pieces of a row cut at {at}")
            states = result.states
        trial.assert_states_close(states, final, f"final state of a row cut at {at}")

    trial.forall(the_pieces_are_the_whole, calls=4, cuts=CUTS)


@clause(
    "STATE-14",
    "With batch size B, a stateful predict reads the data as B series: row i continues row i - B.",
    source="moving-average-example; Keras FAQ; keras#1820",
    needs=(Capability.STATEFUL, Capability.PREDICT),
)
def the_data_are_interleaved_series(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Also refuses the common belief that one flat series is read from row to row."""
    ours, whole = stateful_and_whole(subject, oracle, trial)
    flat = trial.array(4 * ROWS, 2, FEATURES)
    got = ours.predict(flat, batch_size=ROWS)
    trial.assert_equal(
        np.array(got.shape[:2]), np.array(flat.shape[:2]), "rows and steps that came out"
    )
    as_one_series = whole.call(flat.reshape(1, -1, FEATURES)).outputs.reshape(got.shape)
    trial.assert_differ(got, as_one_series, "rows read as separate series and as one flat series")
    for slot in range(ROWS):
        series = flat[slot::ROWS].reshape(1, -1, FEATURES)
        expected = whole.call(series).outputs.reshape(4, 2, -1)
        trial.assert_close(got[slot::ROWS], expected, f"series of slot {slot}")
