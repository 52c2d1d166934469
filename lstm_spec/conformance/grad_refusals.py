"""GRAD: gradients of what does not fit together are rejected."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.methods import STARTING, one_layer
from lstm_spec.conformance.support.refusals import broadcast, one_off, rejects
from lstm_spec.contract import Capability, Implementation

CONTRACT = "contract: what is rejected"
METHODS = ("gradients", "gradients from a state")
ARGUMENTS = ("x", "y", *STARTING)


@clause(
    "GRAD-100",
    "gradients rejects an input, targets or an initial state that are one longer or shorter on any "
    "axis.",
    source=CONTRACT,
    needs=(Capability.GRADIENTS,),
)
def gradients_refuse_other_shapes(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine may check its arguments where it runs, and not where it differentiates."""
    spec = one_layer(subject, carrying=False)
    rejects(subject, oracle, trial, spec, METHODS, ARGUMENTS, [one_off])


@clause(
    "GRAD-101",
    "gradients does not broadcast: targets or an initial state of one row, step or unit for all, "
    "or with another number of axes, are rejected.",
    source=CONTRACT,
    needs=(Capability.GRADIENTS,),
)
def gradients_do_not_broadcast(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The derivative of a broadcast loss is that of another loss."""
    spec = one_layer(subject, carrying=False)
    rejects(subject, oracle, trial, spec, METHODS, ("y", *STARTING), [broadcast])
