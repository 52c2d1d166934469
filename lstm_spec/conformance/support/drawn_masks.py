"""Masks of dropout, read off results: nobody has to draw the same ones as the oracle.

In the layers that are used here every kernel is diagonal in each of its four blocks. A unit then
reads one input and its own h, and nothing of its neighbours. What it does in a row depends on one
entry of the mask of each gate, and there are sixteen possibilities: each of the four is dropped
(0) or kept (1 / (1 - rate)). A layer without dropout whose blocks are multiplied by these numbers
shows what each of them gives, and the results say which one it was. That no other came is checked
with it: a mask that changes from step to step, that is not divided by the share that is kept, or
that reaches c, gives none of the sixteen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

import numpy as np

from lstm_spec.checking.binomial import is_unlikely
from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation, dropout_masks_of
from lstm_spec.evidence import Deviation
from lstm_spec.model import LSTM, SGD, ModelSpec
from lstm_spec.tolerances import FORWARD

Of = Literal["x", "h"]
"""What is dropped: entries of the input, or of h before a step."""

OF_BOTH: tuple[Of, Of] = ("x", "h")

UNITS, ROWS, STEPS = 8, 16, 4
GATES = ("input", "forget", "cell", "output")

CLEAR = 20 * FORWARD
"""Two possibilities that are closer than this are not told apart: such an entry is left out."""

ENOUGH = 0.8
"""The share of entries that must be clear; it is a property of the weights, not of the subject."""


@dataclass(frozen=True)
class Dropping:
    """A layer that drops entries of x or of h, the same layer without, and diagonal weights."""

    of: Of
    rate: float
    spec: ModelSpec
    weights: list[Array]

    @property
    def plain(self) -> ModelSpec:
        """The layer without dropout."""
        return without_dropout(self.spec)

    @property
    def words(self) -> str:
        """What is dropped, for a message."""
        return f"{'dropout' if self.of == 'x' else 'recurrent dropout'} {self.rate:g}"

    def with_factors(self, factors: Sequence[float]) -> list[Array]:
        """The weights with the blocks of the kernel that is dropped multiplied, gate by gate."""
        return self.scaled(np.tile(factors, (self.spec.features, 1)))

    def scaled(self, factors: Array) -> list[Array]:
        """The same with a factor for each entry of what is dropped and each gate, (units, 4).

        That is what a mask does, seen from the kernel.
        """
        changed = list(self.weights)
        changed[self.place] = (changed[self.place] * self.spread(factors)).astype(np.float32)
        return changed

    def through(self, factors: Array, gradients: Sequence[Array]) -> list[Array]:
        """The gradients of the weights behind a mask, from those of the scaled weights."""
        changed = list(gradients)
        changed[self.place] = changed[self.place] * self.spread(factors)
        return changed

    def spread(self, factors: Array) -> Array:
        """(units, 4) as (units, 4 units): one factor for each row of each block."""
        return np.repeat(factors, self.spec.features, axis=1)

    @property
    def place(self) -> int:
        """Which of the weights is the kernel of what is dropped."""
        return 0 if self.of == "x" else 1


def without_dropout(spec: ModelSpec) -> ModelSpec:
    """The same model, in which nothing is dropped."""
    return spec.with_cells(
        lambda layer: replace(layer, dropout=0.0, recurrent_dropout=0.0, seed=None)
    )


def dropping(trial: Trial, of: Of, rate: float) -> Dropping:
    """One layer with diagonal weights that drops at this rate."""
    of_x, of_h = (rate, 0.0) if of == "x" else (0.0, rate)
    layer = LSTM(UNITS, return_sequences=True, dropout=of_x, recurrent_dropout=of_h)
    spec = ModelSpec((layer,), UNITS, optimizer=SGD(1.0))
    return Dropping(of, rate, spec, [diagonal(trial), diagonal(trial), trial.array(4 * UNITS)])


def diagonal(trial: Trial) -> Array:
    """(units, 4 units): four diagonal blocks of numbers between 0.6 and 1.2, of either sign."""
    found = np.zeros((UNITS, 4 * UNITS), np.float32)
    for gate in range(4):
        sizes = away_from_zero(trial, UNITS)
        found[np.arange(UNITS), gate * UNITS + np.arange(UNITS)] = sizes
    return found


def away_from_zero(trial: Trial, *shape: int) -> Array:
    """Numbers between 0.6 and 1.2, of either sign: what is multiplied by them is seen."""
    sizes: Array = trial.rng.uniform(0.6, 1.2, shape) * trial.rng.choice([-1.0, 1.0], shape)
    return sizes.astype(np.float32)


def possibilities(rate: float) -> list[tuple[float, ...]]:
    """What the four gates of one unit may multiply one entry by."""
    return list(product((0.0, 1.0 / (1.0 - rate)), repeat=4))


Shown = Callable[[list[Array]], Array]
"""What the oracle gives for weights, without dropout: (rows, steps, units)."""


class Reading:
    """Reads masks off results of one layer for one batch."""

    def __init__(self, trial: Trial, given: Dropping, shown: Shown) -> None:
        self.trial, self.given = trial, given
        choices = possibilities(given.rate)
        self.kept = (np.array(choices) > 0).astype(float)
        self.candidates = np.array([shown(given.with_factors(one)) for one in choices])
        self.plain = shown(given.weights)

    @property
    def closest(self) -> float:
        """How far apart the two possibilities are that are hardest to tell apart."""
        apart = np.abs(self.candidates[:, None] - self.candidates[None]).max(axis=3)
        ones = np.triu_indices(len(self.candidates), 1)
        return float(apart[ones].min())

    def masks(self, seen: Array, what: str) -> Array:
        """Which entries were kept: (rows, units, 4) of 0 and 1, NaN where that is not clear.

        ``seen`` are the subject's results, (rows, steps, units). Raises ``Deviation`` where they
        are those of no mask.
        """
        self.trial.assert_that(
            seen.shape == self.plain.shape,
            f"{what}: expected shape {self.plain.shape}, got {seen.shape}",
        )
        distances = np.abs(self.candidates - seen).max(axis=2)  # (16, rows, units)
        nearest, second = np.sort(distances, axis=0)[:2]
        if not nearest.max() <= FORWARD:
            raise self.deviation(seen, nearest, what)
        self.trial.seen.comparisons += nearest.size
        kept: Array = self.kept[distances.argmin(axis=0)]
        kept[second <= CLEAR] = np.nan
        if np.isnan(kept).mean() > 1 - ENOUGH:
            raise ValueError("the weights leave too many entries unclear")
        return kept

    def deviation(self, seen: Array, nearest: Array, what: str) -> Deviation:
        """What is said of results that no mask gives."""
        row, unit = np.unravel_index(int(nearest.argmax()), nearest.shape)
        dropped_nothing = bool(np.abs(self.plain - seen).max() <= FORWARD)
        told = "those without dropout" if dropped_nothing else "those of no mask"
        return Deviation(
            f"{what} with {self.given.words}: they are {told}; in row {row}, unit {unit}, the "
            f"nearest mask of 0 and {1 / (1 - self.given.rate):g} is {nearest.max():.3g} away"
        )


def of_outputs(trial: Trial, oracle: Implementation, given: Dropping, x: Array) -> Reading:
    """Reads the masks of calls in training off their outputs for x."""
    model = oracle.build(given.plain)

    def shown(weights: list[Array]) -> Array:
        model.set_weights(weights)
        return model.call(x).outputs

    return Reading(trial, given, shown)


def by_gate(subject: Implementation, given: Dropping) -> bool:
    """Whether the subject has declared that each gate has a mask of its own here."""
    policy = dropout_masks_of(subject)
    return policy == "by gate" or (policy != "one" and given.of == "h")


def assert_share(trial: Trial, kept: Array, share: float, what: str) -> None:
    """Fail if ones are not a share of the entries that is likely; NaN does not count."""
    known = kept[~np.isnan(kept)]
    count, of = int(known.sum()), known.size
    trial.assert_that(
        not is_unlikely(count, of, share),
        f"{what}: expected about {share * of:.0f} of {of}, got {count}",
    )


def assert_independent(trial: Trial, one: Array, other: Array, rate: float, what: str) -> None:
    """Fail if two masks agree in more, or fewer, entries than masks drawn one by one would."""
    agree = np.where(np.isnan(one + other), np.nan, (one == other).astype(float))
    assert_share(trial, agree, rate**2 + (1 - rate) ** 2, f"entries alike in {what}")


def pairs_of(masks: Array, axis: int) -> tuple[Array, Array]:
    """Even and odd places along an axis: each is in one pair only, so the pairs are independent."""
    count = masks.shape[axis] // 2 * 2
    even, odd = range(0, count, 2), range(1, count, 2)
    return np.take(masks, even, axis), np.take(masks, odd, axis)
