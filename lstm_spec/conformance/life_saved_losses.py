"""What a loaded model and a clone know of their loss: its options, and how it is reduced."""

from __future__ import annotations

from dataclasses import replace

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.loss_cases import EVERY, ending
from lstm_spec.conformance.train_copies import loaded
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import ModelSpec, SparseCategoricalCrossentropy
from lstm_spec.tolerances import LOSS

SOURCE = "contract, save and clone; Keras documentation of saving: the compile configuration"
NEEDS = (Capability.EVALUATE, Capability.LAYERS)
SAVED, CLONED = (*NEEDS, Capability.SAVE), (*NEEDS, Capability.CLONE)
ROWS, STEPS = 4, 3

SUM = replace(ending("mae", "linear"), reduction="sum")
IGNORING = ending(SparseCategoricalCrossentropy(ignore_class=0), "softmax")
WITH_OPTIONS = tuple(
    ending(loss, activation) for _, loss, activation in EVERY if not isinstance(loss, str)
)


def copies_have_the_loss(
    subject: Implementation, oracle: Implementation, trial: Trial, spec: ModelSpec, saved: bool
) -> None:
    """The loss that a copy reports is that of the oracle with the same weights."""
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = random_batch(trial, spec, ROWS, STEPS)
    y[0] = 0 if spec is IGNORING else y[0]
    expected = theirs.test_on_batch(x, y)["loss"]
    copy = loaded(subject, ours) if saved else ours.clone()
    copy.set_weights(ours.get_weights())
    what = f"loss of the {'loaded model' if saved else 'clone'}, {spec.loss}"
    share = 1 / ROWS if spec.reduction == "sum" else 1.0  # the tolerance is for a mean
    trial.assert_close(copy.test_on_batch(x, y)["loss"] * share, expected * share, what, LOSS)


@clause(
    "LIFE-544",
    "A loaded model reduces its loss as the model that was saved.",
    source=SOURCE,
    needs=SAVED,
)
def a_loaded_model_keeps_its_reduction(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The loss of four rows: a sum is four times a mean."""
    copies_have_the_loss(subject, oracle, trial, SUM, saved=True)


@clause(
    "LIFE-545",
    "A loaded model has every option of its loss: delta, from_logits, label_smoothing.",
    source=SOURCE,
    needs=SAVED,
)
def a_loaded_model_keeps_the_options_of_its_loss(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Every loss that has options, with others than it would have by itself."""
    for spec in WITH_OPTIONS:
        copies_have_the_loss(subject, oracle, trial, spec, saved=True)


@clause(
    "LIFE-546",
    "A clone has every option of its loss, and its reduction.",
    source=SOURCE,
    needs=CLONED,
)
def a_clone_keeps_the_options_of_its_loss(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """As for a loaded model."""
    for spec in (SUM, *WITH_OPTIONS):
        copies_have_the_loss(subject, oracle, trial, spec, saved=False)


@clause(
    "LIFE-547",
    "A loaded model ignores the labels that the model before it was told to ignore.",
    source=SOURCE,
    needs=SAVED,
)
def a_loaded_model_ignores_the_same_labels(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One row at least has the label that is to be ignored."""
    copies_have_the_loss(subject, oracle, trial, IGNORING, saved=True)
