"""RMSprop: the mean square, where epsilon stands, momentum, and the mean that is taken out."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.updates import Scene, each_in_lockstep, norms, scene, spec_of
from lstm_spec.contract import Array, Capability, Implementation, rmsprop_epsilon_of
from lstm_spec.model import RMSprop
from lstm_spec.tolerances import EXACT, FORWARD

TIELEMAN = "Tieleman & Hinton 2012, lecture 6.5"
GRAVES = "Graves 2013, Generating sequences, equations 38 to 40"
KERAS = "Keras documentation, RMSprop"
RATE = 0.125


@clause(
    "TRAIN-320",
    "Fifty updates of RMSprop, plain and with momentum around the mean, give the same loss and the "
    "same weights after every update.",
    source=f"{TIELEMAN}; {GRAVES}",
    needs=(Capability.TRAIN,),
)
def rmsprop_in_lockstep(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Epsilon is large enough that the noise of a tiny gradient is no step of its own.

    What the subject lacks of the two is left out.
    """
    ways = (
        RMSprop(0.01, rho=0.875, epsilon=1e-3),
        RMSprop(0.01, rho=0.875, momentum=0.5, epsilon=1e-2, centered=True),
    )
    each_in_lockstep(subject, oracle, trial, ways)


@clause(
    "TRAIN-321",
    "A stateful model trains in lockstep with RMSprop; a reset in between keeps the mean square.",
    source=f"{TIELEMAN}; contract, reset_states",
    needs=(Capability.TRAIN, Capability.STATEFUL),
)
def stateful_rmsprop_in_lockstep(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are resets before updates 20 and 37."""
    ways = [RMSprop(0.01, rho=0.875, epsilon=1e-3)]
    each_in_lockstep(subject, oracle, trial, ways, stateful=True)


def _root(subject: Implementation, mean_square: Array, epsilon: float) -> Array:
    inside = rmsprop_epsilon_of(subject) == "inside"
    root: Array = np.sqrt(mean_square + epsilon) if inside else np.sqrt(mean_square) + epsilon
    return root


@clause(
    "TRAIN-322",
    "RMSprop divides the gradient by the root of a running mean of its square, which starts at "
    "zero and of which the share rho is kept.",
    source=TIELEMAN,
    needs=(Capability.TRAIN,),
)
def the_mean_square(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Rho is not the default. The bias of the first updates is not corrected, unlike Adam's."""
    rho, epsilon = 0.625, 2.0**-10
    here = scene(subject, oracle, trial, RMSprop(RATE, rho=rho, epsilon=epsilon))
    v = [0.0 * w for w in here.ours.get_weights()]
    for number in (1, 2, 3):
        x, y = here.batch()
        slopes = here.slopes(x, y)
        v = [rho * one + (1 - rho) * g * g for one, g in zip(v, slopes, strict=True)]
        expected = [
            -RATE * g / _root(subject, one, epsilon) for g, one in zip(slopes, v, strict=True)
        ]
        here.agree(here.moved(x, y), expected, f"update {number}, movement", FORWARD)


@clause(
    "TRAIN-323",
    "Epsilon of RMSprop has the requested size: it shortens the movements of small gradients.",
    source=f"{KERAS}: epsilon",
    needs=(Capability.TRAIN,),
)
def the_size_of_epsilon_of_rmsprop(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Either place will do here: of the two movements, the nearer one is compared."""
    for epsilon in (2.0**-4, 2.0**-8):
        here = scene(subject, oracle, trial, RMSprop(RATE, rho=0.75, epsilon=epsilon))
        x, y = here.batch()
        slopes = here.slopes(x, y)
        moved = here.moved(x, y)
        roots = [0.5 * np.abs(g) for g in slopes]
        inside = [-RATE * g / np.sqrt(r * r + epsilon) for g, r in zip(slopes, roots, strict=True)]
        outside = [-RATE * g / (r + epsilon) for g, r in zip(slopes, roots, strict=True)]
        nearer = min((inside, outside), key=lambda one: _distance(moved, one))
        here.agree(moved, nearer, f"epsilon {epsilon:g}, movement", FORWARD)


def _distance(ours: list[Array], other: list[Array]) -> float:
    return float(max(norms(a - b for a, b in zip(ours, other, strict=True))))


@clause(
    "TRAIN-324",
    "RMSprop adds epsilon inside the root, or outside it if the implementation declares that.",
    source="contract, rmsprop_epsilon; tensorflow#58412; pytorch#23796",
    needs=(Capability.TRAIN,),
    strength=Strength.SHOULD,
)
def the_place_of_epsilon_of_rmsprop(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Both without momentum and with it: an engine may have a way of its own for each."""
    epsilon = 2.0**-6
    for momentum in (0.0, 0.5):
        settings = RMSprop(RATE, rho=0.75, momentum=momentum, epsilon=epsilon)
        here = scene(subject, oracle, trial, settings)
        x, y = here.batch()
        slopes = here.slopes(x, y)
        expected = [-RATE * g / _root(subject, 0.25 * g * g, epsilon) for g in slopes]
        here.agree(here.moved(x, y), expected, f"momentum {momentum}: movement", FORWARD)


@clause(
    "TRAIN-325",
    "With momentum, an update of RMSprop moves a weight by momentum times its movement before, and "
    "by what plain RMSprop would do.",
    source=f"{KERAS}: momentum",
    needs=(Capability.TRAIN,),
)
def the_momentum_of_rmsprop(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The movement is remembered, and not the gradient."""
    rho, momentum, epsilon = 0.75, 0.5, 2.0**-6
    settings = RMSprop(RATE, rho=rho, momentum=momentum, epsilon=epsilon)
    here = scene(subject, oracle, trial, settings)
    v = [0.0 * w for w in here.ours.get_weights()]
    before = v
    for number in (1, 2, 3):
        x, y = here.batch()
        slopes = here.slopes(x, y)
        v = [rho * one + (1 - rho) * g * g for one, g in zip(v, slopes, strict=True)]
        expected = [
            momentum * last - RATE * g / _root(subject, one, epsilon)
            for last, g, one in zip(before, slopes, v, strict=True)
        ]
        before = here.moved(x, y)
        here.agree(before, expected, f"update {number}, movement", FORWARD)


@clause(
    "TRAIN-326",
    "Centered RMSprop divides the gradient by the root of its variance: the square of its running "
    "mean is taken from the mean square.",
    source=f"{GRAVES}; {KERAS}: centered",
    needs=(Capability.TRAIN,),
)
def centered_rmsprop(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """One batch three times: the gradient hardly changes, so its variance falls."""
    rho, epsilon = 0.75, 2.0**-6
    settings = RMSprop(2.0**-6, rho=rho, epsilon=epsilon, centered=True)
    here = scene(subject, oracle, trial, settings)
    x, y = here.batch()
    v = [0.0 * w for w in here.ours.get_weights()]
    mean = v
    for number in (1, 2, 3):
        slopes = here.slopes(x, y)
        v = [rho * one + (1 - rho) * g * g for one, g in zip(v, slopes, strict=True)]
        mean = [rho * one + (1 - rho) * g for one, g in zip(mean, slopes, strict=True)]
        expected = [
            -(2.0**-6) * g / _root(subject, np.maximum(square - m * m, 0), epsilon)
            for g, square, m in zip(slopes, v, mean, strict=True)
        ]
        here.agree(here.moved(x, y), expected, f"update {number}, movement", FORWARD)


@clause(
    "TRAIN-327",
    "With RMSprop, too, a weight that has never had a gradient never changes.",
    source=TIELEMAN,
    needs=(Capability.TRAIN,),
)
def rmsprop_without_a_gradient(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """For one step from a state of zero, the recurrent kernel has no gradient: not one bit of it
    changes in three updates, with the smallest usual epsilon.
    """
    here = scene(subject, oracle, trial, RMSprop(RATE, epsilon=1e-8))
    before = here.ours.get_weights()
    for _ in range(3):
        here.ours.train_on_batch(*here.batch(1))
    after = here.ours.get_weights()
    trial.assert_close(after[1], before[1], "recurrent kernel", EXACT, ("unit", "column"))
    trial.assert_differ(after[0], before[0], "kernel, before and after")


@clause(
    "TRAIN-328",
    "The mean square is kept from train_on_batch to fit and back, and when weights are set.",
    source="contract, set_weights; Keras documentation, fit continues training",
    needs=(Capability.TRAIN, Capability.FIT),
)
def the_mean_square_survives(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The oracle makes the same updates one by one; an RMSprop that starts anew moves further."""
    spec = spec_of(RMSprop(0.01, rho=0.875, epsilon=1e-3))
    here = Scene(spec, *trial.twins(subject, oracle, spec), trial)
    start = here.ours.get_weights()
    for number in range(1, 6):
        x, y = here.batch()
        if number in (2, 3):
            here.ours.fit(x, y, batch_size=len(x), epochs=1, shuffle=False)
        else:
            here.ours.train_on_batch(x, y)
        here.theirs.train_on_batch(x, y)
        here.agree(
            here.ours.get_weights(), here.theirs.get_weights(), f"after update {number}", FORWARD
        )
        if number == 4:
            here.ours.set_weights(start)
            here.theirs.set_weights(start)
