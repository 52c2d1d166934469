"""Batches of another size than the model was built for, and last batches that are smaller."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyModel

plant = planter("partial_batches")


def whole(x, size):
    """The rows that make whole batches (at least one row)."""
    return x[: max(len(x) // size * size, 1)]


def filled(x, size):
    """As many rows as make whole batches, the last one repeated."""
    missing = -len(x) % size
    return np.concatenate([x, np.repeat(x[-1:], missing, axis=0)])


def accepting(operation, change, address="") -> type[NumpyModel]:
    """A stateful model that changes the rows of an operation until they fit."""

    def run(self, x, y, *args, **how):
        if self.spec.stateful:
            size = self.spec.batch_size
            x, y = change(np.asarray(x), size), change(np.asarray(y), size)
        return getattr(NumpyModel, operation)(self, x, y, *args, **how)

    return type("Accepting", (NumpyModel,), {operation: run})


for name, clause in (("evaluate", "STATE-52"), ("fit", "STATE-53")):
    plant(f"A stateful {name} drops the rows that do not make a whole batch.", clause)(
        accepting(name, whole)
    )
    plant(f"A stateful {name} fills its last batch up with the last row.", clause)(
        accepting(name, filled)
    )


@plant(
    "A stateful predict drops the rows that do not make a whole batch.",
    "STATE-51",
    address="keras#2322",
)
class PredictDrops(NumpyModel):
    def predict(self, x, batch_size):
        return super().predict(whole(x, batch_size) if self.spec.stateful else x, batch_size)


@plant("A stateful predict fills its last batch up and cuts the outputs.", "STATE-51 STATE-60")
class PredictFills(NumpyModel):
    def predict(self, x, batch_size):
        rows = filled(x, batch_size) if self.spec.stateful else x
        return super().predict(rows, batch_size)[: len(x)]


@plant("A stateful predict repeats its outputs for rows that it did not run.", "STATE-51")
class PredictRepeats(NumpyModel):
    def predict(self, x, batch_size):
        if not self.spec.stateful or len(x) % batch_size == 0:
            return super().predict(x, batch_size)
        outputs = super().predict(whole(x, batch_size), batch_size)
        return np.resize(outputs, (len(x), *outputs.shape[1:]))


@plant(
    "A stateful predict takes any batch size and uses its own.", "STATE-56", address="keras#20106"
)
class PredictTakesAnySize(NumpyModel):
    def predict(self, x, batch_size):
        return super().predict(x, self.spec.batch_size or batch_size)


@plant("A stateful call broadcasts the first row's state to a batch of another size.", "STATE-55")
class CallBroadcasts(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        size = self.spec.batch_size
        if not self.spec.stateful or len(x) == size:
            return super().call(x, mask, initial_state)
        rows = np.resize(np.asarray(x), (max(size, len(x)), *x.shape[1:]))[:size]
        return super().call(rows, None, initial_state)


@plant(
    "A stateful model resets itself when a batch of another size comes.",
    "STATE-55",
    address="keras#1125, #20327",
)
class ResetsForAnotherSize(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if self.spec.stateful and len(x) != self.spec.batch_size:
            other = self.engine.build(replace(self.spec, batch_size=len(x)))
            other.set_weights(self.get_weights())
            return other.call(x, mask, initial_state)
        return super().call(x, mask, initial_state)


@plant("Stateful training takes a batch of another size.", "STATE-57")
class TrainsAnySize(NumpyModel):
    def train_on_batch(self, x, y, **weights):
        size = self.spec.batch_size
        if self.spec.stateful and len(x) != size:
            x = np.resize(np.asarray(x), (size, *x.shape[1:]))
            y = np.resize(np.asarray(y), (size, *y.shape[1:]))
        return super().train_on_batch(x, y, **weights)


@plant("Validation rows that do not make whole batches are dropped.", "STATE-54")
class ValidationDrops(NumpyModel):
    def fit(self, x, y, *, validation_data=None, batch_size, **how):
        if validation_data is not None and self.spec.stateful:
            validation_data = tuple(whole(np.asarray(a), batch_size) for a in validation_data)
        return super().fit(x, y, validation_data=validation_data, batch_size=batch_size, **how)


@plant("fit trains for an epoch before it refuses its validation rows.", "STATE-54")
class ValidationIsRefusedLate(NumpyModel):
    def fit(self, x, y, *, validation_data=None, batch_size, **how):
        left = validation_data is not None and len(validation_data[0]) % batch_size
        if left and self.spec.stateful:
            super().fit(x, y, batch_size=batch_size, **how)
        return super().fit(x, y, validation_data=validation_data, batch_size=batch_size, **how)


def refusing_late(operation) -> type[NumpyModel]:
    """A stateful model that runs the whole batches before it refuses the rest."""

    def run(self, x, *args, **how):
        size = self.spec.batch_size
        if self.spec.stateful and len(x) > size and len(x) % size:
            self.run(self.checked_input(x)[:size], None, self.starting_states(size))
        return getattr(NumpyModel, operation)(self, x, *args, **how)

    return type("RefusingLate", (NumpyModel,), {operation: run})


for name, clause in (("predict", "STATE-60"), ("evaluate", "STATE-52"), ("fit", "STATE-61")):
    plant(f"A stateful {name} runs a batch before it refuses the rows that do not fit.", clause)(
        refusing_late(name)
    )


@plant(
    "States of another number of rows are repeated until they fit when they are set.", "STATE-58"
)
class SetStatesResizes(NumpyModel):
    def set_states(self, states):
        size = self.spec.batch_size or 0
        super().set_states(
            [
                (np.resize(h, (size, h.shape[1])), np.resize(c, (size, c.shape[1])))
                for h, c in states
            ]
        )


@plant("An initial state for another number of rows is repeated until it fits.", "STATE-80")
class InitialStateResizes(NumpyModel):
    def starting_states(self, rows, initial_state=None):
        if initial_state is not None:
            initial_state = [
                tuple(np.resize(a, (rows, np.shape(a)[1])) for a in pair) for pair in initial_state
            ]
        return super().starting_states(rows, initial_state)


@plant("A smaller last batch is dropped by predict, evaluate and fit.", "SEQ-12 TRAIN-51 TRAIN-52")
class LastSmallerBatchIsDropped(NumpyModel):
    def batches(self, count, batch_size):
        kept = count // batch_size * batch_size
        return (rows for rows in super().batches(count, batch_size) if rows.stop <= kept)


@plant("A smaller last batch is filled up with the rows before it.", "TRAIN-51")
class FilledUp(NumpyModel):
    def batches(self, count, batch_size):
        for rows in super().batches(count, batch_size):
            yield slice(max(0, rows.stop - batch_size), rows.stop)


@plant("A smaller last batch is not trained on.", "TRAIN-51")
class SmallerBatchIsNotTrained(NumpyModel):
    def train_step(self, x, y):
        self.largest = max(getattr(self, "largest", 0), len(x))
        return super().train_step(x, y) if len(x) == self.largest else self.test_step(x, y)
