"""In which batch of an epoch each row was used, told by the weights after it.

All rows are alike: row i has a one in feature i and zeros elsewhere, all targets are equal, and so
are all rows of the kernel. In whatever order the rows are used, the network goes through the same
updates; only the feature of a row tells in which of them it took part. So the change of row i of
the kernel is that of the batch in which row i was used, and one epoch in order says what these are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation, Model
from lstm_spec.evidence import Deviation
from lstm_spec.model import LSTM, SGD, ModelSpec
from lstm_spec.tolerances import LOCKSTEP

ROWS, BATCH = 120, 5
BATCHES = ROWS // BATCH
SPEC = ModelSpec((LSTM(1),), features=ROWS, optimizer=SGD(0.5))
APART = 10 * LOCKSTEP
"""How far apart the changes of any two batches are."""


@dataclass(frozen=True)
class RowsAlike:
    """Rows that only their feature tells apart, and what each batch does to the kernel."""

    spec: ModelSpec
    weights: list[Array]
    x: Array
    y: Array
    changes: Array
    """(batches, 4): the change of the kernel in each batch of an epoch."""

    def epoch(self, model: Model, *, shuffle: bool = True) -> Array:
        """The batch in which each row was used, (rows,), in one epoch from the same weights.

        Raises Deviation if a row was not used exactly once, in a batch of the right size.
        """
        model.set_weights(self.weights)
        model.fit(self.x, self.y, batch_size=BATCH, epochs=1, shuffle=shuffle)
        changed = np.asarray(model.get_weights()[0], np.float64) - self.weights[0]
        distances = np.abs(changed[:, None] - self.changes[None]).max(axis=-1)
        batches: Array = distances.argmin(axis=1)
        odd = np.flatnonzero(distances.min(axis=1) > LOCKSTEP)
        if len(odd):
            raise Deviation(f"row {odd[0]} was not used exactly once in {BATCHES} updates")
        sizes = np.bincount(batches, minlength=BATCHES)
        if (sizes != BATCH).any():
            raise Deviation(f"the batches have {sizes.tolist()} rows, expected {BATCH} each")
        return batches


def rows_alike(trial: Trial, oracle: Implementation) -> RowsAlike:
    """Weights for which the batches of an epoch can be told apart."""
    model = oracle.build(SPEC)
    x = np.eye(ROWS, dtype=np.float32)[:, None, :]
    y = np.full((ROWS, 1), 2.0, np.float32)
    for _ in range(50):
        weights = trial.weights(SPEC)
        weights[0][:] = weights[0][:1]
        model.set_weights(weights)
        model.fit(x, y, batch_size=BATCH, epochs=1, shuffle=False)
        changed = model.get_weights()[0].astype(np.float64) - weights[0]
        changes = changed[::BATCH]
        between = np.abs(changes[:, None] - changes[None]).max(axis=-1) + np.eye(BATCHES)
        if between.min() > APART:
            return RowsAlike(SPEC, weights, x, y, changes)
    raise RuntimeError("50 draws gave no weights for which the batches can be told apart")
