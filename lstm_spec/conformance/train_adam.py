"""Adam: the first step, the bias correction, both decay rates, epsilon, and what it remembers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.checking.lockstep import Run, in_lockstep, random_batch, random_run, steep_run
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, Adam, ModelSpec
from lstm_spec.tolerances import ADAM_STEP, EXACT, LOCKSTEP

PAPER = "Kingma & Ba 2015, Adam"
RATE = 0.1
SPEC = ModelSpec((LSTM(4),), features=3, optimizer=Adam(RATE, epsilon=1e-10))


@clause(
    "TRAIN-15",
    "Adam's first step changes every weight by the learning rate, against the sign of its "
    "gradient, whatever the size of the gradient.",
    source=PAPER + ", section 2.1",
    needs=(Capability.TRAIN,),
)
def the_first_step_of_adam(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The gradients differ by factors of hundreds, but all steps have the same length."""
    run = steep_run(trial, oracle, SPEC, 1, rows=2, steps=5)
    ours, theirs = trial.twins(subject, oracle, SPEC, run.weights)
    gradients = theirs.gradients(*run.batches[0]).weights
    before = ours.get_weights()
    ours.train_on_batch(*run.batches[0])
    moved = [(now - w) / RATE for now, w in zip(ours.get_weights(), before, strict=True)]
    expected = [-np.sign(gradient) for gradient in gradients]
    what = "first step in units of the learning rate"
    trial.assert_weights_close(SPEC, moved, expected, what, ADAM_STEP)


@clause(
    "TRAIN-16",
    "Both moments are corrected for having started at zero: while the gradient stays the same, "
    "every step is as long as the first.",
    source=PAPER + ", section 3",
    needs=(Capability.TRAIN,),
)
def the_bias_correction_of_adam(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The same batch is trained ten times, with a learning rate so small that the gradient hardly
    changes.

    Without the corrections, the first steps are three to seven times as long; with only one of the
    two, they are a tenth or thirty times as long.
    """
    rate = 2.0**-13
    spec = replace(SPEC, optimizer=Adam(rate, epsilon=1e-10))
    run = steep_run(trial, oracle, spec, 1, rows=2, steps=5)
    ours, theirs = trial.twins(subject, oracle, spec, run.weights)
    for number in range(1, 11):
        ours.train_on_batch(*run.batches[0])
        theirs.train_on_batch(*run.batches[0])
        got, expected = (
            [(now - w) / rate for now, w in zip(one.get_weights(), run.weights, strict=True)]
            for one in (ours, theirs)
        )
        what = f"sum of {number} steps in units of the learning rate"
        trial.assert_weights_close(spec, got, expected, what, number * ADAM_STEP)


@clause(
    "TRAIN-17",
    "Adam uses the decay rates that it was given, each for its own moment.",
    source=PAPER,
    needs=(Capability.TRAIN,),
)
def the_decay_rates_of_adam(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Neither rate is the default, so that rates that are exchanged, fixed or used for the wrong
    moment are noticed.
    """
    spec = replace(SPEC, optimizer=Adam(0.01, beta_1=0.6, beta_2=0.8, epsilon=1e-10))
    run = steep_run(trial, oracle, spec, 12, rows=2, steps=5)
    in_lockstep(trial, run, *trial.twins(subject, oracle, spec, run.weights), LOCKSTEP)


def tiny_gradients(trial: Trial, spec: ModelSpec, updates: int) -> Run:
    """Batches of one step with three features of order 1, 1e-5 and 1e-6.

    The rows of the kernel then have gradients of these magnitudes, with full relative precision,
    because they are products with x. Small prediction errors would not give that precision.
    """
    run = random_run(trial, spec, updates, rows=2, steps=1)
    for x, _ in run.batches:
        x *= np.array([1.0, 1e-5, 1e-6], np.float32)
    return run


@clause(
    "TRAIN-18",
    "Epsilon has the requested size: it shortens the steps of gradients as small as itself, and of "
    "no others.",
    source="Keras 1 and 2.0: 1e-8; Keras since: 1e-7",
    needs=(Capability.TRAIN,),
)
def the_size_of_epsilon(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Two sizes are tested, and epsilon may be added before or after the bias correction.

    With gradient g, the first step is g / (|g| + e), where e is epsilon or epsilon / sqrt(1 -
    beta_2). If epsilon is inside the root, missing, or of another size, the steps have other
    lengths.
    """
    for epsilon in (1e-7, 1e-3):
        spec = replace(SPEC, optimizer=Adam(RATE, epsilon=epsilon))
        run = tiny_gradients(trial, spec, 1)
        ours, theirs = trial.twins(subject, oracle, spec, run.weights)
        gradient = theirs.gradients(*run.batches[0]).weights[0]
        ours.train_on_batch(*run.batches[0])
        moved = (ours.get_weights()[0] - run.weights[0]) / RATE
        wanted = [
            -gradient / (np.abs(gradient) + e) for e in (epsilon / np.sqrt(1 - 0.999), epsilon)
        ]
        nearer = min(wanted, key=lambda one: float(np.abs(moved - one).max()))
        what = f"epsilon {epsilon:g}: first step of the kernel in units of the learning rate"
        trial.assert_close(moved, nearer, what, ADAM_STEP, ("feature", "column"))


@clause(
    "TRAIN-19",
    "Epsilon is added to the root of the second moment before the bias is corrected, or after it "
    "if the implementation declares that.",
    source=PAPER + ", end of section 2; Keras documentation, Adam ('epsilon hat')",
    needs=(Capability.TRAIN,),
    strength=Strength.SHOULD,
)
def the_place_of_epsilon(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Algorithm 1 of the paper, and PyTorch, add it after the correction, where its effect is at
    first 30 times smaller.
    """
    spec = replace(SPEC, optimizer=Adam(RATE, epsilon=1e-7))
    run = tiny_gradients(trial, spec, 3)
    ours, theirs = trial.twins(subject, oracle, spec, run.weights)
    for number, (x, y) in enumerate(run.batches, 1):
        ours.train_on_batch(x, y)
        theirs.train_on_batch(x, y)
        ways: list[Array] = [
            (one.get_weights()[0] - run.weights[0]) / RATE for one in (ours, theirs)
        ]
        what = f"change of the kernel after {number} steps in units of the learning rate"
        trial.assert_close(ways[0], ways[1], what, number * ADAM_STEP, ("feature", "column"))


@clause(
    "TRAIN-20",
    "Adam keeps its moments and its count of updates from train_on_batch to fit and back.",
    source="Keras documentation, fit continues training; contract, fit",
    needs=(Capability.TRAIN, Capability.FIT),
)
def the_moments_survive_fit(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """There are four updates, of which fit makes the second and third. An optimiser that starts
    anew makes other steps.
    """
    spec = replace(SPEC, optimizer=Adam(0.01, epsilon=1e-10))
    run = steep_run(trial, oracle, spec, 4, rows=2, steps=5)
    ours, theirs = trial.twins(subject, oracle, spec, run.weights)
    for number, (x, y) in enumerate(run.batches, 1):
        if number in (2, 3):
            ours.fit(x, y, batch_size=2, epochs=1, shuffle=False)
        else:
            ours.train_on_batch(x, y)
        theirs.train_on_batch(x, y)
        what = f"after update {number}, value"
        trial.assert_weights_close(spec, ours.get_weights(), theirs.get_weights(), what, LOCKSTEP)


@clause(
    "TRAIN-21",
    "Setting the weights does not change Adam's moments or its count of updates.",
    source="contract, set_weights",
    needs=(Capability.TRAIN,),
)
def the_moments_survive_set_weights(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The check makes three updates, restores the first weights, and makes three more. These must
    differ from the first three.
    """
    spec = replace(SPEC, optimizer=Adam(0.01, epsilon=1e-10))
    run = steep_run(trial, oracle, spec, 3, rows=2, steps=5)
    ours, theirs = trial.twins(subject, oracle, spec, run.weights)
    in_lockstep(trial, run, ours, theirs, LOCKSTEP)
    first = ours.get_weights()
    ours.set_weights(run.weights)
    theirs.set_weights(run.weights)
    in_lockstep(trial, run, ours, theirs, LOCKSTEP)
    trial.assert_differ(
        ours.get_weights()[0], first[0], "kernel after the first and second three updates"
    )


@clause(
    "TRAIN-22",
    "With Adam, too, a weight that has never had a gradient never changes.",
    source=PAPER + "; no weight decay unless asked for",
    needs=(Capability.TRAIN,),
)
def no_gradient_no_step(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The step is 0 / (0 + epsilon) = 0. Not one bit of the recurrent kernel changes in steps from
    a zero state.
    """
    ours, _ = trial.twins(subject, oracle, SPEC)
    before = ours.get_weights()
    for _ in range(5):
        ours.train_on_batch(*random_batch(trial, SPEC, 2, 1))
    after = ours.get_weights()
    trial.assert_close(after[1], before[1], "recurrent kernel", EXACT, ("unit", "column"))
    trial.assert_differ(after[0], before[0], "kernel, before and after")
