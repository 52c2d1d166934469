"""Learning rates that change: which rate a batch has, and what counts as one."""

from __future__ import annotations

import math

from lstm_spec.checking.side_by_side import is_fast
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.updates import ROWS, each_in_lockstep, scene
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import (
    SGD,
    AdamW,
    AnySchedule,
    CosineDecay,
    ExponentialDecay,
    PiecewiseConstant,
    RMSprop,
)
from lstm_spec.tolerances import FORWARD

KERAS = "Keras documentation, learning rate schedules"
SGDR = "Loshchilov & Hutter 2017, SGDR, equation 5"
BATCHES = 6

RATES: tuple[tuple[AnySchedule, tuple[float, ...]], ...] = (
    (ExponentialDecay(0.5, 4, 0.25), tuple(0.5 * 0.25 ** (n / 4) for n in range(BATCHES))),
    (ExponentialDecay(0.5, 2, 0.25, staircase=True), (0.5, 0.5, 0.125, 0.125, 2**-5, 2**-5)),
    (PiecewiseConstant((1, 3), (0.5, 0.25, 0.75)), (0.5, 0.5, 0.25, 0.25, 0.75, 0.75)),
    (
        CosineDecay(0.5, 4, alpha=0.25),
        tuple(0.125 + 0.375 * (1 + math.cos(math.pi * min(n, 4) / 4)) / 2 for n in range(BATCHES)),
    ),
)
"""Each schedule, and the rates of six batches: beyond every boundary and the end of the cosine."""


@clause(
    "TRAIN-347",
    "A schedule gives the learning rate of a batch by the number of batches before it: "
    "exponential, in stairs, piecewise constant and cosine.",
    source=f"{KERAS}; {SGDR}",
    needs=(Capability.TRAIN, Capability.FIT),
    strength=Strength.SHOULD,
)
def the_rate_of_a_batch(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The third and fourth batch are trained inside fit, which goes on counting; where calls are
    slow, with the first schedule alone.

    A boundary is the last batch of its piece. A cosine stays where it ends.
    """
    for place, (schedule, rates) in enumerate(RATES):
        inside_fit = (2, 3) if place == 0 or is_fast(trial) else ()
        here = scene(subject, oracle, trial, SGD(schedule))
        for number, rate in enumerate(rates):
            x, y = here.batch()
            before, slopes = here.ours.get_weights(), here.slopes(x, y)
            if number in inside_fit:
                here.ours.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False)
            else:
                here.ours.train_on_batch(x, y)
            expected = [w - rate * g for w, g in zip(before, slopes, strict=True)]
            what = f"{type(schedule).__name__}, after batch {number + 1}, value"
            here.agree(here.ours.get_weights(), expected, what, FORWARD)


@clause(
    "TRAIN-348",
    "Fifty updates with a schedule give the same loss and the same weights after every update: "
    "velocity and weight decay take the rate of their own batch.",
    source=KERAS,
    needs=(Capability.TRAIN,),
    strength=Strength.SHOULD,
)
def schedules_in_lockstep(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """What the subject lacks of the two is left out."""
    ways = (
        SGD(ExponentialDecay(0.25, 8, 0.5, staircase=True), momentum=0.75),
        AdamW(CosineDecay(0.02, 32, alpha=0.125), epsilon=1e-3, weight_decay=0.5),
    )
    each_in_lockstep(subject, oracle, trial, ways)


@clause(
    "TRAIN-349",
    "A stateful model trains in lockstep with a schedule, which counts batches without an update "
    "as well; a reset of the states does not start it anew.",
    source=f"{KERAS}; Keras documentation, optimizers: gradient_accumulation_steps",
    needs=(Capability.TRAIN, Capability.STATEFUL),
    strength=Strength.SHOULD,
)
def stateful_schedules_in_lockstep(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The gradients of two batches are accumulated; the resets are before batches 20 and 37."""
    schedule = PiecewiseConstant((9, 25, 39), (0.02, 0.005, 0.02, 0.01))
    ways = [RMSprop(schedule, epsilon=1e-3, gradient_accumulation_steps=2)]
    each_in_lockstep(subject, oracle, trial, ways, stateful=True)
