"""Loaded and cloned models of any description: every operation is done once by the copy."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Level, Strength, clause
from lstm_spec.conformance.support.over_rows import after, over_any_model, over_rows
from lstm_spec.contract import Capability, Implementation

SOURCE = "contract: save, load and clone, and every field of the description"
SAVE = (Capability.FORWARD, Capability.SAVE)
CLONE = (Capability.FORWARD, Capability.CLONE)
MASKS = (Capability.LAYERS, Capability.MASK)


@clause(
    "LIFE-150",
    "Whatever two values two fields of its description have, a loaded model gives the results of "
    "the oracle in every operation: each field, each weight and the optimiser's memory are saved.",
    source=SOURCE,
    needs=SAVE,
    strength=Strength.SHOULD,
)
def a_loaded_model_of_any_description_agrees(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The model is used and trained, saved and loaded; its states are then zero.

    Then the loaded model does everything once. What a loaded model has lost is often seen in one
    method only, such as a direction in training or a rate in fit.
    """
    over_any_model(subject, oracle, trial, after("save_and_load"), first=24)


@clause(
    "LIFE-151",
    "Whatever two values two fields of its description have, a clone with the weights of its "
    "original gives the results of the oracle in every operation.",
    source=SOURCE,
    needs=CLONE,
    strength=Strength.SHOULD,
)
def a_clone_of_any_description_agrees(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The model is used and trained before it is cloned: states and optimiser of the clone are
    those of a new model.
    """
    over_any_model(subject, oracle, trial, after("clone"), first=12)


@clause(
    "LIFE-152",
    "Behind a Masking layer, too, a loaded model gives the results of the oracle in every "
    "operation, whatever its fields are.",
    source=SOURCE,
    needs=(*SAVE, *MASKS),
    strength=Strength.SHOULD,
    level=Level.FULL,
)
def a_loaded_model_with_a_mask_agrees(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Each value to be masked, and both orders of the mask, with each value of the other fields."""
    over_rows(subject, oracle, trial, "full, masked", after("save_and_load"), everything=True)


@clause(
    "LIFE-153",
    "Every value of every field, together with every value of every other field, is saved: the "
    "loaded model gives the results of the oracle in every operation.",
    source=SOURCE,
    needs=SAVE,
    strength=Strength.SHOULD,
    level=Level.FULL,
)
def every_two_values_are_saved(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The core level has three values of each field at most, and fewer models of a slow subject."""
    over_rows(subject, oracle, trial, "full", after("save_and_load"), everything=True)
