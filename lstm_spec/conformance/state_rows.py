"""The rows of a batch are independent: no row depends on any other."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.state_specs import (
    FEATURES,
    ROWS,
    STEPS,
    stateful_and_whole,
    stateless_lstm,
)
from lstm_spec.contract import Capability, Implementation

PERMUTED = [1, 2, 0]


@clause(
    "STATE-15",
    "Changing one row leaves the outputs of every other row unchanged, bit for bit.",
    source="tutorials (statement 2), reader comments",
)
def a_changed_row_affects_no_other(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Every row is changed in turn, so that an influence of earlier rows only, or of later rows
    only, is noticed.
    """
    ours, theirs = trial.twins(subject, oracle, stateless_lstm())
    x = trial.array(ROWS, STEPS, FEATURES)
    before = ours.call(x).outputs
    trial.assert_close(before, theirs.call(x).outputs, "outputs before the change")
    for row in range(ROWS):
        others = [other for other in range(ROWS) if other != row]
        disturbed = x.copy()
        disturbed[row] += 1.0
        after = ours.call(disturbed).outputs
        trial.assert_equal(after[others], before[others], f"other rows when row {row} is changed")
        trial.assert_differ(after[row], before[row], f"row {row} before and after it is changed")


@clause(
    "STATE-16",
    "Changing a row in one batch of a stateful layer affects only the same row in later batches.",
    source="tutorials (statement 2), reader comments; keras#1820",
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def a_changed_row_affects_no_other_row_later(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The change is made in the first batch and the outputs are compared in the second, so that the
    state is what carries it.
    """
    ours, whole = stateful_and_whole(subject, oracle, trial)
    first, second = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, STEPS, FEATURES)
    disturbed = first.copy()
    disturbed[1] += 1.0
    ours.call(first)
    before = ours.call(second).outputs
    ours.reset_states()
    ours.call(disturbed)
    after = ours.call(second).outputs
    trial.assert_equal(
        after[[0, 2]], before[[0, 2]], "rows 0 and 2 after a batch in which row 1 was changed"
    )
    trial.assert_differ(
        after[1], before[1], "row 1 after the original batch and after the changed one"
    )
    expected = whole.call(np.concatenate([disturbed, second], axis=1)).outputs[:, STEPS:]
    trial.assert_close(after, expected, "second batch after a changed first one")


@clause(
    "STATE-17",
    "Permuting the rows of a batch permutes its outputs and changes nothing else.",
    source="tutorials (statement 2), reader comments",
)
def permuted_rows_give_permuted_outputs(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The outputs need not agree bit for bit: a matrix product may add in another order when a row
    is at another position.
    """
    ours, theirs = trial.twins(subject, oracle, stateless_lstm())
    x = trial.array(ROWS, STEPS, FEATURES)
    expected = theirs.call(x).outputs[PERMUTED]
    trial.assert_close(ours.call(x[PERMUTED]).outputs, expected, "outputs of permuted rows")
    trial.assert_close(ours.call(x).outputs[PERMUTED], expected, "permuted outputs")


@clause(
    "STATE-18",
    "Permuting rows together with their initial states permutes the outputs and the final states.",
    source="tutorials (statement 2), reader comments",
    needs=(Capability.FORWARD, Capability.INITIAL_STATE, Capability.FINAL_STATE),
)
def rows_take_their_states_along(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Row 1 is then the only one to start from zero, so that a state that is given to every row
    alike is noticed as well.
    """
    ours, theirs = trial.twins(subject, oracle, stateless_lstm())
    x, [(h, c)] = trial.array(ROWS, STEPS, FEATURES), trial.states(stateless_lstm(), ROWS)
    outputs, states = theirs.call(x, initial_state=[(h, c)])
    got = ours.call(x[PERMUTED], initial_state=[(h[PERMUTED], c[PERMUTED])])
    trial.assert_close(got.outputs, outputs[PERMUTED], "outputs of rows permuted with their states")
    final = None if states is None else [(states[0][0][PERMUTED], states[0][1][PERMUTED])]
    trial.assert_states_close(got.states, final, "final state of rows permuted with their states")
    h[1], c[1] = 0, 0
    cold = ours.call(x, initial_state=[(h, c)]).outputs
    trial.assert_close(
        cold[1], theirs.call(x).outputs[1], "row 1, from zero beside rows with a state"
    )
    trial.assert_close(
        cold[[0, 2]], outputs[[0, 2]], "rows 0 and 2 beside a row that starts from zero"
    )


@clause(
    "STATE-19",
    "Permuting the rows of a stateful layer in the same way in every batch permutes the outputs.",
    source="tutorials (statement 2), reader comments; keras#1820",
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def rows_permuted_in_every_batch(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """It complements STATE-04: here every row keeps its position from batch to batch, whichever
    position that is.
    """
    ours, whole = stateful_and_whole(subject, oracle, trial)
    x = trial.array(ROWS, 3 * STEPS, FEATURES)
    expected = np.split(whole.call(x).outputs[PERMUTED], 3, axis=1)
    for number, piece in enumerate(np.split(x[PERMUTED], 3, axis=1)):
        trial.assert_close(
            ours.call(piece).outputs, expected[number], f"permuted call {number + 1}"
        )


@clause(
    "STATE-20",
    "A large batch gives no context: each of its rows is computed as if it were alone.",
    source="tutorials (statement 2), reader comments; stackoverflow 43882796",
    strength=Strength.CLAIM,
    refutes="A large batch lets the network use the context of the sequence within the batch.",
)
def a_batch_has_no_context(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The rows are one long row, split into three, which is the kind of data in which a context
    would be visible. The oracle also computes the false statement, in which every row starts where
    the previous row ended, and the subject must not give that result. Then each row is run alone
    and must give the same outputs.
    """
    ours, theirs = trial.twins(subject, oracle, stateless_lstm())
    series = trial.array(1, ROWS * STEPS, FEATURES)
    rows = series.reshape(ROWS, STEPS, FEATURES)
    got = ours.call(rows).outputs
    with_context = theirs.call(series).outputs.reshape(ROWS, STEPS, -1)
    trial.assert_close(got[0], with_context[0], "row 0, which has no row before it")
    for row in range(1, ROWS):
        what = f"row {row} alone and as a continuation of row {row - 1}"
        trial.assert_differ(got[row], with_context[row], what)
        alone = theirs.call(rows[row : row + 1]).outputs[0]
        trial.assert_close(got[row], alone, f"row {row} of a batch, compared with that row alone")
        again = ours.call(rows[row : row + 1]).outputs[0]
        trial.assert_close(again, alone, f"row {row} in a batch by itself")


@clause(
    "STATE-70",
    "NaN in one row affects the outputs of that row and of no other row.",
    source="tutorials (statement 2); one-hot gathers multiply NaN with zero",
)
def nan_stays_in_its_row(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Zero times NaN is NaN. A product with zeros, which has no effect on finite numbers, is
    therefore noticed here.
    """
    ours, theirs = trial.twins(subject, oracle, stateless_lstm())
    x = trial.array(ROWS, STEPS, FEATURES)
    expected = theirs.call(x).outputs
    for row in (0, ROWS - 1):
        others = [other for other in range(ROWS) if other != row]
        spoilt = x.copy()
        spoilt[row, 0, 0] = np.nan
        got = ours.call(spoilt).outputs
        trial.assert_close(got[others], expected[others], f"other rows when row {row} contains NaN")
        trial.assert_that(
            bool(np.isnan(got[row]).any()),
            f"row {row} contains NaN in its input, but its outputs are finite",
        )
