"""GRAD: gradients over many rows, steps and features."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Level, clause
from lstm_spec.conformance.support.sizes import MANY, VERY_MANY, gradients_of_many
from lstm_spec.contract import Capability, Implementation

SOURCE = "backpropagation through time is not truncated within a row"


@clause(
    "GRAD-110",
    "However many rows, steps or features there are, the gradients are those of the equations: 307 "
    "of each in turn.",
    source=SOURCE,
    needs=(Capability.GRADIENTS,),
)
def gradients_of_many_of_each(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A backward pass that is cut after so many steps differs little, because the gradient fades;
    the gradient with respect to the first x is compared as well.
    """
    gradients_of_many(subject, oracle, trial, MANY, ("rows", "steps", "features"))


@clause(
    "GRAD-111",
    "Nor do the gradients end at a thousand rows, steps or features, or at 307 units.",
    source=SOURCE,
    needs=(Capability.GRADIENTS,),
    level=Level.FULL,
)
def gradients_of_very_many_of_each(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """307 units have 380 000 weights, each with a gradient."""
    gradients_of_many(subject, oracle, trial, VERY_MANY, ("rows", "steps", "features"))
    gradients_of_many(subject, oracle, trial, MANY, ("units",))
