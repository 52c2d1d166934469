"""CELL: special values of inputs and weights, in a model that has run and has been trained."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.values import special_values
from lstm_spec.contract import Capability, Implementation

SOURCE = "the equations make no exception for any number"
PREDICTING = ["predict", "predict_on_batch"]


@clause(
    "CELL-120",
    "An input of zeros, of equal rows, of tiny or of huge values is computed like any other, also "
    "by a model that has been trained and has run.",
    source=SOURCE,
)
def special_inputs_of_a_call(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Zeros are no padding, equal rows are no single row, and nothing is scaled by its size."""
    special_values(subject, oracle, trial, ["call"], trained=True)


@clause(
    "CELL-121",
    "predict and predict_on_batch compute zeros, equal rows, tiny and huge values like any other "
    "input.",
    source=SOURCE,
    needs=(Capability.PREDICT,),
)
def special_inputs_of_predict(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Two batches, so that equal rows occur in a batch and across batches."""
    special_values(subject, oracle, trial, PREDICTING)


@clause(
    "CELL-122",
    "Weights may be zero, equal, tiny or huge, each array by itself, also in a model that has run.",
    source=SOURCE,
)
def special_weights(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """A kernel of zeros is a kernel, and not the wish to keep the old one."""
    special_values(subject, oracle, trial, ["set_weights"])
