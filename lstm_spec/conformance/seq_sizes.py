"""SEQ: many rows, steps, features and units, beyond the limits that engines have."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Level, clause
from lstm_spec.conformance.support.sizes import MANY, VERY_MANY, calls_of_many
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, ModelSpec

SOURCE = "the equations set no limit to the number of rows, steps, features or units"


@clause(
    "SEQ-110",
    "However many rows, steps, features or units there are, outputs and final states are those of "
    "the equations: 307 of each in turn.",
    source=SOURCE,
)
def many_of_each(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Limits lie at round numbers and powers of two: a buffer of 256 steps, blocks of 128 rows. The
    number of steps is free, then fixed.
    """
    calls_of_many(subject, oracle, trial, MANY)
    fixed = ModelSpec((LSTM(2, return_sequences=True),), 2, time_steps=MANY)
    ours, theirs = trial.twins(subject, oracle, fixed)
    x = trial.array(1, MANY, 2)
    got, expected = ours.call(x).outputs, theirs.call(x).outputs
    trial.assert_close(got, expected, f"outputs of {MANY} steps, a fixed number")


@clause(
    "SEQ-111",
    "Both directions of a bidirectional layer have no limit either: 307 rows, steps and features "
    "in turn.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.BIDIRECTIONAL),
)
def many_of_each_in_both_directions(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The backward direction is often a second piece of code."""
    dimensions = ("rows", "steps", "features")
    calls_of_many(subject, oracle, trial, MANY, dimensions, both_directions=True)


@clause(
    "SEQ-112",
    "However many batches a predict has, each row gives the output of the direct call: 307 "
    "batches, of which the last is smaller.",
    source=SOURCE,
    needs=(Capability.PREDICT,),
)
def many_batches_of_a_predict(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With 613 rows in batches of two, and again in one batch."""
    spec = ModelSpec((LSTM(2),), 2)
    ours, theirs = trial.twins(subject, oracle, spec)
    x = trial.array(2 * MANY - 1, 2, 2)
    expected = theirs.call(x).outputs
    trial.assert_close(ours.predict(x, 2), expected, f"predict in {MANY} batches")
    trial.assert_close(ours.predict(x, len(x)), expected, f"predict of {len(x)} rows in one batch")


@clause(
    "SEQ-113",
    "Nor is there a limit at a thousand: 1031 rows, steps, features and units in turn.",
    source=SOURCE,
    level=Level.FULL,
)
def very_many_of_each(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """1024 is the next power of two at which buffers end."""
    calls_of_many(subject, oracle, trial, VERY_MANY)
