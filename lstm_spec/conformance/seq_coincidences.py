"""SEQ: axes of equal length and of length one, in inputs, outputs, states and weights."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.coincidences import FEW, with_coinciding_axes
from lstm_spec.contract import Capability, Implementation

SOURCE = "the equations name their axes; no length has a meaning of its own"


@clause(
    "SEQ-130",
    "Axes stay what they are if they have equal lengths or length one: each pair of axes of the "
    "input, the outputs, the states and the kernel once, and each axis of length one once.",
    source=SOURCE,
)
def coinciding_axes_of_a_call(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A kernel may be transposed where it is square, and rows may be read as steps."""
    with_coinciding_axes(subject, oracle, trial, ["call"])


@clause(
    "SEQ-131",
    "The axes of an initial state stay what they are if there are as many rows as units, or one "
    "row or one unit.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.INITIAL_STATE),
)
def coinciding_axes_of_an_initial_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A state of one row or one unit has an axis that is easily lost."""
    with_coinciding_axes(subject, oracle, trial, ["call from a state"])


@clause(
    "SEQ-132",
    "predict and predict_on_batch keep their axes apart, whichever of them have equal lengths or "
    "length one.",
    source=SOURCE,
    needs=(Capability.PREDICT,),
)
def coinciding_axes_of_predict(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One row, step and unit are still an output of three axes."""
    with_coinciding_axes(subject, oracle, trial, ["predict", "predict_on_batch"], FEW)


@clause(
    "SEQ-133",
    "Both directions of a bidirectional layer keep their axes apart, whichever of them have equal "
    "lengths or length one.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.BIDIRECTIONAL),
)
def coinciding_axes_of_two_directions(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The outputs of the backward direction are turned back along time, and along no other axis."""
    with_coinciding_axes(subject, oracle, trial, ["call"], both_ways=True)
