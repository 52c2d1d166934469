"""Mistakes with batches that do not fit, and with the order of the rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from planting_state_bugs import aside, plant

from reference.numpy import NumpyModel, checks


class Unchecked(NumpyModel):
    """Takes any number of rows; the subclasses say what becomes of a rest."""

    def predict(self, x, batch_size):
        whole = len(x) // batch_size * batch_size
        outputs = [super().predict(x[:whole], batch_size)] if whole else []
        rest = x[whole:]
        return np.concatenate([*outputs, *([self.rest(rest, batch_size)] if len(rest) else [])])

    def rest(self, x, batch_size):
        return self.run(self.padded(x, batch_size), None, self.starting_states(batch_size))[0]

    def padded(self, x, batch_size):
        return np.concatenate([x, np.repeat(0 * x[:1], batch_size - len(x), axis=0)])


@plant("a smaller last batch is padded, and the padding comes out", "STATE-21", "STATE-59")
class Padded(Unchecked):
    pass


@plant("a smaller last batch is padded, and the padding is cut off", "STATE-51", "STATE-60")
class PaddedAndCut(Unchecked):
    def rest(self, x, batch_size):
        return super().rest(x, batch_size)[: len(x)]


@plant("a smaller last batch is dropped", "STATE-21", "STATE-51", "STATE-59")
class Dropped(Unchecked):
    def rest(self, x, batch_size):
        return np.zeros((0, *self.spec.output_shape(1, x.shape[1])[1:]))


@plant("a last single row is spread over all states", "STATE-51", "STATE-59")
class Broadcast(Unchecked):
    def padded(self, x, batch_size):
        if batch_size % len(x):
            raise ValueError("shapes do not match")
        return np.repeat(x, batch_size // len(x), axis=0)


@plant("a smaller last batch takes over the first rows' states", "STATE-51", "STATE-60")
class TakesTheFirstStates(Unchecked):
    def rest(self, x, batch_size):
        starting = [(h[: len(x)], c[: len(x)]) for h, c in self.starting_states(batch_size)]
        return aside(self, lambda: self.run(x, None, starting)[0])


@plant("a rest is refused when it is reached, not before", "STATE-51", "STATE-60")
class RefusesTooLate(Unchecked):
    def rest(self, x, batch_size):
        if self.spec.stateful:
            raise ValueError("the last batch is too small")
        return super().rest(x, batch_size)[: len(x)]


class DropsTheRest(NumpyModel):
    def whole(self, x, y, batch_size):
        count = len(x) // batch_size * batch_size if self.spec.stateful else len(x)
        return x[:count], y[:count]


@plant("evaluate drops a rest", "STATE-52")
class EvaluateDrops(DropsTheRest):
    def evaluate(self, x, y, batch_size):
        return super().evaluate(*self.whole(x, y, batch_size), batch_size)


@plant("fit drops a rest", "STATE-53", "STATE-61")
class FitDrops(DropsTheRest):
    def fit(self, x, y, *, batch_size, **how):
        return super().fit(*self.whole(x, y, batch_size), batch_size=batch_size, **how)


@plant("fit refuses a rest after it has trained the whole batches", "STATE-53", "STATE-61")
class FitRefusesTooLate(DropsTheRest):
    def fit(self, x, y, *, batch_size, **how):
        rows = self.whole(x, y, batch_size)
        history = super().fit(*rows, batch_size=batch_size, **how)
        checks.check_batches(self.spec, len(x), batch_size)
        return history


@plant("validation drops a rest", "STATE-54")
class ValidationDrops(DropsTheRest):
    def fit(self, x, y, *, batch_size, validation_data=None, **how):
        if validation_data is not None:
            validation_data = self.whole(*validation_data, batch_size)
        return super().fit(x, y, batch_size=batch_size, validation_data=validation_data, **how)


@plant("validation is refused after the epoch has been trained", "STATE-54")
class ValidationRefusesTooLate(NumpyModel):
    def fit(self, x, y, *, batch_size, validation_data=None, **how):
        try:
            return super().fit(x, y, batch_size=batch_size, validation_data=validation_data, **how)
        except ValueError:
            super().fit(x, y, batch_size=batch_size, **how)
            raise


@plant("a single row is run from the states of all rows", "STATE-55", "STATE-57")
class OneRowBroadcasts(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        return super().call(self.spread(x), mask, initial_state)

    def train_on_batch(self, x, y):
        return super().train_on_batch(self.spread(x), self.spread(y))

    def spread(self, values):
        stateful = self.spec.stateful and len(values) == 1
        return np.repeat(values, self.spec.batch_size, axis=0) if stateful else values


@plant("another batch size gets new states without a word", "STATE-55", "STATE-56", "STATE-57")
class ForgetsItsBatchSize(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        self.fit_to(len(x))
        return super().call(x, mask, initial_state)

    def predict(self, x, batch_size):
        self.fit_to(batch_size)
        return super().predict(x, batch_size)

    def train_on_batch(self, x, y):
        self.fit_to(len(x))
        return super().train_on_batch(x, y)

    def fit_to(self, rows):
        if self.spec.stateful and rows != self.spec.batch_size:
            self.spec = replace(self.spec, batch_size=rows)
            self.reset_states()


@plant("predict uses the model's own batch size whatever it is given", "STATE-56")
class OwnBatchSize(NumpyModel):
    def predict(self, x, batch_size):
        return super().predict(x, self.spec.batch_size or batch_size)


@plant("a wrong batch is refused after it has run", "STATE-55", "STATE-57")
class RefusesAfterRunning(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        self.touch(x)
        return super().call(x, mask, initial_state)

    def train_on_batch(self, x, y):
        self.touch(x)
        return super().train_on_batch(x, y)

    def touch(self, x):
        if self.spec.stateful and len(x) != self.spec.batch_size:
            self.states = [(h + 0.1, c) for h, c in self.states]


@plant("batches come out in reverse order", "STATE-21", "STATE-22")
class BatchesReversed(NumpyModel):
    def predict(self, x, batch_size):
        outputs = super().predict(x, batch_size)
        slices = list(self.batches(len(x), batch_size))[::-1]
        return np.concatenate([outputs[rows] for rows in slices])


@plant("the rows of a batch come out in reverse order", "STATE-21", "STATE-22", "STATE-14")
class RowsReversed(NumpyModel):
    def predict(self, x, batch_size):
        outputs = super().predict(x, batch_size)
        slices = self.batches(len(x), batch_size)
        return np.concatenate([outputs[rows][::-1] for rows in slices])


@plant("predict reads the data as one series per block of rows", "STATE-14", "STATE-05")
class Blocks(NumpyModel):
    def predict(self, x, batch_size):
        if not self.spec.stateful or len(x) % batch_size:
            return super().predict(x, batch_size)
        order = np.arange(len(x)).reshape(batch_size, -1).T.ravel()
        outputs = np.empty((len(x), *self.spec.output_shape(1, x.shape[1])[1:]))
        outputs[order] = super().predict(x[order], batch_size)
        return outputs


@plant("evaluate starts every batch from zero", "STATE-24", "LIFE-04", "LIFE-09")
class EvaluateForgets(NumpyModel):
    def test_step(self, x, y):
        self.reset_states()
        return super().test_step(x, y)


@plant("a stateful model is never shuffled", "STATE-25")
class NeverShuffled(NumpyModel):
    def order(self, count, shuffle):
        return super().order(count, shuffle and not self.spec.stateful)


@plant("a stateful model is always shuffled", "STATE-25", "LIFE-15")
class AlwaysShuffled(NumpyModel):
    def order(self, count, shuffle):
        return self.shuffler.permutation(count)


@plant("only the first batch that is run is checked", "STATE-62", "STATE-63")
class ChecksTheFirstBatchOnly(NumpyModel):
    compiled = False

    def predict(self, x, batch_size):
        if self.compiled and self.spec.stateful and batch_size == 1:
            return np.concatenate(
                [super(ChecksTheFirstBatchOnly, self).predict(self.spread(row), 3) for row in x]
            )
        outputs = super().predict(x, batch_size)
        self.compiled = True
        return outputs

    def train_on_batch(self, x, y):
        if self.compiled and self.spec.stateful and len(x) == 1:
            return super().train_on_batch(self.spread(x[0]), self.spread(y[0]))
        metrics = super().train_on_batch(x, y)
        self.compiled = True
        return metrics

    def spread(self, row):
        return np.repeat(row[None], self.spec.batch_size, axis=0)
