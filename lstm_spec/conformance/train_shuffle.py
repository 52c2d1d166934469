"""Shuffling as seen from outside: the weights tell in which order the rows were used.

Each order of a few rows, with one row per batch, leads to different weights. The oracle trains in
all of these orders, and a shuffled epoch of the subject must end at one of the results. This shows
at the same time that every row was used exactly once, with its own target and in an update of its
own.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.evidence import Deviation
from lstm_spec.model import LSTM, SGD, ModelSpec
from lstm_spec.tolerances import LOCKSTEP

SPEC = ModelSpec((LSTM(4),), features=3, optimizer=SGD(0.5))
APART = 50 * LOCKSTEP
"""How far apart the results of any two orders must be, so that a result identifies its order."""
Order = tuple[int, ...]


def flat(model: Model) -> Array:
    """All weights as one vector."""
    return np.concatenate([one.ravel() for one in model.get_weights()]).astype(np.float64)


def walk(
    model: Model, weights: list[Array], x: Array, y: Array, taken: Order = ()
) -> Iterator[tuple[Order, Array]]:
    """Every order of the rows of x, and the weights to which it leads from ``weights``."""
    if len(taken) == len(x):
        model.set_weights(weights)
        yield taken, flat(model)
        return
    for row in sorted(set(range(len(x))) - set(taken)):
        model.set_weights(weights)
        model.train_on_batch(x[[row]], y[[row]])
        yield from walk(model, model.get_weights(), x, y, (*taken, row))


def telling_rows(
    trial: Trial, theirs: Model, rows: int
) -> tuple[list[Array], Array, Array, dict[Order, Array]]:
    """Weights, x and y, and the result of every order, drawn until all results are ``APART``."""
    for _ in range(50):
        weights = trial.weights(SPEC)
        x, y = random_batch(trial, SPEC, rows, 3)
        ends = dict(walk(theirs, weights, x, 2 * y))
        if all(np.abs(a - b).max() > APART for a, b in combinations(ends.values(), 2)):
            return weights, x, 2 * y, ends
    raise RuntimeError("50 draws gave no rows whose orders can be distinguished")


def order_of(end: Array, ends: dict[Order, Array], what: str) -> Order:
    """The order that leads to these weights, or a Deviation if none does."""
    nearest = min(ends, key=lambda order: float(np.abs(ends[order] - end).max()))
    distance = float(np.abs(ends[nearest] - end).max())
    if distance > LOCKSTEP:
        raise Deviation(
            f"{what}: no order of the rows leads to these weights; the nearest order is "
            f"{nearest}, off by {distance:.3g} (tolerance {LOCKSTEP:g})"
        )
    return nearest


@clause(
    "TRAIN-56",
    "A shuffled epoch uses every row exactly once, in some order, each with its own target.",
    source="Keras documentation, Model.fit(shuffle)",
    needs=(Capability.FIT,),
)
def every_row_once(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Three shuffled epochs start from the same weights, and each must end at the result of one of
    the 24 orders of 4 rows. If rows are drawn with replacement, if x is shuffled without y, or if a
    row is left out, the weights are different.
    """
    ours, theirs = trial.twins(subject, oracle, SPEC)
    weights, x, y, ends = telling_rows(trial, theirs, 4)
    for number in range(1, 4):
        ours.set_weights(weights)
        ours.fit(x, y, batch_size=1, epochs=1, shuffle=True)
        order = order_of(flat(ours), ends, f"shuffled epoch {number}")
        trial.assert_that(len(order) == 4, "an order has as many rows as x")


@clause(
    "TRAIN-57",
    "Shuffling changes the order of the rows, and without shuffling they keep their order.",
    source="Keras documentation, Model.fit(shuffle)",
    needs=(Capability.FIT,),
)
def shuffling_changes_the_order(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Without shuffling, the order must be 0, 1, 2, 3. With shuffling, it must be another order at
    least once in eight epochs. A fair shuffle keeps the order eight times in succession once in
    24^8, or 10^11, runs.
    """
    ours, theirs = trial.twins(subject, oracle, SPEC)
    weights, x, y, ends = telling_rows(trial, theirs, 4)
    kept = (0, 1, 2, 3)
    ours.set_weights(weights)
    ours.fit(x, y, batch_size=1, epochs=1, shuffle=False)
    order = order_of(flat(ours), ends, "without shuffling")
    trial.assert_that(order == kept, f"without shuffling, the rows were used in the order {order}")
    for _ in range(8):
        ours.set_weights(weights)
        ours.fit(x, y, batch_size=1, epochs=1, shuffle=True)
        order = order_of(flat(ours), ends, "with shuffling")
        if order != kept:
            break
    trial.assert_that(order != kept, "with shuffling, eight epochs kept the rows in their order")


@clause(
    "TRAIN-58",
    "The rows are shuffled anew for every epoch.",
    source="Keras documentation, Model.fit(shuffle): before each epoch",
    needs=(Capability.FIT,),
    strength=Strength.SHOULD,
)
def shuffled_anew(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """One fit of two epochs trains on three rows. It has 36 possible results, each of which
    identifies both orders. The check makes up to twelve fits until one has two different orders; by
    chance, all twelve repeat their order once in 6^12, or 2 * 10^9, runs.
    """
    ours, theirs = trial.twins(subject, oracle, SPEC)
    weights, x, y, _ = telling_rows(trial, theirs, 3)
    ends: dict[Order, Array] = {}
    for first, _ in list(walk(theirs, weights, x, y)):
        theirs.set_weights(weights)
        for row in first:
            theirs.train_on_batch(x[[row]], y[[row]])
        for second, end in walk(theirs, theirs.get_weights(), x, y):
            ends[first + second] = end
    for _ in range(12):
        ours.set_weights(weights)
        ours.fit(x, y, batch_size=1, epochs=2, shuffle=True)
        order = order_of(flat(ours), ends, "two shuffled epochs")
        if order[:3] != order[3:]:
            break
    trial.assert_that(
        order[:3] != order[3:], "in each of twelve fits, both epochs used the same order"
    )
