"""GRAD: gradients whose axes have equal lengths or length one."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.coincidences import with_coinciding_axes
from lstm_spec.contract import Capability, Implementation

SOURCE = "the equations name their axes; no length has a meaning of its own"


@clause(
    "GRAD-130",
    "Gradients have the axes of what they belong to, whichever of them have equal lengths or "
    "length one.",
    source=SOURCE,
    needs=(Capability.GRADIENTS,),
)
def coinciding_axes_of_gradients(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The gradient of a square kernel may be transposed, and that of a bias summed along rows."""
    with_coinciding_axes(subject, oracle, trial, ["gradients"])
