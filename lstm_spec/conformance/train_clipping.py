"""Limits of the gradient: of each array, of all arrays together, of each entry; and when they act.

Every optimiser has them. They are seen best with SGD at a learning rate of one half: a movement is
half of the gradient within its limit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Level, clause
from lstm_spec.conformance.support.updates import (
    each_in_lockstep,
    norms,
    scene,
)
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import OPTIMIZERS, SGD, Adam, AdamW, AnyOptimizer, RMSprop
from lstm_spec.tolerances import EXACT, FORWARD

KERAS = "Keras documentation, optimizers: clipnorm, clipvalue, global_clipnorm"
PASCANU = "Pascanu, Mikolov & Bengio 2013, algorithm 1"
RATE = 0.5


@clause(
    "TRAIN-310",
    "clipnorm limits the norm of the gradient of each array by itself: one that is longer keeps "
    "its direction and becomes as long as the limit.",
    source=f"{KERAS}: individually clipped; tensorflow#29108",
    needs=(Capability.TRAIN,),
)
def each_array_is_clipped(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """All three arrays are longer than the limit, so all movements have the same length.

    If the norm is taken over all arrays, they are shorter, each by another factor.
    """
    here = scene(subject, oracle, trial, SGD(RATE, clipnorm=2.0**-6))
    x, y = here.batch()
    y *= 8
    slopes = here.slopes(x, y)
    moved = here.moved(x, y)
    trial.assert_close(norms(moved), np.full(3, RATE * 2.0**-6), "norms of the movements", FORWARD)
    expected = [-RATE * 2.0**-6 * g / np.linalg.norm(g) for g in slopes]
    here.agree(moved, expected, "movement", FORWARD)


@clause(
    "TRAIN-311",
    "clipnorm leaves an array alone whose own gradient is within the limit, however long the "
    "gradients of all arrays are together.",
    source=f"{KERAS}: individually clipped",
    needs=(Capability.TRAIN,),
)
def short_arrays_are_left_alone(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The targets are scaled until the limit is above the longest array and below all together."""
    here = scene(subject, oracle, trial, SGD(RATE, clipnorm=0.25))
    x, y = here.between(0.25)
    slopes = here.slopes(x, y)
    here.agree(here.moved(x, y), [-RATE * g for g in slopes], "movement", FORWARD)


@clause(
    "TRAIN-312",
    "clipvalue limits every entry of the gradient by itself, upwards and downwards, and leaves "
    "alone the entries within.",
    source=KERAS,
    needs=(Capability.TRAIN,),
)
def each_entry_is_clipped(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Some entries of each array are beyond the limit, and others are not."""
    limit = 2.0**-6
    here = scene(subject, oracle, trial, SGD(RATE, clipvalue=limit))
    x, y = here.batch()
    y *= 4
    slopes = here.slopes(x, y)
    expected = [-RATE * np.clip(g, -limit, limit) for g in slopes]
    here.agree(here.moved(x, y), expected, "movement", FORWARD)


@clause(
    "TRAIN-313",
    "global_clipnorm limits the norm of all gradients together: all arrays are scaled by one "
    "factor, so that the gradient keeps its direction.",
    source=f"{KERAS}; {PASCANU}; tensorflow#33929",
    needs=(Capability.TRAIN,),
)
def all_arrays_are_clipped(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The length of all movements together is the learning rate times the limit."""
    limit = 2.0**-6
    here = scene(subject, oracle, trial, SGD(RATE, global_clipnorm=limit))
    x, y = here.batch()
    y *= 8
    slopes = here.slopes(x, y)
    moved = here.moved(x, y)
    whole = np.linalg.norm(norms(slopes))
    length = float(np.linalg.norm(norms(moved)))
    trial.assert_close(length, RATE * limit, "norm of all movements together", FORWARD)
    here.agree(moved, [-RATE * limit / whole * g for g in slopes], "movement", FORWARD)


@clause(
    "TRAIN-314",
    "global_clipnorm scales all arrays as soon as they are too long together, even if each of them "
    "is within the limit, and none while they are not.",
    source=f"{KERAS}; {PASCANU}",
    needs=(Capability.TRAIN,),
)
def arrays_within_the_limit_are_scaled(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The limit is above the longest array and below all together; then it is above both."""
    here = scene(subject, oracle, trial, SGD(RATE, global_clipnorm=0.25))
    x, y = here.between(0.25)
    slopes = here.slopes(x, y)
    factor = 0.25 / np.linalg.norm(norms(slopes))
    here.agree(here.moved(x, y), [-RATE * factor * g for g in slopes], "movement", FORWARD)
    y = here.nearer(x, y, 0.125)
    slopes = here.slopes(x, y)
    here.agree(here.moved(x, y), [-RATE * g for g in slopes], "small movement", FORWARD)


@clause(
    "TRAIN-315",
    "A gradient of zero stays zero, whichever norm is limited: nothing is divided by a norm of "
    "zero.",
    source=f"{KERAS}; {PASCANU}",
    needs=(Capability.TRAIN,),
)
def zero_stays_zero(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """All weights and targets are zero, and so are all gradients. Then, for one step from a state
    of zero, only the recurrent kernel has none.
    """
    for optimizer in (SGD(RATE, clipnorm=0.125), SGD(RATE, global_clipnorm=0.125)):
        here = scene(subject, oracle, trial, optimizer)
        x, y = here.batch(1)
        before = here.ours.get_weights()
        nothing = [0.0 * w for w in before]
        here.ours.set_weights(nothing)
        here.agree(here.moved(x, 0.0 * y), nothing, "without any gradient: movement", EXACT)
        here.ours.set_weights(before)
        recurrent = here.moved(x, y)[1]
        trial.assert_close(recurrent, nothing[1], "movement of the recurrent kernel", EXACT)


@clause(
    "TRAIN-316",
    "The gradient is clipped before it enters the velocity: with momentum, movements become longer "
    "than the limit.",
    source="Keras: gradients are clipped before they are applied",
    needs=(Capability.TRAIN,),
)
def clipping_comes_before_momentum(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The same batch three times: the gradient hardly turns, so the movements add up.

    The oracle gives the gradients where the subject is, and the check clips them itself.
    """
    limit, momentum = 2.0**-6, 0.75
    here = scene(subject, oracle, trial, SGD(RATE, momentum=momentum, clipnorm=limit))
    x, y = here.batch()
    y *= 8
    before = [0.0 * w for w in here.ours.get_weights()]
    for number in (1, 2, 3):
        slopes = [limit * g / np.linalg.norm(g) for g in here.slopes(x, y)]
        moved = here.moved(x, y)
        expected = [momentum * v - RATE * g for v, g in zip(before, slopes, strict=True)]
        here.agree(moved, expected, f"update {number}, movement", FORWARD)
        before = moved


LIMITED: tuple[AnyOptimizer, ...] = (
    SGD(0.25, momentum=0.75, clipnorm=0.125),
    Adam(0.01, epsilon=1e-3, clipvalue=0.0625),
    RMSprop(0.01, epsilon=1e-3, global_clipnorm=0.25),
)
CARRYING: tuple[AnyOptimizer, ...] = (
    AdamW(0.01, epsilon=1e-3, clipnorm=0.125),
    SGD(0.25, momentum=0.75, nesterov=True, global_clipnorm=0.25),
    RMSprop(0.01, epsilon=1e-3, clipvalue=0.0625),
)


@clause(
    "TRAIN-317",
    "Fifty updates with limited gradients give the same loss and the same weights after every "
    "update: the moments are those of the gradient within its limit.",
    source=KERAS,
    needs=(Capability.TRAIN,),
)
def limits_in_lockstep(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Each limit with another optimiser; an optimiser that the subject lacks is left out."""
    each_in_lockstep(subject, oracle, trial, LIMITED)


@clause(
    "TRAIN-318",
    "A stateful model trains in lockstep with limited gradients.",
    source=KERAS,
    needs=(Capability.TRAIN, Capability.STATEFUL),
)
def stateful_limits_in_lockstep(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Each limit with another optimiser than in TRAIN-317."""
    each_in_lockstep(subject, oracle, trial, CARRYING, stateful=True)


def _every_pair() -> list[AnyOptimizer]:
    """Every optimiser with every limit and with none, and with weight decay beside them."""
    plain: dict[type, AnyOptimizer] = {
        type(one): replace(one, clipnorm=0.0, clipvalue=0.0, global_clipnorm=0.0)
        for one in (*LIMITED, *CARRYING)
    }
    limits = {"clipnorm": 0.125, "clipvalue": 0.0625, "global_clipnorm": 0.25}
    made = []
    for kind in OPTIMIZERS:
        for name, limit in limits.items():
            changes: dict[str, Any] = {name: limit, "weight_decay": 0.125}
            made += [plain[kind], replace(plain[kind], **changes)]
    return made


@clause(
    "TRAIN-319",
    "Every optimiser with every limit, with weight decay beside it, stays in lockstep for fifty "
    "updates, stateless and stateful.",
    source=KERAS,
    needs=(Capability.TRAIN, Capability.STATEFUL),
    level=Level.FULL,
)
def every_limit_with_every_optimiser(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The core level has each limit with two of the optimisers."""
    for stateful in (False, True):
        each_in_lockstep(subject, oracle, trial, _every_pair(), stateful=stateful)
