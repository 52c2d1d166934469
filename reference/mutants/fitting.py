"""fit: which rows, in which order, how often."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyModel

plant = planter("fitting")


class Fit(NumpyModel):
    """Room for a mistake in the order of the rows."""

    def order(self, count, shuffle):
        return self.shuffler.permutation(count) if shuffle else np.arange(count)


@plant(
    "Rows are always shuffled.",
    "TRAIN-50 TRAIN-57 STATE-25 LIFE-15 PIPE-51 PIPE-52 PIPE-53 PIPE-54 PIPE-58",
)
class AlwaysShuffled(Fit):
    def order(self, count, shuffle):
        return super().order(count, True)


@plant("Rows are never shuffled.", "TRAIN-57 TRAIN-58")
class NeverShuffled(Fit):
    def order(self, count, shuffle):
        return np.arange(count)


@plant("Rows are drawn with replacement.", "TRAIN-56 PIPE-56")
class WithReplacement(Fit):
    def order(self, count, shuffle):
        return self.shuffler.integers(0, count, count) if shuffle else np.arange(count)


@plant("Every epoch has the same order.", "TRAIN-58")
class SameOrder(Fit):
    def fit(self, x, y, **how):
        self.fixed = self.shuffler.permutation(len(x))
        return super().fit(x, y, **how)

    def order(self, count, shuffle):
        return self.fixed if shuffle else np.arange(count)


@plant("Every shuffled epoch takes the rows from the last to the first.", "TRAIN-58 PIPE-56")
class ShuffledIsReversed(Fit):
    def order(self, count, shuffle):
        return np.arange(count)[::-1] if shuffle else np.arange(count)


@plant("X is shuffled and y is not.", "TRAIN-56")
class Unpaired(Fit):
    def fit(self, x, y, *, shuffle, **how):
        x = x[self.order(len(x), shuffle)]
        return super().fit(x, y, shuffle=False, **how)


@plant("Batches are interleaved rows.", "TRAIN-50")
class Interleaved(NumpyModel):
    def order(self, count, shuffle):
        return np.argsort(np.arange(count) % 3, kind="stable")


@plant("An epoch is one update with all rows.", "TRAIN-50 TRAIN-54")
class FullBatch(NumpyModel):
    def fit(self, x, y, *, batch_size, **how):
        return super().fit(x, y, batch_size=len(x), **how)


@plant("The first epoch is run twice.", "TRAIN-50 TRAIN-53")
class OneMore(NumpyModel):
    def fit(self, x, y, *, epochs, **how):
        history = super().fit(x, y, epochs=epochs + 1, **how)
        return {name: series[1:] for name, series in history.items()}


@plant("Validation trains.", "TRAIN-60 LIFE-22 LIFE-23 LIFE-24 PIPE-52 PIPE-53")
class ValidationTrains(NumpyModel):
    def validate(self, x, y, batch_size):
        figures = self.over_batches(self.train_step, x, y, batch_size)
        return {f"val_{name}": figure for name, figure in figures.items()}


@plant("Validation is taken before the epoch.", "TRAIN-61")
class ValidationFirst(NumpyModel):
    def fit(self, x, y, *, epochs, validation_data=None, **how):
        history = {}
        for _ in range(epochs):
            before = {} if validation_data is None else self.validate(*validation_data, 100)
            figures = super().fit(x, y, epochs=1, **how)
            for name, figure in {**{k: v[0] for k, v in figures.items()}, **before}.items():
                history.setdefault(name, []).append(figure)
        return history


@plant("fit keeps the data of its first call.", "PIPE-54 PIPE-57", address="a cached data set")
class FirstDataForEver(NumpyModel):
    first = None

    def fit(self, x, y, **how):
        self.first = self.first or (x, y)
        return super().fit(*self.first, **how)
