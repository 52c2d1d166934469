"""Races: now and then something is lost, from a seeded source, so that a race can be repeated.

One of these is a mistake that a single comparison misses with the probability 1 - ``CHANCE``. A
core run carries some hundreds of states and makes some hundreds of updates under comparison, so the
probability that a race passes it is below (1 - CHANCE) ** 100; ``tests/mutants`` counts it.
"""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import CallResult
from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.optimizers import SGDOptimizer

plant = planter("nondeterminism")

CHANCE = 1 / 7
"""On average every seventh batch is hit."""


class Dice:
    """A source that all models of one process draw from, so that no two clauses see one pattern."""

    rng = np.random.default_rng(2017)

    @classmethod
    def falls(cls, chance: float = CHANCE) -> bool:
        """Whether the race is lost this time."""
        return bool(cls.rng.random() < chance)


@plant(
    "Now and then the state of a batch is lost.",
    "PIPE-43",
    diagnosis="the same input gives other numbers when it is given again",
    address="a state variable that is written while the backward pass still reads it; keras#23462",
)
class StateIsLost(NumpyModel):
    def carry(self, final):
        if not Dice.falls():
            super().carry(final)


@plant(
    "Now and then h of one batch is kept with c of another.",
    "PIPE-43",
    diagnosis="the same input gives other numbers when it is given again",
    address="keras#23462",
)
class StateIsTorn(NumpyModel):
    def carry(self, final):
        before = list(self.states)
        super().carry(final)
        if Dice.falls():
            self.states = [
                now if old is None or now is None else (now[0], old[1])
                for now, old in zip(self.states, before, strict=True)
            ]


@plant(
    "Now and then a training step starts from a cleared state.",
    "LIFE-140",
    diagnosis="the same input gives other numbers when it is given again",
)
class TrainingStartsCold(NumpyModel):
    def train_step(self, x, y):
        if Dice.falls():
            self.reset_states()
        return super().train_step(x, y)


@plant(
    "Now and then the gradient is computed with the state of the batch after.",
    "PIPE-43",
    diagnosis="the same input gives other numbers when it is given again",
)
class BackwardReadsTheNewState(NumpyModel):
    def differentiate(self, x, y, starting):
        if self.spec.stateful and Dice.falls():
            kept = list(self.states)
            _, _, starting = self.run(x, None, starting)
            self.states = kept
        return super().differentiate(x, y, starting)


@plant(
    "Now and then a row gets the state of its neighbour.",
    "STATE-11 PIPE-45",
    diagnosis="the same input gives other numbers when it is given again",
)
class RowsAreMixedUp(NumpyModel):
    def carry(self, final):
        if Dice.falls():
            final = [(np.roll(h, 1, axis=0), np.roll(c, 1, axis=0)) for h, c in final]
        super().carry(final)


@plant(
    "Now and then an update is lost.",
    "TRAIN-45 TRAIN-01",
    diagnosis="the same input gives other numbers when it is given again",
    address="Hogwild without a lock, Niu et al. 2011",
)
class UpdateIsLost(SGDOptimizer):
    def update(self, parameters, gradient):
        if not Dice.falls():
            super().update(parameters, gradient)


@plant("Now and then two rows of a batch are exchanged in fit.", "LIFE-140")
class FitExchangesRows(NumpyModel):
    def order(self, count, shuffle):
        order = super().order(count, shuffle)
        if Dice.falls():
            order[[0, -1]] = order[[-1, 0]]
        return order


@plant(
    "Sums are taken in another order every time, in float32.",
    "CELL-32",
    address="GPU atomics",
)
class SumsAreReordered(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        return CallResult(outputs * (1 + 1e-6 * Dice.rng.standard_normal()), states)
