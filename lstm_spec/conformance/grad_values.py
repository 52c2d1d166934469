"""GRAD: gradients at special values of inputs, targets and initial states."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.values import special_values
from lstm_spec.contract import Capability, Implementation


@clause(
    "GRAD-120",
    "Gradients at zeros, equal rows, tiny and huge values of the input, the targets or the initial "
    "state are those of the equations.",
    source="the equations make no exception for any number",
    needs=(Capability.GRADIENTS,),
)
def gradients_at_special_values(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Where a gate is saturated its gradient is zero, and not NaN."""
    special_values(subject, oracle, trial, ["gradients", "gradients from a state"])
