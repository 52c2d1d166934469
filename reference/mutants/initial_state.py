"""Initial states that are ignored, swapped or given to another row."""

from __future__ import annotations

import numpy as np

from lstm_spec.model import LSTMState
from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.lstm import LSTMLayer

plant = planter("initial_state")


class OtherStart(NumpyModel):
    def starting_states(self, rows, initial_state=None):
        if initial_state is not None:
            initial_state = [self.changed(h, c) for h, c in initial_state]
        return super().starting_states(rows, initial_state)


@plant("The initial state is ignored.", "SEQ-13 SEQ-17", diagnosis="the initial state is ignored")
class InitialStateIsIgnored(OtherStart):
    def changed(self, h, c):
        return np.zeros_like(h), np.zeros_like(c)


@plant(
    "The initial state is swapped.",
    "SEQ-13 SEQ-14 CELL-10",
    diagnosis="h and c are swapped in the initial state",
)
class InitialStateIsSwapped(OtherStart):
    def changed(self, h, c):
        return c, h


@plant("The initial c is dropped.", "SEQ-14 SEQ-17", diagnosis="the initial c is ignored")
class InitialCIsDropped(OtherStart):
    def changed(self, h, c):
        return h, np.zeros_like(c)


@plant("The initial h is dropped.", "SEQ-14 SEQ-17", diagnosis="the initial h is ignored")
class InitialHIsDropped(OtherStart):
    def changed(self, h, c):
        return np.zeros_like(h), c


@plant(
    "The first row's initial state is given to every row.",
    "SEQ-15 SEQ-13",
    diagnosis="row 0's initial state is given to every row",
)
class FirstRowsStateIsGivenToEveryRow(OtherStart):
    def changed(self, h, c):
        return np.repeat(h[:1], len(h), axis=0), np.repeat(c[:1], len(c), axis=0)


@plant(
    "Initial states are rotated by one row.",
    "SEQ-15",
    diagnosis="each row starts from the initial state of the row before",
)
class StatesAreRotatedByOneRow(OtherStart):
    def changed(self, h, c):
        return np.roll(h, 1, axis=0), np.roll(c, 1, axis=0)


@plant(
    "Initial states are averaged over the batch.",
    "SEQ-15",
    diagnosis="the mean of all rows' initial states is given to every row",
)
class StatesAreAveragedOverTheBatch(OtherStart):
    def changed(self, h, c):
        return h * 0 + h.mean(axis=0), c * 0 + c.mean(axis=0)


@plant(
    "A backward layer gives its initial state to the rows in reversed order.",
    "SEQ-21 SEQ-24",
    diagnosis="a backward layer gives its initial state to the rows in reversed order",
)
class BackwardLayerTurnsTheBatchOfItsState(LSTMLayer):
    def run(self, inputs, state):
        turned = (state[0][::-1], state[1][::-1]) if self.layer.go_backwards else state
        return super().run(inputs, turned)


@plant("The initial h is used for c, too.", "SEQ-14", diagnosis="the initial h is used for c, too")
class InitialHIsUsedForC(OtherStart):
    def changed(self, h, c):
        return h, h


@plant("The initial c is used for h, too.", "SEQ-14", diagnosis="the initial c is used for h, too")
class InitialCIsUsedForH(OtherStart):
    def changed(self, h, c):
        return c, c


@plant(
    "Initial states are given to the rows in reversed order.",
    "STATE-18 STATE-30",
    diagnosis="initial states are given to the rows in reversed order",
)
class InitialStatesAreReversed(OtherStart):
    def changed(self, h, c):
        return h[::-1], c[::-1]


@plant(
    "The initial cell state is squashed.",
    "CELL-24",
    diagnosis="the initial c is passed through tanh",
)
class InitialCIsSquashed(OtherStart):
    def changed(self, h, c):
        return h, np.tanh(c)


@plant(
    "Only the first row gets its initial state.",
    "SEQ-15",
    diagnosis="only row 0 starts from its initial state",
)
class OnlyTheFirstRowStarts(OtherStart):
    def changed(self, h, c):
        return np.concatenate([h[:1], 0 * h[1:]]), np.concatenate([c[:1], 0 * c[1:]])


@plant(
    "The initial state is one where none is given.", "SEQ-16", diagnosis="the state starts at one"
)
class StartsFromOne(NumpyModel):
    def starting_states(self, rows, initial_state=None):
        starting = super().starting_states(rows, initial_state)
        if initial_state is not None or self.spec.stateful:
            return starting
        return [(h + 1, c + 1) for h, c in starting]


@plant("Every state starts at a tenth.", "STATE-28 STATE-31 STATE-38 LIFE-33 LIFE-36")
class StartsFromATenth(NumpyModel):
    def zero_state(self, layer, rows):
        return LSTMState(*(np.full(shape, 0.1) for shape in layer.state_shapes(rows)))
