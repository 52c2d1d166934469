"""How rows are cut into batches, and in which order they and their outputs go."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyModel

plant = planter("batches")


@plant("The batches of a predict come out in reversed order.", "STATE-21 STATE-22")
class BatchesReversed(NumpyModel):
    def predict(self, x, batch_size):
        outputs = super().predict(x, batch_size)
        slices = list(self.batches(len(x), batch_size))[::-1]
        return np.concatenate([outputs[rows] for rows in slices])


@plant(
    "The rows of each batch of a predict come out in reversed order.", "STATE-21 STATE-22 STATE-14"
)
class RowsReversed(NumpyModel):
    def predict(self, x, batch_size):
        outputs = super().predict(x, batch_size)
        slices = self.batches(len(x), batch_size)
        return np.concatenate([outputs[rows][::-1] for rows in slices])


@plant(
    "A stateful predict reads consecutive rows as one series per slot.",
    "STATE-14 STATE-05",
    address="keras FAQ: a flat series must be interleaved",
)
class Blocks(NumpyModel):
    def predict(self, x, batch_size):
        if not self.spec.stateful or len(x) % batch_size:
            return super().predict(x, batch_size)
        order = np.arange(len(x)).reshape(batch_size, -1).T.ravel()
        outputs = np.empty((len(x), *self.spec.output_shape(1, x.shape[1])[1:]))
        outputs[order] = super().predict(x[order], batch_size)
        return outputs


class Unchecked(NumpyModel):
    """Predicts any number of rows; the subclasses say what becomes of a rest."""

    def predict(self, x, batch_size):
        whole = len(x) // batch_size * batch_size
        outputs = [super().predict(x[:whole], batch_size)] if whole else []
        rest = x[whole:]
        return np.concatenate([*outputs, *([self.rest(rest, batch_size)] if len(rest) else [])])

    def rest(self, x, batch_size):
        raise NotImplementedError


@plant("A smaller last batch is padded, and the padding comes out.", "STATE-21 STATE-59")
class PaddingComesOut(Unchecked):
    def rest(self, x, batch_size):
        filled = np.concatenate([x, np.repeat(0 * x[:1], batch_size - len(x), axis=0)])
        return self.run(filled, None, self.starting_states(batch_size))[0]


@plant("A smaller last batch takes over the first rows' states.", "STATE-51 STATE-60")
class TakesTheFirstStates(Unchecked):
    def rest(self, x, batch_size):
        kept = list(self.states)
        starting = [(h[: len(x)], c[: len(x)]) for h, c in self.starting_states(batch_size)]
        outputs = self.run(x, None, starting)[0]
        self.states = kept
        return outputs


@plant(
    "Only the first batch that a stateful model runs is checked.",
    "STATE-62 STATE-63",
    address="a compiled graph",
)
class ChecksTheFirstBatchOnly(NumpyModel):
    compiled = False

    def predict(self, x, batch_size):
        if self.compiled and self.spec.stateful and batch_size == 1:
            size = self.spec.batch_size
            rows = [np.repeat(row[None], size, axis=0) for row in x]
            return np.concatenate([NumpyModel.predict(self, row, size) for row in rows])
        outputs = super().predict(x, batch_size)
        self.compiled = True
        return outputs

    def train_on_batch(self, x, y, **weights):
        if self.compiled and self.spec.stateful and len(x) == 1:
            x, y = (np.repeat(a, self.spec.batch_size, axis=0) for a in (x, y))
        metrics = super().train_on_batch(x, y, **weights)
        self.compiled = True
        return metrics


@plant("The rows of a stateful model are never shuffled.", "STATE-25")
class StatefulIsNeverShuffled(NumpyModel):
    def order(self, count, shuffle):
        return super().order(count, shuffle and not self.spec.stateful)


@plant("Evaluate trains.", "LIFE-10 LIFE-19 PIPE-59")
class EvaluateTrains(NumpyModel):
    def evaluate(self, x, y, batch_size, **weights):
        return self.over_batches(self.train_step, x, y, batch_size)
