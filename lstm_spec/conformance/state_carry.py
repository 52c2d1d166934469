"""What a stateful layer passes from one batch to the next, and to which row."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
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
from lstm_spec.contract import Capability, Implementation

ROTATED = [2, 0, 1]
"""The rows of a batch in another order: every row moves, and the order is not its own inverse."""


@clause(
    "STATE-01",
    "A stateful layer starts each call from the state in which the previous call ended.",
    source="moving-average-example (statement 3); keras#1820",
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def a_call_continues_the_call_before(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Four calls are compared with one long call, so that a state that is lost at every second or
    third batch is noticed.
    """
    ours, whole = stateful_and_whole(subject, oracle, trial)
    x = trial.array(ROWS, 4 * STEPS, FEATURES)
    expected = np.split(whole.call(x).outputs, 4, axis=1)
    for number, piece in enumerate(np.split(x, 4, axis=1)):
        trial.assert_close(ours.call(piece).outputs, expected[number], f"call {number + 1} of 4")


@clause(
    "STATE-02",
    "Both h and c are carried to the next call, and they are not exchanged.",
    source="moving-average-example (statement 3)",
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def h_and_c_are_both_carried(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The oracle also makes the likely mistakes, so that the report can name the one
    that was made.
    """
    ours, theirs = stateful_and_whole(subject, oracle, trial)
    first, second = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, STEPS, FEATURES)
    h, c = final_state(theirs, first)
    zero = np.zeros_like(h)
    ours.call(first)
    got = ours.call(second).outputs
    mistakes = {
        "only h is carried": [(h, zero)],
        "only c is carried": [(zero, c)],
        "h and c are swapped": [(c, h)],
        "nothing is carried": [(zero, zero)],
    }
    starts_from(trial, theirs, got, second, [(h, c)], "second call", mistakes)


@clause(
    "STATE-03",
    "The last state of row i of a batch is the first state of row i of the next batch.",
    source="moving-average-example (statement 3); keras#2193",
    needs=(Capability.FORWARD, Capability.STATEFUL),
    confirms="The last state of sample i of a batch is the first state of sample i of the next.",
)
def each_row_continues_itself(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """All rows are different. A state that is passed to another row, or to all of them, is noticed
    and named.
    """
    ours, theirs = stateful_and_whole(subject, oracle, trial)
    first, second = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, STEPS, FEATURES)
    h, c = final_state(theirs, first)
    ours.call(first)
    got = ours.call(second).outputs
    mistakes = {
        "row 0's state goes to every row": [0] * ROWS,
        "the last row's state goes to every row": [-1] * ROWS,
        "every row takes the state of the row before it": ROTATED,
        "every row takes the state of the row after it": [1, 2, 0],
        "the states are in reverse order": [2, 1, 0],
    }
    states = {mistake: [(h[rows], c[rows])] for mistake, rows in mistakes.items()}
    mean_h, mean_c = (np.tile(state.mean(axis=0), (ROWS, 1)) for state in (h, c))
    states["the rows share their mean"] = [(mean_h, mean_c)]
    starts_from(trial, theirs, got, second, [(h, c)], "second call", states)


@clause(
    "STATE-04",
    "A state belongs to a position in the batch: rows that exchange positions exchange their "
    "states.",
    source="moving-average-example (statement 3); Keras FAQ",
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def rows_that_exchange_positions_exchange_their_states(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A layer that recognised its rows, or that kept no state, would return the results of the
    original order.
    """
    ours, theirs = stateful_and_whole(subject, oracle, trial)
    first, second = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, STEPS, FEATURES)
    state = [final_state(theirs, first)]
    ours.call(first)
    got = ours.call(second[ROTATED]).outputs
    in_place = theirs.call(second, initial_state=state).outputs
    trial.assert_differ(
        got, in_place[ROTATED], "rows in a changed order and rows in the original order"
    )
    expected = theirs.call(second[ROTATED], initial_state=state).outputs
    trial.assert_close(got, expected, "second call with its rows in another order")


@clause(
    "STATE-05",
    "Within one predict call, row i starts from row i's final state in the previous batch.",
    source="moving-average-example (statement 3); keras#1820",
    needs=(Capability.STATEFUL, Capability.PREDICT),
)
def a_batch_continues_the_batch_before(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Four batches of three long sequences, split into batches for ``predict``, are compared with
    the unsplit sequences.
    """
    ours, whole = stateful_and_whole(subject, oracle, trial)
    x = trial.array(ROWS, 4 * STEPS, FEATURES)
    got = ours.predict(in_predict_order(x, 4), batch_size=ROWS)
    trial.assert_close(
        got, in_predict_order(whole.call(x).outputs, 4), "four batches of one predict"
    )


@clause(
    "STATE-06",
    "A predict call continues from the state that the previous predict call left.",
    source="tutorials (statement 4); keras#2064",
    needs=(Capability.STATEFUL, Capability.PREDICT),
)
def a_predict_continues_the_predict_before(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The calls have two batches, one batch and two batches. A state that is lost at the end of a
    predict call is not lost between the batches inside one.
    """
    ours, whole = stateful_and_whole(subject, oracle, trial)
    x = trial.array(ROWS, 5 * STEPS, FEATURES)
    flat, expected = in_predict_order(x, 5), in_predict_order(whole.call(x).outputs, 5)
    for number, (start, end) in enumerate([(0, 2), (2, 3), (3, 5)], 1):
        rows = slice(start * ROWS, end * ROWS)
        got = ours.predict(flat[rows], batch_size=ROWS)
        trial.assert_close(got, expected[rows], f"predict {number} of 3")


@clause(
    "STATE-07",
    "A predict_on_batch call continues from the state that the previous one left.",
    source="tutorials (statement 4); keras#2064",
    needs=(Capability.STATEFUL, Capability.PREDICT),
)
def predict_on_batch_continues(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """predict_on_batch is tested separately from ``predict``, because frameworks use different code
    for the two.
    """
    ours, whole = stateful_and_whole(subject, oracle, trial)
    x = trial.array(ROWS, 3 * STEPS, FEATURES)
    expected = np.split(whole.call(x).outputs, 3, axis=1)
    for number, piece in enumerate(np.split(x, 3, axis=1)):
        got = ours.predict_on_batch(piece)
        trial.assert_close(got, expected[number], f"predict_on_batch {number + 1} of 3")


@clause(
    "STATE-08",
    "call, predict and predict_on_batch continue from one and the same state.",
    source="tutorials (statement 4); keras#2064",
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.PREDICT),
)
def every_way_to_run_shares_one_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Each of them follows each of the others, so that a state that one of them keeps for itself is
    noticed.
    """
    ours, whole = stateful_and_whole(subject, oracle, trial)
    x = trial.array(ROWS, 6 * STEPS, FEATURES)
    expected = np.split(whole.call(x).outputs, 6, axis=1)
    ways = {
        "call": lambda piece: ours.call(piece).outputs,
        "predict": lambda piece: ours.predict(piece, batch_size=ROWS),
        "predict_on_batch": ours.predict_on_batch,
    }
    order = ["call", "predict", "predict_on_batch", "call", "predict_on_batch", "predict"]
    for number, piece in enumerate(np.split(x, 6, axis=1)):
        got = ways[order[number]](piece)
        trial.assert_close(
            got, expected[number], f"batch {number + 1} of 6, run by {order[number]}"
        )


@clause(
    "STATE-09",
    "A row that is given its own final h and c as its initial state continues as if it had never "
    "been interrupted.",
    source="moving-average-example (statement 3)",
    needs=(Capability.FORWARD, Capability.INITIAL_STATE, Capability.FINAL_STATE),
)
def the_final_state_is_enough_to_continue(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """State is carried here without ``stateful``: the check passes the subject's own final states
    back to it.
    """
    ours, theirs = trial.twins(subject, oracle, stateless_lstm())
    x = trial.array(ROWS, 3 * STEPS, FEATURES)
    expected = np.split(theirs.call(x).outputs, 3, axis=1)
    states = None
    for number, piece in enumerate(np.split(x, 3, axis=1)):
        outputs, states = ours.call(piece, initial_state=states)
        trial.assert_close(outputs, expected[number], f"piece {number + 1} of 3")
    trial.assert_states_close(states, theirs.call(x).states, "final state of the last piece")
