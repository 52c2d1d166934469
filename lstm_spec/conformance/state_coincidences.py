"""STATE: as many rows as units, and one of either."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.coincidences import carried_with_coinciding_axes
from lstm_spec.contract import Capability, Implementation

SOURCE = "the equations name their axes; no length has a meaning of its own"


@clause(
    "STATE-130",
    "A carried state keeps its rows and units apart if there are as many of one as of the other, "
    "or one.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def coinciding_axes_of_a_carried_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The state is also set between the calls, where that is offered."""
    carried_with_coinciding_axes(subject, oracle, trial)
