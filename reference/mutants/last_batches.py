"""Rows that do not fill a batch: dropped, spread, refused too late, or run with new states."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reference.mutants.batches import Unchecked
from reference.mutants.planting import planter
from reference.numpy import NumpyModel, checks

plant = planter("partial_batches")


def whole(x, batch_size):
    """The rows that make whole batches."""
    return x[: len(x) // batch_size * batch_size]


# The last batch of predict ------------------------------------------------------------------------


@plant(
    "predict drops a smaller last batch, of stateful and stateless models alike.",
    "STATE-21 STATE-51 STATE-59",
)
class PredictDropsTheRest(Unchecked):
    def rest(self, x, batch_size):
        return np.zeros((0, *self.spec.output_shape(1, x.shape[1])[1:]))


@plant("predict spreads a last row that is alone over all states.", "STATE-51 STATE-59")
class LastRowIsSpread(Unchecked):
    def rest(self, x, batch_size):
        if batch_size % len(x):
            raise ValueError("shapes do not match")
        spread = np.repeat(x, batch_size // len(x), axis=0)
        return self.run(spread, None, self.starting_states(batch_size))[0]


@plant("A stateful predict runs every whole batch before it refuses the rest.", "STATE-51 STATE-60")
class RefusesWhenItIsReached(Unchecked):
    def rest(self, x, batch_size):
        if self.spec.stateful:
            raise ValueError("the last batch is too small")
        return self.run(x, None, self.starting_states(len(x)))[0]


# The last batch of fit ----------------------------------------------------------------------------


@plant(
    "A stateful fit trains on every whole batch before it refuses the rest.", "STATE-53 STATE-61"
)
class FitRefusesTooLate(NumpyModel):
    def fit(self, x, y, *, batch_size, **how):
        if not self.spec.stateful:
            return super().fit(x, y, batch_size=batch_size, **how)
        rows = whole(x, batch_size), whole(y, batch_size)
        history = super().fit(*rows, batch_size=batch_size, **how)
        checks.check_batches(self.spec, len(x), batch_size)
        return history


@plant("fit drops a smaller last batch.", "TRAIN-51 PIPE-58")
class FitDropsTheRest(NumpyModel):
    def fit(self, x, y, *, batch_size, **how):
        rows = whole(x, batch_size), whole(y, batch_size)
        return super().fit(*rows, batch_size=batch_size, **how)


# A batch of another size --------------------------------------------------------------------------


@plant("A stateful model repeats a single row until it fills a batch.", "STATE-55 STATE-57")
class OneRowFillsTheBatch(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        return super().call(self.spread(x), mask, initial_state)

    def train_on_batch(self, x, y, **weights):
        return super().train_on_batch(self.spread(x), self.spread(y), **weights)

    def spread(self, values):
        alone = self.spec.stateful and len(values) == 1
        return np.repeat(values, self.spec.batch_size, axis=0) if alone else values


@plant(
    "A batch of another size starts from new states, and from then on is the right size.",
    "STATE-55 STATE-56 STATE-57",
    address="keras#1125, #20327",
)
class ForgetsItsBatchSize(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        self.fit_to(len(x))
        return super().call(x, mask, initial_state)

    def predict(self, x, batch_size):
        self.fit_to(batch_size)
        return super().predict(x, batch_size)

    def train_on_batch(self, x, y, **weights):
        self.fit_to(len(x))
        return super().train_on_batch(x, y, **weights)

    def fit_to(self, rows):
        if self.spec.stateful and rows != self.spec.batch_size:
            self.spec = replace(self.spec, batch_size=rows)
            self.reset_states()


@plant("A batch of another size is refused after it has moved the state.", "STATE-55 STATE-57")
class RefusesAfterRunning(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        self.touch(x)
        return super().call(x, mask, initial_state)

    def train_on_batch(self, x, y, **weights):
        self.touch(x)
        return super().train_on_batch(x, y, **weights)

    def touch(self, x):
        if self.spec.stateful and len(x) != self.spec.batch_size:
            self.states = [(h + 0.1, c) for h, c in self.states]
