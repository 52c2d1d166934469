"""Shuffles that are not uniform, and shuffles of the caller's own arrays."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyModel

plant = planter("orders")


class OtherOrder(NumpyModel):
    """``mixed`` makes an order of rows that were to be shuffled."""

    def order(self, count, shuffle):
        return self.mixed(count) if shuffle else super().order(count, shuffle)


@plant("A shuffle permutes whole batches.", "TRAIN-135")
class ShufflePermutesWholeBatches(OtherOrder):
    size = 1

    def fit(self, x, y, *, batch_size, **how):
        self.size = batch_size
        return super().fit(x, y, batch_size=batch_size, **how)

    def mixed(self, count):
        whole = count // self.size * self.size
        blocks = np.arange(whole).reshape(-1, self.size)
        order = self.shuffler.permutation(len(blocks))
        return np.concatenate([blocks[order].ravel(), np.arange(whole, count)])


@plant("A shuffle begins at a random row and goes round.", "TRAIN-135")
class ShuffleIsARotation(OtherOrder):
    def mixed(self, count):
        return np.roll(np.arange(count), self.shuffler.integers(count))


@plant("A shuffle draws from a buffer of 40 rows.", "TRAIN-135")
class ShuffleDrawsFromABuffer(OtherOrder):
    def mixed(self, count):
        waiting, drawn = list(range(min(40, count))), []
        for following in range(len(waiting), count):
            place = self.shuffler.integers(len(waiting))
            drawn.append(waiting[place])
            waiting[place] = following
        return np.array([*drawn, *self.shuffler.permutation(waiting)])


@plant("Each half of the rows is shuffled by itself.", "TRAIN-135")
class HalvesAreShuffledByThemselves(OtherOrder):
    def mixed(self, count):
        first = self.shuffler.permutation(count // 2)
        second = self.shuffler.permutation(count - count // 2)
        return np.concatenate([first, count // 2 + second])


@plant("Every fit begins with the same shuffle.", "TRAIN-135")
class EveryFitBeginsWithTheSameShuffle(OtherOrder):
    def fit(self, x, y, **how):
        self.shuffler = np.random.default_rng(0)
        return super().fit(x, y, **how)

    def mixed(self, count):
        return self.shuffler.permutation(count)


@plant("A shuffle exchanges a few rows.", "TRAIN-135")
class ShuffleExchangesAFewRows(OtherOrder):
    def mixed(self, count):
        order = np.arange(count)
        for _ in range(count // 8):
            one, other = self.shuffler.integers(count, size=2)
            order[[one, other]] = order[[other, one]]
        return order


@plant("One row in a hundred is used in the place of another.", "TRAIN-135")
class RowIsUsedInThePlaceOfAnother(OtherOrder):
    def mixed(self, count):
        order = self.shuffler.permutation(count)
        if count > 100:
            order[0] = order[-1]
        return order


@plant("A shuffle permutes the caller's float64 arrays.", "TRAIN-136")
class ShufflePermutesTheCallersArrays(NumpyModel):
    def fit(self, x, y, *, shuffle, **how):
        if shuffle and x.dtype == np.float64 and x.flags.writeable and y.flags.writeable:
            order = self.shuffler.permutation(len(x))
            x[...], y[...] = x[order], y[order]
        return super().fit(x, y, shuffle=shuffle, **how)


@plant("A shuffled fit sorts the validation targets in place.", "TRAIN-136")
class ShuffledFitSortsTheValidationTargets(NumpyModel):
    def fit(self, x, y, *, validation_data=None, **how):
        history = super().fit(x, y, validation_data=validation_data, **how)
        if validation_data is not None and validation_data[1].flags.writeable:
            validation_data[1][...] = validation_data[1][::-1].copy() + 1
        return history
