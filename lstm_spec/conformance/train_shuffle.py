"""Shuffling seen from outside: the weights tell in which order the rows were taken.

Every order of a few rows, one row a batch, leads to weights of its own. The oracle walks them all;
a shuffled epoch of the subject must end at one of them. That it does says at once that every row
was used exactly once, each with its own target and each in an update of its own.
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
"""How far apart the ends of any two orders must be, so that an end names its order."""
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
    """Weights, x and y, and the end of every order, drawn until all ends are ``APART``."""
    for _ in range(50):
        weights = trial.weights(SPEC)
        x, y = random_batch(trial, SPEC, rows, 3)
        ends = dict(walk(theirs, weights, x, 2 * y))
        if all(np.abs(a - b).max() > APART for a, b in combinations(ends.values(), 2)):
            return weights, x, 2 * y, ends
    raise RuntimeError("no rows whose orders can be told apart in 50 draws")


def order_of(end: Array, ends: dict[Order, Array], what: str) -> Order:
    """The order that leads to this end, or a Deviation if none does."""
    nearest = min(ends, key=lambda order: float(np.abs(ends[order] - end).max()))
    distance = float(np.abs(ends[nearest] - end).max())
    if distance > LOCKSTEP:
        raise Deviation(
            f"{what}: the weights are reached by no order of the rows; the nearest order is "
            f"{nearest}, off by {distance:.3g} (tolerance {LOCKSTEP:g})"
        )
    return nearest


@clause(
    "TRAIN-56",
    "A shuffled epoch takes every row exactly once, in some order, each with its own target.",
    source="Keras documentation, Model.fit(shuffle)",
    needs=(Capability.FIT,),
)
def every_row_once(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Three shuffled epochs from the same weights, each found among the 24 orders of 4 rows.

    Rows drawn with replacement, x shuffled without y, or a row left out lead somewhere else.
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
    "Shuffling changes the order of the rows, and without it they keep their order.",
    source="Keras documentation, Model.fit(shuffle)",
    needs=(Capability.FIT,),
)
def shuffling_changes_the_order(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Unshuffled, the order found is 0, 1, 2, 3. Shuffled, it is another one in eight epochs.

    A fair shuffle keeps the order eight times running once in 24^8, or 10^11, runs.
    """
    ours, theirs = trial.twins(subject, oracle, SPEC)
    weights, x, y, ends = telling_rows(trial, theirs, 4)
    kept = (0, 1, 2, 3)
    ours.set_weights(weights)
    ours.fit(x, y, batch_size=1, epochs=1, shuffle=False)
    order = order_of(flat(ours), ends, "shuffle off")
    trial.assert_that(order == kept, f"shuffle off: the rows were taken in the order {order}")
    for _ in range(8):
        ours.set_weights(weights)
        ours.fit(x, y, batch_size=1, epochs=1, shuffle=True)
        order = order_of(flat(ours), ends, "shuffle on")
        if order != kept:
            break
    trial.assert_that(order != kept, "shuffle on: eight epochs kept the rows in their order")


@clause(
    "TRAIN-58",
    "The rows are shuffled anew for every epoch.",
    source="Keras documentation, Model.fit(shuffle): before each epoch",
    needs=(Capability.FIT,),
    strength=Strength.SHOULD,
)
def shuffled_anew(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Two epochs of three rows in one fit: one of 36 ways, and the way says both orders.

    Twelve fits may be used until one has two different orders; by chance all twelve repeat
    themselves once in 6^12, or 2 * 10^9, runs.
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
    trial.assert_that(order[:3] != order[3:], "in twelve fits both epochs had the same order")
