"""Weight decay beside the gradient, as AdamW and every optimiser of Keras have it."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.updates import each_in_lockstep, scene, spec_of
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import SGD, Adam, AdamW, RMSprop
from lstm_spec.tolerances import ADAM_STEP, EXACT, FORWARD

PAPER = "Loshchilov & Hutter 2019, Decoupled weight decay regularization, algorithm 2"
KERAS = "Keras documentation, AdamW and weight_decay"
RATE, DECAY = 0.5, 0.25


@clause(
    "TRAIN-330",
    "Fifty updates of AdamW, and of SGD and RMSprop with weight decay, give the same loss and the "
    "same weights after every update.",
    source=PAPER,
    needs=(Capability.TRAIN,),
)
def weight_decay_in_lockstep(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """An optimiser that the subject lacks is left out."""
    ways = (
        AdamW(0.01, epsilon=1e-3, weight_decay=0.5),
        SGD(0.125, momentum=0.75, weight_decay=0.125),
        RMSprop(0.01, rho=0.875, epsilon=1e-3, weight_decay=0.5),
    )
    each_in_lockstep(subject, oracle, trial, ways)


@clause(
    "TRAIN-331",
    "A stateful model trains in lockstep with AdamW.",
    source=PAPER,
    needs=(Capability.TRAIN, Capability.STATEFUL),
)
def stateful_adamw_in_lockstep(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are resets before updates 20 and 37."""
    ways = [AdamW(0.01, epsilon=1e-3, weight_decay=0.5)]
    each_in_lockstep(subject, oracle, trial, ways, stateful=True)


@clause(
    "TRAIN-332",
    "A weight without a gradient loses the share learning_rate * weight_decay of itself with every "
    "update of AdamW.",
    source=f"{PAPER}; {KERAS}",
    needs=(Capability.TRAIN,),
)
def weights_without_a_gradient_decay(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """For one step from a state of zero, the recurrent kernel has no gradient.

    A decay that is added to the gradient would be divided by its own size: every weight would move
    by the learning rate.
    """
    here = scene(subject, oracle, trial, AdamW(RATE, weight_decay=DECAY))
    before = here.ours.get_weights()[1]
    for number in (1, 2, 3):
        here.ours.train_on_batch(*here.batch(1))
        expected = (1 - RATE * DECAY) ** number * before
        what = f"recurrent kernel after update {number}"
        trial.assert_close(here.ours.get_weights()[1], expected, what, FORWARD, ("unit", "column"))


@clause(
    "TRAIN-333",
    "The first step of AdamW is that of Adam and the decay: the decay has no part in the moments.",
    source=PAPER,
    needs=(Capability.TRAIN,),
)
def decay_is_no_part_of_the_moments(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """In units of the learning rate: one, against the sign of the gradient, and the decay.

    With an epsilon this small, a component of the gradient that is nearly zero would move by less
    than one; the oracle says which ones they are, and they are left out.
    """
    rate = 2.0**-3
    here = scene(subject, oracle, trial, AdamW(rate, epsilon=1e-10, weight_decay=DECAY))
    x, y = here.batch()
    before, slopes = here.ours.get_weights(), here.slopes(x, y)
    moved = here.moved(x, y)
    for w, g, step in zip(before, slopes, moved, strict=True):
        clear = np.abs(g) > 1e-5
        expected = -np.sign(g) - DECAY * w
        trial.assert_close(
            step[clear] / rate, expected[clear], "first step in units of the rate", ADAM_STEP
        )


@clause(
    "TRAIN-334",
    "Weights decay beside the gradient, not through it: a limit of the gradient does not limit the "
    "decay, and momentum does not carry it on.",
    source=f"{PAPER}; {KERAS}",
    needs=(Capability.TRAIN,),
)
def decay_is_not_clipped(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Two updates of SGD with momentum and a small limit. Every array decays, the bias as well."""
    limit, momentum = 2.0**-6, 0.75
    settings = SGD(RATE, momentum=momentum, clipnorm=limit, weight_decay=DECAY)
    here = scene(subject, oracle, trial, settings)
    velocity = [0.0 * w for w in here.ours.get_weights()]
    for number in (1, 2):
        x, y = here.batch()
        y *= 8
        weights, slopes = here.ours.get_weights(), here.slopes(x, y)
        velocity = [
            momentum * v - RATE * limit * g / np.linalg.norm(g)
            for v, g in zip(velocity, slopes, strict=True)
        ]
        expected = [v - RATE * DECAY * w for v, w in zip(velocity, weights, strict=True)]
        here.agree(here.moved(x, y), expected, f"update {number}, movement", FORWARD)


@clause(
    "TRAIN-335",
    "The decay is a share of the weights as they were before the update, and Adam has one as well "
    "if it is asked for.",
    source=f"{PAPER}; {KERAS}",
    needs=(Capability.TRAIN,),
)
def decay_of_the_weights_before(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The difference between Adam with decay and without is that share, and nothing else."""
    rate, epsilon = 0.25, 2.0**-6
    here = scene(subject, oracle, trial, Adam(rate, epsilon=epsilon, weight_decay=DECAY))
    without = spec_of(Adam(rate, epsilon=epsilon))
    plain = trial.model(oracle, without, here.ours.get_weights())
    x, y = here.batch()
    before = here.ours.get_weights()
    moved = here.moved(x, y)
    plain.train_on_batch(x, y)
    expected = [
        now - w - rate * DECAY * w for now, w in zip(plain.get_weights(), before, strict=True)
    ]
    here.agree(moved, expected, "movement", FORWARD)


@clause(
    "TRAIN-547",
    "An optimiser that is told not to let the weights decay does not, whatever its default is: "
    "AdamW is then Adam.",
    source=f"{PAPER}; {KERAS}: AdamW lets weights decay unless it is told otherwise",
    needs=(Capability.TRAIN,),
)
def no_decay_is_no_decay(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """For one step from a state of zero, the recurrent kernel has no gradient: it stays as it is.

    The learning rate is so large that even the usual decay of AdamW would be seen.
    """
    here = scene(subject, oracle, trial, AdamW(1.0, epsilon=1.0, weight_decay=0.0))
    before = here.ours.get_weights()[1]
    here.ours.train_on_batch(*here.batch(1))
    trial.assert_close(here.ours.get_weights()[1], before, "recurrent kernel", EXACT)
