"""GRAD: the shapes of the arguments, where they lie in memory, and whose the results are."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.memory import (
    arguments_stay_the_caller_s,
    results_are_the_caller_s,
    whatever_the_layout_of_all,
)
from lstm_spec.conformance.support.methods import STARTING, one_layer
from lstm_spec.conformance.support.refusals import broadcast, one_off, rejects
from lstm_spec.contract import Capability, Implementation

CONTRACT = "contract: what is rejected"
METHODS = ("gradients", "gradients from a state")
ARGUMENTS = ("x", "y", *STARTING)


@clause(
    "GRAD-100",
    "The method gradients rejects an input, targets or an initial state that are one longer or "
    "shorter on any axis.",
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
    "The method gradients does not broadcast: targets or an initial state of one row, step or "
    "unit for all, or with another number of axes, are rejected.",
    source=CONTRACT,
    needs=(Capability.GRADIENTS,),
)
def gradients_do_not_broadcast(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The derivative of a broadcast loss is that of another loss."""
    spec = one_layer(subject, carrying=False)
    rejects(subject, oracle, trial, spec, METHODS, ("y", *STARTING), [broadcast])


@clause(
    "GRAD-102",
    "The method gradients takes its arguments in any layout in memory, in float64 and, for x and "
    "the targets, as integers.",
    source="contract: whose an array is",
    needs=(Capability.GRADIENTS,),
)
def gradients_of_arrays_that_lie_anywhere(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """x, the targets and an initial state, all of them in each layout."""
    whatever_the_layout_of_all(subject, oracle, trial, METHODS)


@clause(
    "GRAD-103",
    "The arguments of the method gradients stay the caller's, and its results become the "
    "caller's: whatever is written into them has no effect.",
    source="contract: whose an array is",
    needs=(Capability.GRADIENTS,),
)
def gradients_share_no_memory(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine that collects its gradients in one buffer would return the buffer."""
    arguments_stay_the_caller_s(subject, oracle, trial, METHODS)
    results_are_the_caller_s(subject, oracle, trial, METHODS)
