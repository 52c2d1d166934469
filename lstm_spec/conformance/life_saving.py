"""Saved, loaded and cloned models: they take their weights along, but not their states."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.state_after import (
    goes_on_from,
    keeps_the_state,
    samples,
    used_twins,
    weights_are_unmoved,
)
from lstm_spec.conformance.support.state_specs import (
    FEATURES,
    ROWS,
    STEPS,
    trainable_lstm,
    zeros_like,
)
from lstm_spec.contract import Capability, Implementation, Model

SAVE = (Capability.FORWARD, Capability.STATEFUL, Capability.SAVE)
CLONE = (Capability.FORWARD, Capability.STATEFUL, Capability.CLONE)
SOURCE = "keras#4379; keras#7024"


@contextmanager
def _file() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "model"


def reloaded(subject: Any, model: Model) -> Model:
    """The model that the subject loads after it has saved ``model``."""
    with _file() as path:
        model.save(path)
        loaded: Model = subject.load(path)
        return loaded


def _cloned(model: Model) -> Model:
    """A clone with the weights of its original."""
    clone: Model = model.clone()
    clone.set_weights(model.get_weights())
    return clone


@clause(
    "LIFE-31",
    "Saving a model does not change its state or its weights.",
    source=SOURCE,
    needs=SAVE,
)
def saving_changes_nothing(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """A training run that saves the model every few epochs must continue as if it had
    not saved it.
    """

    def save(model: Model) -> None:
        before = model.get_weights()
        with _file() as path:
            model.save(path)
        weights_are_unmoved(trial, model, before, "save")

    keeps_the_state(subject, oracle, trial, "save", save)


@clause(
    "LIFE-32",
    "A loaded model has the weights of the saved one, bit for bit.",
    source=SOURCE,
    needs=SAVE,
)
def loaded_weights_are_exact(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The model is saved after it has been used, so that the saved weights must be those of that
    moment and not those from the time when the model was built.
    """
    ours, theirs = used_twins(subject, oracle, trial)
    before = ours.get_weights()
    loaded = reloaded(subject, ours)
    weights_are_unmoved(trial, loaded, before, "loaded model")
    trial.assert_weights_close(
        trainable_lstm(), loaded.get_weights(), theirs.get_weights(), "loaded model: weight"
    )


@clause(
    "LIFE-33",
    "A loaded model starts from a zero state.",
    source=SOURCE,
    needs=SAVE,
    strength=Strength.SHOULD,
)
def a_loaded_model_starts_at_zero(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The model is saved in the middle of a row, and the loaded model does not continue
    that row.
    """
    ours, theirs = used_twins(subject, oracle, trial)
    left = theirs.get_states()
    loaded = reloaded(subject, ours)
    mistakes = {"of the saved model is restored by": left}
    goes_on_from(subject, trial, loaded, theirs, zeros_like(left), "load", mistakes)


@clause(
    "LIFE-34",
    "A loaded stateful model is stateful: it carries its state, and it can be reset.",
    source=SOURCE,
    needs=SAVE,
)
def a_loaded_model_carries(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The check makes two calls, then a reset, then the second call again."""
    ours, theirs = used_twins(subject, oracle, trial)
    loaded = reloaded(subject, ours)
    theirs.reset_states()
    for number in (1, 2):
        x = trial.array(ROWS, STEPS, FEATURES)
        got, expected = loaded.call(x).outputs, theirs.call(x).outputs
        trial.assert_close(got, expected, f"call {number} of a loaded model")
    loaded.reset_states()
    theirs.reset_states()
    trial.assert_close(loaded.call(x).outputs, theirs.call(x).outputs, "loaded model after a reset")


@clause(
    "LIFE-35",
    "A loaded model and the one that was saved share neither states nor weights.",
    source=SOURCE,
    needs=(*SAVE, Capability.TRAIN),
)
def a_loaded_model_is_independent(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The loaded model is trained while the saved one is in the middle of a row."""
    ours, theirs = used_twins(subject, oracle, trial)
    before = ours.get_weights()
    loaded = reloaded(subject, ours)
    loaded.train_on_batch(*samples(trial, 1))
    weights_are_unmoved(trial, ours, before, "the loaded model was trained")
    goes_on_from(
        subject, trial, ours, theirs, theirs.get_states(), "training of the loaded model", {}
    )


@clause(
    "LIFE-36",
    "A clone starts from a zero state, and its original continues from its own state.",
    source="Keras documentation of clone_model; contract: clone",
    needs=CLONE,
    strength=Strength.SHOULD,
)
def a_clone_starts_at_zero(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The model is cloned in the middle of a row. Which weights a clone gets is left open, so the
    check sets them.
    """
    ours, theirs = used_twins(subject, oracle, trial)
    left = theirs.get_states()
    clone = _cloned(ours)
    mistakes = {"of the original was copied into": left}
    goes_on_from(subject, trial, clone, theirs, zeros_like(left), "the clone", mistakes)
    mistakes = {"is cleared by": zeros_like(left)}
    goes_on_from(subject, trial, ours, theirs, left, "cloning", mistakes)


@clause(
    "LIFE-37",
    "Training or resetting a clone does not change the weights or the state of its original.",
    source="contract: clone",
    needs=(*CLONE, Capability.TRAIN),
)
def a_clone_does_not_change_its_original(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The clone is first trained and then reset, so that a shared state would be either changed or
    cleared.
    """
    ours, theirs = used_twins(subject, oracle, trial)
    before, state = ours.get_weights(), theirs.get_states()
    clone = _cloned(ours)
    weights_are_unmoved(trial, ours, before, "it was cloned")
    clone.set_weights(trial.weights(trainable_lstm()))
    weights_are_unmoved(trial, ours, before, "its clone got other weights")
    clone.train_on_batch(*samples(trial, 1))
    weights_are_unmoved(trial, ours, before, "its clone was trained")
    goes_on_from(subject, trial, ours, theirs, state, "training of a clone", {})
    state = theirs.get_states()
    clone.reset_states()
    mistakes = {"is cleared by": zeros_like(state)}
    goes_on_from(subject, trial, ours, theirs, state, "a reset of a clone", mistakes)


@clause(
    "LIFE-38",
    "Training or resetting the original does not change the weights or the state of its clone.",
    source="contract: clone",
    needs=(*CLONE, Capability.TRAIN),
)
def an_original_does_not_change_its_clone(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """It is the reverse of LIFE-37, and notices a clone that uses the weights or the states of its
    original.
    """
    ours, theirs = used_twins(subject, oracle, trial)
    clone, weights = _cloned(ours), ours.get_weights()
    theirs.reset_states()
    x, y = samples(trial, 1)
    trial.assert_close(clone.call(x).outputs, theirs.call(x).outputs, "first call of the clone")
    state = theirs.get_states()
    ours.train_on_batch(x, y)
    weights_are_unmoved(trial, clone, weights, "its original was trained")
    goes_on_from(subject, trial, clone, theirs, state, "training of the original", {})
    state = theirs.get_states()
    ours.reset_states()
    mistakes = {"is cleared by": zeros_like(state)}
    goes_on_from(subject, trial, clone, theirs, state, "a reset of the original", mistakes)
