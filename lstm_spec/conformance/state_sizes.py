"""STATE: a state that lasts through hundreds of calls, batches and rows."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Level, clause
from lstm_spec.conformance.support.sizes import MANY, VERY_MANY, series
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, ModelSpec

SOURCE = "only a reset clears the state (statements of the documents)"


def carried_through_calls(
    subject: Implementation, oracle: Implementation, trial: Trial, calls: int
) -> None:
    """So many calls of one step give the outputs of one long row, call by call."""
    spec, weights, x = series(trial, calls)
    ours = trial.model(subject, spec, weights)
    whole = trial.model(oracle, ModelSpec((LSTM(2, return_sequences=True),), 2), weights)
    expected = whole.call(x[:, 0].swapaxes(0, 1)).outputs[0]
    got = np.concatenate([ours.call(one).outputs for one in x])
    trial.assert_close(got, expected, f"outputs of {calls} calls", axes=("step", "unit"))


@clause(
    "STATE-110",
    "However often a stateful layer is called, it continues: 307 calls of one step give the "
    "outputs of one row of 307 steps.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def the_state_lasts_through_many_calls(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine may drop its state after so many calls, or compute in pieces that start anew."""
    carried_through_calls(subject, oracle, trial, MANY)


@clause(
    "STATE-111",
    "However many batches a stateful predict has, each continues from the one before: 307 batches "
    "give the outputs of one row of 307 steps.",
    source=SOURCE,
    needs=(Capability.STATEFUL, Capability.PREDICT),
)
def the_state_lasts_through_many_batches(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Then one more predict, which continues from the last batch."""
    spec, weights, x = series(trial, 2 * MANY)
    ours = trial.model(subject, spec, weights)
    whole = trial.model(oracle, ModelSpec((LSTM(2, return_sequences=True),), 2), weights)
    expected = whole.call(x[:, 0].swapaxes(0, 1)).outputs[0]
    for part, what in ((slice(MANY), "first"), (slice(MANY, None), "second")):
        got = ours.predict(x[part, 0], 1)
        what = f"outputs of the {what} predict of {MANY} batches"
        trial.assert_close(got, expected[part], what, axes=("step", "unit"))


@clause(
    "STATE-112",
    "However many rows a batch has, each keeps a state of its own from call to call: 307 rows.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def many_rows_keep_their_states(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine that runs large batches in pieces must put every piece back in its place."""
    spec, weights, x = series(trial, 3, rows=MANY)
    ours, theirs = trial.twins(subject, oracle, spec, weights)
    for number, batch in enumerate(x, 1):
        got, expected = ours.call(batch).outputs, theirs.call(batch).outputs
        trial.assert_close(got, expected, f"outputs of call {number} with {MANY} rows")


@clause(
    "STATE-171",
    "However many rows a batch has, predict goes on with the state of each from batch to batch: "
    "307 rows in each of three batches.",
    source=SOURCE,
    needs=(Capability.STATEFUL, Capability.PREDICT),
)
def many_rows_keep_their_states_in_predict(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The batch size is the number of rows that the model was built for, counted anew: large
    numbers are equal without being one object, and an engine must not compare them as objects.
    """
    spec, weights, x = series(trial, 3, rows=MANY)
    ours, theirs = trial.twins(subject, oracle, spec, weights)
    rows = x.reshape(-1, *x.shape[2:])
    got, expected = (model.predict(rows, len(rows) // 3) for model in (ours, theirs))
    trial.assert_close(got, expected, f"outputs of three batches of {MANY} rows")


@clause(
    "STATE-113",
    "Nor does the state end at a thousand calls: 1031 calls of one step are one row.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL),
    level=Level.FULL,
)
def the_state_lasts_through_very_many_calls(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The same as STATE-110, beyond the next power of two."""
    carried_through_calls(subject, oracle, trial, VERY_MANY)
