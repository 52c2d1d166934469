"""What is carried from batch to batch."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyModel

plant = planter("carry")


def carries(rule) -> type[NumpyModel]:
    """A model that carries ``rule(new, old)`` in place of the new state; both are (h, c)."""

    class OtherCarry(NumpyModel):
        def carry(self, final):
            before = list(self.states)
            super().carry(final)
            for index, old in enumerate(before):
                if self.carrying[index]:
                    self.states[index] = rule(final[index], old)

    return OtherCarry


def rows(change):
    """The rule that changes h and c alike, whatever was carried before."""
    return lambda new, old: (change(new[0]), change(new[1]))


def spread(a):
    """The first of the rows, in every row."""
    return np.repeat(a[:1], len(a), axis=0)


plant(
    "No state is carried between calls.",
    "STATE-01 STATE-05 STATE-10 STATE-32 STATE-45",
    diagnosis="no state is carried",
    address="keras#1820",
)(carries(lambda new, old: (0 * new[0], 0 * new[1])))


@plant(
    "No batch moves the state: what was set stays.",
    (
        "STATE-01 PIPE-35 PIPE-36 PIPE-37 PIPE-40 PIPE-43 PIPE-45 PIPE-51 PIPE-52 PIPE-54 "
        "PIPE-62 PIPE-64 PIPE-65 PIPE-66 PIPE-68 PIPE-69 PIPE-71 PIPE-73"
    ),
    diagnosis="no state is carried",
)
class NoBatchMovesTheState(NumpyModel):
    def carry(self, final):
        pass


plant(
    "Only h is carried.",
    "STATE-01 STATE-02",
    diagnosis="only h is carried",
    address="a state variable that keeps h as if the cell were a simple RNN",
)(carries(lambda new, old: (new[0], 0 * new[1])))
plant("Only c is carried.", "STATE-01 STATE-02", diagnosis="only c is carried")(
    carries(lambda new, old: (0 * new[0], new[1]))
)
plant("h is carried and c stays what it was.", "STATE-02", diagnosis="h is carried")(
    carries(lambda new, old: (new[0], old[1]))
)
plant("c is carried and h stays what it was.", "STATE-02", diagnosis="c is carried")(
    carries(lambda new, old: (old[0], new[1]))
)
plant(
    "h and c are swapped when they are carried.",
    "STATE-02 STATE-39",
    diagnosis="h and c are swapped when they are carried",
    address="keras#8823; Thinc, flax and DyNet put c first",
)(carries(lambda new, old: new[::-1]))
plant("h is carried as c, too.", "STATE-02", diagnosis="h is carried as c")(
    carries(lambda new, old: (new[0], new[0]))
)
plant("c is carried as h, too.", "STATE-02", diagnosis="c is carried as h")(
    carries(lambda new, old: (new[1], new[1]))
)
plant(
    "The first row's state is carried into every row.",
    "STATE-03 PIPE-40 PIPE-45 PIPE-54 PIPE-66",
    diagnosis="row 0's state is carried into every row",
    address="keras FAQ: one state per sample",
)(carries(rows(spread)))
plant(
    "The last row's state is carried into every row.",
    "STATE-03 STATE-14",
    diagnosis="the last row's state is carried into every row",
    address="tutorials: a batch taken for one sequence",
)(carries(rows(lambda a: spread(a[::-1]))))
plant(
    "The last row's state is carried into the first row, the others start from zero.",
    "STATE-03",
    diagnosis="the last row's state is carried into the first row",
    address="tutorials: a batch taken for one sequence",
)(carries(rows(lambda a: np.concatenate([a[-1:], 0 * a[1:]]))))
plant(
    "The mean of all rows' states is carried.",
    "STATE-03 STATE-16",
    diagnosis="the mean of all rows' states is carried",
)(carries(rows(lambda a: np.repeat(a.mean(axis=0, keepdims=True), len(a), axis=0))))
plant(
    "The rows' states are carried in reversed order.",
    "STATE-03 STATE-19",
    diagnosis="the rows' states are carried in reversed order",
)(carries(rows(lambda a: a[::-1].copy())))
plant(
    "Each row's state is carried into the next row.",
    "STATE-03 STATE-04 STATE-19 PIPE-40 PIPE-45 PIPE-54 PIPE-66",
    diagnosis="each row's state is carried into the next row",
    address="keras FAQ: slot i continues slot i",
)(carries(rows(lambda a: np.roll(a, 1, axis=0))))
plant(
    "Each row's state is carried into the row before.",
    "STATE-03",
    diagnosis="each row's state is carried into the row before",
)(carries(rows(lambda a: np.roll(a, -1, axis=0))))
plant(
    "The first row's state is not carried.", "STATE-03", diagnosis="row 0's state is not carried"
)(carries(rows(lambda a: np.concatenate([0 * a[:1], a[1:]]))))
plant(
    "The last row's state is not carried.",
    "STATE-03",
    diagnosis="the last row's state is not carried",
)(carries(rows(lambda a: np.concatenate([a[:-1], 0 * a[-1:]]))))
plant(
    "Only h is permuted among the rows when the state is carried.",
    "STATE-03",
    diagnosis="only h is carried in reversed order of rows",
)(carries(lambda new, old: (new[0][::-1].copy(), new[1])))
plant(
    "The state is halved when it is carried.",
    "STATE-01",
    diagnosis="the state is halved when it is carried",
)(carries(rows(lambda a: a / 2)))
plant(
    "The sign of the state is lost when it is carried.",
    "STATE-01",
    diagnosis="the sign of the state is lost when it is carried",
)(carries(rows(np.abs)))
plant(
    "The carried state is the mean of the new one and the old one.",
    "STATE-01",
    diagnosis="the mean of the new state and the old one is carried",
)(carries(lambda new, old: ((new[0] + old[0]) / 2, (new[1] + old[1]) / 2)))
plant(
    "The new state is added to the old one.",
    "STATE-01",
    diagnosis="the new state is added to the old one",
)(carries(lambda new, old: (new[0] + old[0], new[1] + old[1])))
plant(
    "The units of the state are reversed when it is carried.",
    "STATE-01",
    diagnosis="the units of the state are reversed when it is carried",
)(carries(rows(lambda a: a[:, ::-1].copy())))
plant(
    "The carried cell state is squashed.",
    "STATE-02",
    diagnosis="the cell state is passed through tanh when it is carried",
)(carries(lambda new, old: (new[0], np.tanh(new[1]))))


@plant(
    "predict carries the state of a stateless model from batch to batch.",
    "SEQ-12 STATE-27 STATE-21",
    diagnosis="a stateless model carries its state from batch to batch of a predict",
)
class PredictCarriesFromBatchToBatch(NumpyModel):
    def predict(self, x, batch_size):
        outputs, states = [], None
        for rows in self.batches(len(x), batch_size):
            count = len(x[rows])
            starting = states or self.starting_states(count)
            y, _, states = self.run(x[rows], None, [(h[:count], c[:count]) for h, c in starting])
            outputs.append(y)
        return np.concatenate(outputs)


@plant(
    "A stateless model keeps its state from call to call.",
    "CELL-32 SEQ-16 STATE-26 STATE-27 LIFE-19 PIPE-31 PIPE-44 PIPE-53 PIPE-61 PIPE-76",
    diagnosis="a stateless model carries its state from call to call",
)
class StatelessModelKeepsItsState(NumpyModel):
    left = None

    def starting_states(self, rows, initial_state=None):
        known = self.left is not None and len(self.left[0][0]) == rows
        if initial_state is None and known and not self.spec.stateful:
            return self.left
        return super().starting_states(rows, initial_state)

    def carry(self, final):
        self.left = final
        super().carry(final)


@plant(
    "The state fades a little from batch to batch.",
    "STATE-11 STATE-01",
    diagnosis="the state is multiplied by 0.99",
)
class Fading(NumpyModel):
    def carry(self, final):
        super().carry([(0.99 * h, 0.99 * c) for h, c in final])


@plant(
    "A little of every row's state leaks into the others.",
    "STATE-16 STATE-03",
    diagnosis="leaks into the others",
)
class Leaking(NumpyModel):
    def carry(self, final):
        super().carry([tuple(0.99 * a + 0.01 * a.mean(axis=0) for a in state) for state in final])


@plant(
    "Rows are recognised by their input and get back their own state.",
    "STATE-04",
    diagnosis="the rows get back their states in the order of their inputs",
)
class Recognised(NumpyModel):
    seen = None

    def run(self, x, mask, starting):
        if self.seen is not None and len(x) == len(self.seen) and self.spec.stateful:
            order = np.argsort(np.argsort(x[:, 0, 0]))
            starting = [(h[order], c[order]) for h, c in starting]
        self.seen = x
        return super().run(x, mask, starting)
