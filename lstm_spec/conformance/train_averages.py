"""Gradients that are accumulated over batches, and running averages of the weights."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.updates import ROWS, each_in_lockstep, scene
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import SGD, Adam, AdamW, RMSprop
from lstm_spec.tolerances import EXACT, FORWARD, LOCKSTEP

EMA = "Keras documentation, optimizers: use_ema, ema_momentum, ema_overwrite_frequency"
POLYAK = "Polyak & Juditsky 1992, Acceleration of stochastic approximation by averaging"
GATHERED = "Keras documentation, optimizers: gradient_accumulation_steps"
RATE, KEPT = 0.5, 0.75


def _mixed(average: list[Array], weights: list[Array], kept: float) -> list[Array]:
    return [kept * a + (1 - kept) * w for a, w in zip(average, weights, strict=True)]


@clause(
    "TRAIN-340",
    "With use_ema, updates are those without it, and fit ends with the running average of the "
    "weights in their place.",
    source=f"{EMA}; {POLYAK}",
    needs=(Capability.TRAIN, Capability.FIT),
    strength=Strength.SHOULD,
)
def fit_ends_with_the_average(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Two updates with train_on_batch, and a third inside fit.

    The average is first the weights after the first update: it has no part of what they were
    before, and none of zero.
    """
    here = scene(subject, oracle, trial, SGD(RATE, use_ema=True, ema_momentum=KEPT))
    average: list[Array] = []
    for number in (1, 2, 3):
        x, y = here.batch()
        before, slopes = here.ours.get_weights(), here.slopes(x, y)
        weights = [w - RATE * g for w, g in zip(before, slopes, strict=True)]
        average = _mixed(average, weights, KEPT) if average else weights
        if number == 3:
            here.ours.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False)
            here.agree(here.ours.get_weights(), average, "after fit, value", LOCKSTEP)
        else:
            here.ours.train_on_batch(x, y)
            here.agree(here.ours.get_weights(), weights, f"after update {number}, value", FORWARD)


@clause(
    "TRAIN-341",
    "Every update whose number ema_overwrite_frequency divides ends with the average in place of "
    "the weights; fifty updates stay in lockstep.",
    source=EMA,
    needs=(Capability.TRAIN,),
    strength=Strength.SHOULD,
)
def averages_in_lockstep(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Each optimiser that the subject has goes on from the average every third time."""
    ways = (
        SGD(0.25, momentum=0.75, use_ema=True, ema_momentum=KEPT, ema_overwrite_frequency=3),
        AdamW(0.01, epsilon=1e-3, use_ema=True, ema_momentum=KEPT, ema_overwrite_frequency=3),
    )
    each_in_lockstep(subject, oracle, trial, ways)


@clause(
    "TRAIN-342",
    "A stateful model trains in lockstep with averages of its weights; a reset in between keeps "
    "them.",
    source=EMA,
    needs=(Capability.TRAIN, Capability.STATEFUL),
    strength=Strength.SHOULD,
)
def stateful_averages_in_lockstep(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are resets before updates 20 and 37."""
    ways = [RMSprop(0.01, epsilon=1e-3, use_ema=True, ema_momentum=KEPT, ema_overwrite_frequency=3)]
    each_in_lockstep(subject, oracle, trial, ways, stateful=True)


@clause(
    "TRAIN-343",
    "With gradient_accumulation_steps, batches without an update change no weight, and an update "
    "takes the mean of the gradients since the one before.",
    source=GATHERED,
    needs=(Capability.TRAIN,),
    strength=Strength.SHOULD,
)
def gradients_accumulate(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Two rounds of three batches; the gradients are limited after they have been averaged."""
    limit = 2.0**-4
    settings = SGD(RATE, clipvalue=limit, gradient_accumulation_steps=3)
    here = scene(subject, oracle, trial, settings)
    for number in (1, 2):
        batches = [here.batch() for _ in range(3)]
        found = [here.slopes(*batch) for batch in batches]
        for batch in batches[:-1]:
            nothing = [0.0 * g for g in found[0]]
            here.agree(here.moved(*batch), nothing, "movement before the update", EXACT)
        means = [np.mean(one, axis=0) for one in zip(*found, strict=True)]
        expected = [-RATE * np.clip(g, -limit, limit) for g in means]
        here.agree(here.moved(*batches[-1]), expected, f"update {number}, movement", FORWARD)


@clause(
    "TRAIN-344",
    "Fifty batches with accumulated gradients give the same loss and the same weights after every "
    "one: the moments and the count of Adam are those of the updates.",
    source=GATHERED,
    needs=(Capability.TRAIN,),
    strength=Strength.SHOULD,
)
def accumulation_in_lockstep(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Three batches to an update, so that the last update is missing two."""
    ways = [Adam(0.02, epsilon=1e-3, weight_decay=0.25, gradient_accumulation_steps=3)]
    each_in_lockstep(subject, oracle, trial, ways)


@clause(
    "TRAIN-345",
    "A stateful model whose gradients are accumulated carries its state from batch to batch, "
    "whether an update follows or not.",
    source=f"{GATHERED}; contract, stateful",
    needs=(Capability.TRAIN, Capability.STATEFUL),
    strength=Strength.SHOULD,
)
def stateful_accumulation_in_lockstep(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are resets before batches 20 and 37, in the middle of a round of three."""
    ways = [SGD(0.25, momentum=0.75, gradient_accumulation_steps=3)]
    each_in_lockstep(subject, oracle, trial, ways, stateful=True)


@clause(
    "TRAIN-346",
    "Beside accumulated gradients, the average takes in the weights once for every update, and "
    "replaces them only then.",
    source=f"{GATHERED}: variables are not updated at every step; {EMA}",
    needs=(Capability.TRAIN,),
    strength=Strength.SHOULD,
)
def averages_beside_accumulation(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Two batches to an update, and the average replaces the weights in every second update.

    A batch without an update must not move any weight, whatever the average is.
    """
    settings = SGD(
        RATE,
        use_ema=True,
        ema_momentum=KEPT,
        ema_overwrite_frequency=2,
        gradient_accumulation_steps=2,
    )
    here = scene(subject, oracle, trial, settings)
    here.theirs = trial.model(oracle, here.spec, here.ours.get_weights())
    for number in range(1, 9):
        x, y = here.batch()
        here.ours.train_on_batch(x, y)
        here.theirs.train_on_batch(x, y)
        what = f"after batch {number}, value"
        here.agree(here.ours.get_weights(), here.theirs.get_weights(), what, FORWARD)
