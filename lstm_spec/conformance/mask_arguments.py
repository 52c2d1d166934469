"""MASK: the shape of a mask, and where it lies in memory."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.memory import whatever_the_layout
from lstm_spec.conformance.support.methods import CALLING_WITH_A_MASK, one_layer
from lstm_spec.conformance.support.refusals import broadcast, one_off, rejects
from lstm_spec.contract import Capability, Implementation

CONTRACT = "contract: what is rejected"


@clause(
    "MASK-100",
    "A mask of one row or step more or less than the input is rejected.",
    source=CONTRACT,
    needs=(Capability.FORWARD, Capability.MASK),
)
def a_mask_of_another_shape_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine that reads a mask step by step does not notice that it goes on."""
    spec = one_layer(subject)
    rejects(subject, oracle, trial, spec, [*CALLING_WITH_A_MASK], ["mask"], [one_off])


@clause(
    "MASK-101",
    "A mask is not broadcast: a mask of one row for three, of one step for all, or with another "
    "number of axes is rejected.",
    source=CONTRACT,
    needs=(Capability.FORWARD, Capability.MASK),
)
def a_mask_is_not_broadcast(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """A mask of one row seems to work, and masks the steps of that row in all others."""
    spec = one_layer(subject)
    rejects(subject, oracle, trial, spec, [*CALLING_WITH_A_MASK], ["mask"], [broadcast])


@clause(
    "MASK-102",
    "A mask may lie in memory in any way: in Fortran order, strided, reversed, unaligned or "
    "read-only.",
    source="contract: whose an array is",
    needs=(Capability.FORWARD, Capability.MASK),
)
def a_mask_may_lie_anywhere(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """A comparison such as ``tokens != 0`` on a transposed array gives a mask in Fortran order."""
    whatever_the_layout(subject, oracle, trial, [*CALLING_WITH_A_MASK], ["mask"])
