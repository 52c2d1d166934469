"""What a loaded model and a clone know of their optimiser: its settings, and its memory."""

from __future__ import annotations

from lstm_spec.checking.lockstep import in_lockstep, steep_run
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.updates import ROWS, STEPS, spec_of
from lstm_spec.conformance.train_copies import BEFORE, halves, loaded
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import SGD, AdamW, AnyOptimizer, ExponentialDecay, RMSprop
from lstm_spec.tolerances import LOCKSTEP

SAVE = (Capability.TRAIN, Capability.SAVE)
CLONE = (Capability.TRAIN, Capability.CLONE)
SOURCE = "contract: save, load; Keras documentation of saving: the state of the optimizer"


def _goes_on(
    subject: Implementation, oracle: Implementation, trial: Trial, optimizer: AnyOptimizer
) -> None:
    """Trains, saves, loads and trains on; the oracle is trained through without being saved."""
    spec = spec_of(optimizer)
    run = steep_run(trial, oracle, spec, 2 * BEFORE, ROWS, STEPS)
    ours, theirs = trial.twins(subject, oracle, spec, run.weights)
    before, after = halves(run)
    in_lockstep(trial, before, ours, theirs, LOCKSTEP)
    in_lockstep(trial, after, loaded(subject, ours), theirs, LOCKSTEP)


@clause(
    "LIFE-300",
    "In a loaded model, SGD goes on with the velocity that was saved.",
    source=SOURCE,
    needs=SAVE,
    strength=Strength.SHOULD,
)
def a_loaded_sgd_keeps_its_velocity(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A velocity that starts anew is three quarters too short after one update."""
    _goes_on(subject, oracle, trial, SGD(0.25, momentum=0.75, nesterov=True))


@clause(
    "LIFE-301",
    "In a loaded model, RMSprop goes on with the running means and the movement that were saved.",
    source=SOURCE,
    needs=SAVE,
    strength=Strength.SHOULD,
)
def a_loaded_rmsprop_keeps_its_memory(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """All three are there: the mean square, the mean, and what momentum remembers."""
    settings = RMSprop(0.01, rho=0.875, momentum=0.5, epsilon=1e-2, centered=True)
    _goes_on(subject, oracle, trial, settings)


@clause(
    "LIFE-302",
    "A loaded model limits its gradients, and its weights decay, as before it was saved.",
    source="contract: save, load: the description of the optimiser",
    needs=SAVE,
    strength=Strength.SHOULD,
)
def a_loaded_optimiser_keeps_its_settings(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The limit is below every gradient."""
    _goes_on(subject, oracle, trial, AdamW(0.01, epsilon=1e-3, clipvalue=2.0**-8, weight_decay=0.5))


@clause(
    "LIFE-303",
    "The optimiser of a clone has the settings of the original, and no velocity.",
    source="contract: clone; Keras documentation of clone_model: a new model",
    needs=CLONE,
    strength=Strength.SHOULD,
)
def a_clone_has_the_settings(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The original is trained before: what it remembers has no part in the clone."""
    spec = spec_of(SGD(0.25, momentum=0.75, clipvalue=2.0**-6))
    run = steep_run(trial, oracle, spec, 2 * BEFORE, ROWS, STEPS)
    ours, theirs = trial.twins(subject, oracle, spec, run.weights)
    before, _ = halves(run)
    in_lockstep(trial, before, ours, theirs, LOCKSTEP)
    clone, new = ours.clone(), trial.model(oracle, spec, run.weights)
    clone.set_weights(run.weights)
    in_lockstep(trial, before, clone, new, LOCKSTEP)


@clause(
    "LIFE-304",
    "In a loaded model, the running average of the weights goes on from the one that was saved.",
    source=SOURCE,
    needs=SAVE,
    strength=Strength.SHOULD,
)
def a_loaded_optimiser_keeps_its_average(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The fourth update, the first of the loaded model, ends with the average as the weights."""
    settings = SGD(0.25, use_ema=True, ema_momentum=0.75, ema_overwrite_frequency=4)
    _goes_on(subject, oracle, trial, settings)


@clause(
    "LIFE-305",
    "In a loaded model, gradients that had been accumulated are a part of the next update.",
    source=SOURCE,
    needs=SAVE,
    strength=Strength.SHOULD,
)
def a_loaded_optimiser_keeps_what_it_accumulated(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The model is saved after three batches, one after an update."""
    _goes_on(subject, oracle, trial, SGD(0.25, gradient_accumulation_steps=2))


@clause(
    "LIFE-306",
    "In a loaded model, a schedule of the learning rate goes on where it was.",
    source=SOURCE,
    needs=SAVE,
    strength=Strength.SHOULD,
)
def a_loaded_schedule_goes_on(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """From batch to batch the rate becomes a quarter smaller."""
    _goes_on(subject, oracle, trial, SGD(ExponentialDecay(0.5, 1, 0.75)))
