"""STATE: special values of given states, and NaN or infinity in one row of a warm model."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.methods import STARTING
from lstm_spec.conformance.support.values import one_bad_row, special_values
from lstm_spec.contract import Capability, Implementation

SOURCE = "contract: call, set_states; the equations make no exception for any number"
ROWS = "a row does not depend on the other rows of its batch"


@clause(
    "STATE-120",
    "A given initial state counts whatever its values are: zeros, equal, tiny or huge, in h or in "
    "c, also if the model carries another one.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.INITIAL_STATE),
)
def special_initial_states(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """An engine that takes zeros for "none given" continues from what it carries."""
    special_values(subject, oracle, trial, ["call from a state"], STARTING)


@clause(
    "STATE-121",
    "States that are set count whatever their values are: zeros, equal, tiny or huge, in h or "
    "in c.",
    source=SOURCE,
    needs=(Capability.STATEFUL, Capability.STATE_ACCESS),
)
def special_states_that_are_set(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The model has run before, so that a state that is not set is noticed in the next call."""
    special_values(subject, oracle, trial, ["set_states"])


@clause(
    "STATE-122",
    "NaN or infinity in one row of the input or of the initial state leaves the other rows as they "
    "are, in this call and in the next.",
    source=ROWS,
)
def one_bad_row_of_a_call(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """A sum over all rows, or a mask that multiplies by zero, would spread it."""
    one_bad_row(subject, oracle, trial, ["call", "call from a state"], ["x", *STARTING])


@clause(
    "STATE-123",
    "NaN or infinity in one row of a predict leaves the rows of its batch and of all other batches "
    "as they are, but for those that continue it.",
    source=ROWS,
    needs=(Capability.PREDICT,),
)
def one_bad_row_of_predict(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The row is in the first of two batches; where the state is carried, one row continues it."""
    one_bad_row(subject, oracle, trial, ["predict_on_batch", "predict"], ["x"])
