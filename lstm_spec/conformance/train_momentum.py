"""SGD with momentum and with Nesterov's look ahead: what the velocity is, and what it survives."""

from __future__ import annotations

from lstm_spec.checking.lockstep import random_run
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.updates import (
    ROWS,
    STEPS,
    each_in_lockstep,
    scene,
    spec_of,
)
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import SGD
from lstm_spec.tolerances import FORWARD, LOCKSTEP

KERAS = "Keras documentation, SGD: the update rule with momentum"
SUTSKEVER = "Sutskever et al. 2013, On the importance of initialization and momentum, equations 1-4"
RATE, MOMENTUM = 0.5, 0.75


@clause(
    "TRAIN-300",
    "Fifty updates of SGD with momentum, and of SGD with Nesterov momentum, give the same loss and "
    "the same weights after every update.",
    source=f"{KERAS}; {SUTSKEVER}",
    needs=(Capability.TRAIN,),
)
def momentum_in_lockstep(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The message names the first update that differs."""
    ways = SGD(0.05, momentum=0.9), SGD(0.05, momentum=0.8, nesterov=True)
    each_in_lockstep(subject, oracle, trial, ways)


@clause(
    "TRAIN-301",
    "A stateful model trains in lockstep with Nesterov momentum: a reset in between clears the "
    "state of the layer and keeps the velocity.",
    source=f"{KERAS}; contract, reset_states",
    needs=(Capability.TRAIN, Capability.STATEFUL),
)
def stateful_momentum_in_lockstep(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are resets before updates 20 and 37."""
    ways = [SGD(0.05, momentum=0.8, nesterov=True)]
    each_in_lockstep(subject, oracle, trial, ways, stateful=True)


@clause(
    "TRAIN-302",
    "With momentum, an update moves a weight by momentum times its movement before, less the "
    "learning rate times the new gradient.",
    source=KERAS,
    needs=(Capability.TRAIN,),
)
def the_velocity(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Three updates; each gradient is taken where the subject itself has arrived.

    A velocity that is dampened by 1 - momentum, or in which the learning rate is applied twice,
    gives other movements from the first or second update on.
    """
    here = scene(subject, oracle, trial, SGD(RATE, momentum=MOMENTUM))
    before = [0.0 * w for w in here.ours.get_weights()]
    for number in (1, 2, 3):
        x, y = here.batch()
        slopes = here.slopes(x, y)
        moved = here.moved(x, y)
        expected = [MOMENTUM * v - RATE * g for v, g in zip(before, slopes, strict=True)]
        here.agree(moved, expected, f"update {number}, movement", FORWARD)
        before = moved


@clause(
    "TRAIN-303",
    "Nesterov momentum looks ahead: an update moves a weight by momentum times the new velocity, "
    "less the learning rate times the gradient.",
    source=f"{KERAS}; {SUTSKEVER}",
    needs=(Capability.TRAIN,),
)
def nesterov_looks_ahead(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The first movement is therefore 1 + momentum times that of plain descent."""
    here = scene(subject, oracle, trial, SGD(RATE, momentum=MOMENTUM, nesterov=True))
    velocity = [0.0 * w for w in here.ours.get_weights()]
    for number in (1, 2, 3):
        x, y = here.batch()
        slopes = here.slopes(x, y)
        velocity = [MOMENTUM * v - RATE * g for v, g in zip(velocity, slopes, strict=True)]
        expected = [MOMENTUM * v - RATE * g for v, g in zip(velocity, slopes, strict=True)]
        here.agree(here.moved(x, y), expected, f"update {number}, movement", FORWARD)


@clause(
    "TRAIN-304",
    "While the gradient is zero, weights glide on: every movement is momentum times the one "
    "before.",
    source=KERAS,
    needs=(Capability.TRAIN,),
)
def weights_glide_on(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The targets are what the model gives already, so that the gradient is zero."""
    here = scene(subject, oracle, trial, SGD(RATE, momentum=MOMENTUM))
    x, y = here.batch()
    before = here.moved(x, y)
    for number in (2, 3):
        here.theirs.set_weights(here.ours.get_weights())
        moved = here.moved(x, here.theirs.call(x).outputs)
        expected = [MOMENTUM * v for v in before]
        here.agree(moved, expected, f"update {number}, without a gradient: movement", FORWARD)
        before = moved


@clause(
    "TRAIN-305",
    "The velocity is kept from train_on_batch to fit and back, and when weights are set.",
    source="contract, set_weights; Keras documentation, fit continues training",
    needs=(Capability.TRAIN, Capability.FIT),
)
def the_velocity_survives(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The oracle makes the same updates one by one."""
    spec = spec_of(SGD(0.1, momentum=0.9))
    run = random_run(trial, spec, 6, ROWS, STEPS)
    ours, theirs = trial.twins(subject, oracle, spec, run.weights)
    for number, (x, y) in enumerate(run.batches, 1):
        if number in (2, 3):
            ours.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False)
        else:
            ours.train_on_batch(x, y)
        theirs.train_on_batch(x, y)
        what = f"after update {number}, value"
        trial.assert_weights_close(spec, ours.get_weights(), theirs.get_weights(), what, LOCKSTEP)
        if number == 4:
            ours.set_weights(run.weights)
            theirs.set_weights(run.weights)
