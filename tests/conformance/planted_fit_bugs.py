"""Mistakes in fit: which rows, in which order, how often, and what happens around them."""

from __future__ import annotations

import numpy as np
from planting_training_bugs import plant

from reference.numpy import NumpyModel
from reference.numpy.optimizers import AdamOptimizer


class Fit(NumpyModel):
    """Room for a mistake in the order of the rows."""

    def order(self, count, shuffle):
        return self.shuffler.permutation(count) if shuffle else np.arange(count)


@plant("rows are always shuffled", "TRAIN-50", "TRAIN-57")
class AlwaysShuffled(Fit):
    def order(self, count, shuffle):
        return super().order(count, True)


@plant("rows are never shuffled", "TRAIN-57", "TRAIN-58")
class NeverShuffled(Fit):
    def order(self, count, shuffle):
        return np.arange(count)


@plant("rows are drawn with replacement", "TRAIN-56")
class WithReplacement(Fit):
    def order(self, count, shuffle):
        return self.shuffler.integers(0, count, count) if shuffle else np.arange(count)


@plant("every epoch has the same order", "TRAIN-58")
class SameOrder(Fit):
    def fit(self, x, y, **how):
        self.fixed = self.shuffler.permutation(len(x))
        return super().fit(x, y, **how)

    def order(self, count, shuffle):
        return self.fixed if shuffle else np.arange(count)


@plant("x is shuffled and y is not", "TRAIN-56")
class Unpaired(Fit):
    def fit(self, x, y, *, shuffle, **how):
        x = x[self.order(len(x), shuffle)]
        return super().fit(x, y, shuffle=False, **how)


@plant("a smaller last batch is dropped", "TRAIN-51", "TRAIN-52")
class Dropped(NumpyModel):
    def batches(self, count, batch_size):
        return [rows for rows in super().batches(count, batch_size) if not rows.stop % batch_size]


@plant("a smaller last batch is filled up with the rows before it", "TRAIN-51")
class FilledUp(NumpyModel):
    def batches(self, count, batch_size):
        for rows in super().batches(count, batch_size):
            yield slice(max(0, rows.stop - batch_size), rows.stop)


@plant("batches are interleaved rows", "TRAIN-50")
class Interleaved(NumpyModel):
    def order(self, count, shuffle):
        return np.argsort(np.arange(count) % 3, kind="stable")


@plant("an epoch is one update with all rows", "TRAIN-50", "TRAIN-54")
class FullBatch(NumpyModel):
    def fit(self, x, y, *, batch_size, **how):
        return super().fit(x, y, batch_size=len(x), **how)


@plant("the first epoch is run twice", "TRAIN-50", "TRAIN-53")
class OneMore(NumpyModel):
    def fit(self, x, y, *, epochs, **how):
        history = super().fit(x, y, epochs=epochs + 1, **how)
        return {name: series[1:] for name, series in history.items()}


@plant("Adam counts epochs", "TRAIN-54")
class CountsEpochs(NumpyModel):
    def over_batches(self, step, x, y, batch_size):
        t = self.optimizer.t if isinstance(self.optimizer, AdamOptimizer) else 0

        def counted(x, y):
            if isinstance(self.optimizer, AdamOptimizer):
                self.optimizer.t = t
            return step(x, y)

        return super().over_batches(counted, x, y, batch_size)


@plant("the states are reset at the beginning of an epoch", "TRAIN-55")
class ResetsEveryEpoch(NumpyModel):
    def order(self, count, shuffle):
        self.reset_states()
        return super().order(count, shuffle)


@plant("the states are reset before every batch of training", "TRAIN-04", "TRAIN-05", "TRAIN-55")
class ResetsEveryBatch(NumpyModel):
    def train_step(self, x, y):
        self.reset_states()
        return super().train_step(x, y)


@plant("validation trains", "TRAIN-60")
class ValidationTrains(NumpyModel):
    def validate(self, x, y, batch_size):
        figures = self.over_batches(self.train_step, x, y, batch_size)
        return {f"val_{name}": figure for name, figure in figures.items()}


@plant("validation is taken before the epoch", "TRAIN-61")
class ValidationFirst(NumpyModel):
    def fit(self, x, y, *, epochs, validation_data=None, **how):
        history = {}
        for _ in range(epochs):
            before = {} if validation_data is None else self.validate(*validation_data, 100)
            figures = super().fit(x, y, epochs=1, **how)
            for name, figure in {**{k: v[0] for k, v in figures.items()}, **before}.items():
                history.setdefault(name, []).append(figure)
        return history
