"""MASK: as many rows as steps, and one of either."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.coincidences import with_coinciding_axes
from lstm_spec.contract import Capability, Implementation

SOURCE = "the equations name their axes; no length has a meaning of its own"


@clause(
    "MASK-130",
    "A mask keeps its rows and steps apart if there are as many of one as of the other, or one.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.MASK),
)
def coinciding_axes_of_a_mask(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A transposed mask of as many rows as steps has the right shape."""
    with_coinciding_axes(subject, oracle, trial, ["call with a mask"])
