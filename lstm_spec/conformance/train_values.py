"""TRAIN: special values of inputs and targets, in measuring and in learning."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.methods import offered, one_layer
from lstm_spec.conformance.support.values import BAD_ROW, special_values
from lstm_spec.contract import Capability, Implementation

SOURCE = "the mean over batch, time and features makes no exception for any number"


@clause(
    "TRAIN-120",
    "evaluate and test_on_batch measure zeros, equal rows, tiny and huge values in the input and "
    "in the targets like any others.",
    source=SOURCE,
    needs=(Capability.EVALUATE,),
)
def special_values_are_measured(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Targets of zeros are targets, and no padding."""
    special_values(subject, oracle, trial, ["evaluate", "test_on_batch"], trained=True)


@clause(
    "TRAIN-121",
    "NaN in one row of the input or of the targets makes the loss NaN: it is not left out.",
    source="IEEE 754: a sum with NaN is NaN; a loss that leaves a row out is another mean",
    needs=(Capability.EVALUATE,),
)
def nan_is_not_left_out(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """A loss that stays finite hides that a series has a hole."""
    spec = one_layer(subject, carrying=False)
    model = trial.model(subject, spec, trial.weights(spec))
    for method in offered(subject, "evaluate", "test_on_batch", "gradients"):
        for argument in ("x", "y"):
            given = method.draw(trial)
            given[argument][BAD_ROW, 0, 0] = np.nan
            loss = float(method.run(model, given)["loss"])
            what = f"{method.name} with NaN in {argument}: expected the loss NaN, got {loss:.6g}"
            trial.assert_that(bool(np.isnan(loss)), what)


@clause(
    "TRAIN-122",
    "train_on_batch learns from zeros, equal rows, tiny and huge values in the input and in the "
    "targets as from any others.",
    source=SOURCE,
    needs=(Capability.TRAIN,),
)
def special_values_are_learned(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The weights are compared after each update."""
    special_values(subject, oracle, trial, ["train_on_batch"])


@clause(
    "TRAIN-123",
    "fit learns from targets of zeros, equal rows, tiny and huge values as from any others, and "
    "validates on them.",
    source=SOURCE,
    needs=(Capability.FIT,),
)
def special_values_are_fitted(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Validation targets of zeros are the dangerous case: an engine may take them for absent."""
    special_values(subject, oracle, trial, ["fit with validation"], ["y", "validation y"])
