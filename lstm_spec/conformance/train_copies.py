"""What a loaded model and a clone know of the training before: the memory of the optimiser."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from lstm_spec.checking.lockstep import Run, in_lockstep, steep_run
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.contract import Capability, Implementation, Model
from lstm_spec.model import LSTM, Adam, Dense, ModelSpec
from lstm_spec.tolerances import LOCKSTEP

UNITS, FEATURES, CLASSES, ROWS, STEPS = 4, 3, 2, 3, 4
BEFORE = 3
"""Updates before the copy is made; as many follow."""

SPEC = ModelSpec((LSTM(UNITS), Dense(CLASSES)), FEATURES, optimizer=Adam(0.01))
TRAINED = (Capability.TRAIN, Capability.LAYERS)


def halves(run: Run) -> tuple[Run, Run]:
    """The updates before the copy and those after it."""
    parts = run.batches[:BEFORE], run.batches[BEFORE:]
    before, after = (Run(run.spec, run.weights, batches) for batches in parts)
    return before, after


def loaded(subject: Any, model: Model) -> Model:
    """The model that the subject loads after it has saved this one."""
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder) / "model")
        found: Model = subject.load(Path(folder) / "model")
    return found


@clause(
    "TRAIN-140",
    "Training goes on in a loaded model as if it had never been saved: Adam keeps both moments and "
    "its count of updates.",
    source="contract: save, load; Keras documentation of saving: the state of the optimizer",
    needs=(*TRAINED, Capability.SAVE),
    strength=Strength.SHOULD,
)
def a_loaded_adam_keeps_its_memory(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The oracle is trained through, without being saved, so its own file plays no part.

    An optimiser that starts anew moves every weight by the whole learning rate again.
    """
    run = steep_run(trial, oracle, SPEC, 2 * BEFORE, ROWS, STEPS)
    ours, theirs = trial.twins(subject, oracle, SPEC, run.weights)
    before, after = halves(run)
    in_lockstep(trial, before, ours, theirs, LOCKSTEP)
    in_lockstep(trial, after, loaded(subject, ours), theirs, LOCKSTEP)


@clause(
    "TRAIN-141",
    "The optimiser of a clone is new: its first update is the first update of a new model, and its "
    "original continues with its own moments.",
    source="contract: clone; Keras documentation of clone_model: a new model",
    needs=(*TRAINED, Capability.CLONE),
    strength=Strength.SHOULD,
)
def a_clone_has_an_optimiser_without_memory(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The clone is trained between updates of its original: with shared moments, both are wrong."""
    run = steep_run(trial, oracle, SPEC, 2 * BEFORE, ROWS, STEPS)
    ours, theirs = trial.twins(subject, oracle, SPEC, run.weights)
    before, after = halves(run)
    in_lockstep(trial, before, ours, theirs, LOCKSTEP)
    clone, new = ours.clone(), trial.model(oracle, SPEC, run.weights)
    clone.set_weights(run.weights)
    in_lockstep(trial, before, clone, new, LOCKSTEP)
    in_lockstep(trial, after, ours, theirs, LOCKSTEP)
