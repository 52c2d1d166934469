"""MASK: long gaps, long rows beside short ones, and many rows with masks of their own."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.masked_steps_deleted import sequences_close
from lstm_spec.conformance.support.sizes import MANY
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, ModelSpec

SOURCE = "a masked step has no effect, however many there are"


def masked_as_by_the_oracle(
    subject: Implementation, oracle: Implementation, trial: Trial, mask: Array, what: str
) -> None:
    """Outputs and, where they are returned, the final states under a mask (rows, steps)."""
    spec = ModelSpec((LSTM(2, return_sequences=True),), 2)
    ours, theirs = trial.twins(subject, oracle, spec)
    x = trial.array(*mask.shape, 2)
    got, expected = ours.call(x, mask=mask), theirs.call(x, mask=mask)
    sequences_close(trial, subject, got.outputs, expected.outputs, mask, f"outputs with {what}")
    if Capability.FINAL_STATE in subject.capabilities:
        trial.assert_states_close(got.states, expected.states, f"final state with {what}")


@clause(
    "MASK-110",
    "However many steps are masked, the state lasts: gaps of up to 305 steps between two valid "
    "ones.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.MASK),
)
def the_state_lasts_through_long_gaps(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Also 306 masked steps before the first valid one, and after the last."""
    mask = np.zeros((5, MANY), bool)
    for row, valid in enumerate(([0, -1], [0, 45, -1], [-1], [0], [1, 130, 260])):
        mask[row, valid] = True
    masked_as_by_the_oracle(subject, oracle, trial, mask, "gaps of up to 305 steps")


@clause(
    "MASK-111",
    "However long the rows of a batch are, each ends at its own length: lengths from 1 to 307 in "
    "one batch.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.MASK_TAIL),
)
def rows_of_all_lengths(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The lengths are just below, at and above powers of two, and the longest row comes last."""
    lengths = np.array([1, 31, 33, 64, 127, 129, 255, 256, 257, 300, MANY])
    mask = np.arange(MANY) < lengths[:, None]
    masked_as_by_the_oracle(subject, oracle, trial, mask, "lengths of up to 307 steps")


@clause(
    "MASK-112",
    "However many rows a batch has, each has a mask of its own: 307 rows.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.MASK),
)
def many_rows_have_masks_of_their_own(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Eight steps have 256 patterns, so that most rows have one that no other row has."""
    mask = trial.rng.random((MANY, 8)) < 0.6
    mask[:, 3] = True
    masked_as_by_the_oracle(subject, oracle, trial, mask, f"{MANY} rows")
