"""Mistakes in what is carried from batch to batch, and to which row."""

from __future__ import annotations

import numpy as np
from planting_state_bugs import plant, zeros

from reference.numpy import NumpyModel
from reference.numpy.lstm import LSTMLayer

# What is carried ----------------------------------------------------------------------------------


@plant("nothing is carried", "STATE-01", "STATE-05", "STATE-10", "STATE-32", "STATE-45")
class Nothing(NumpyModel):
    def carry(self, final):
        super().carry(zeros(final))


@plant("only h is carried", "STATE-01", "STATE-02")
class OnlyH(NumpyModel):
    def carry(self, final):
        super().carry([(h, 0 * c) for h, c in final])


@plant("only c is carried", "STATE-01", "STATE-02")
class OnlyC(NumpyModel):
    def carry(self, final):
        super().carry([(0 * h, c) for h, c in final])


@plant("h and c are swapped when they are carried", "STATE-02", "STATE-39")
class Swapped(NumpyModel):
    def carry(self, final):
        super().carry([(c, h) for h, c in final])


@plant("the state is carried in half precision", "STATE-11")
class HalfPrecision(NumpyModel):
    def carry(self, final):
        super().carry([(h.astype("f2"), c.astype("f2")) for h, c in final])


@plant("the state fades a little from batch to batch", "STATE-11", "STATE-01")
class Fading(NumpyModel):
    def carry(self, final):
        super().carry([(0.99 * h, 0.99 * c) for h, c in final])


class LostNowAndThen(NumpyModel):
    every = 2
    batch = 0

    def carry(self, final):
        self.batch += 1
        super().carry(zeros(final) if self.batch % self.every == 0 else final)


@plant("the state is lost at every second batch", "STATE-01", "STATE-05")
class LostEverySecond(LostNowAndThen):
    every = 2


@plant("the state is lost at every third batch", "STATE-01", "STATE-05")
class LostEveryThird(LostNowAndThen):
    every = 3


@plant("the state is lost at every tenth batch", "STATE-11")
class LostEveryTenth(LostNowAndThen):
    every = 10


@plant("a batch starts from the state of the batch before the last", "STATE-01", "STATE-32")
class OffByOneBatch(NumpyModel):
    waiting = None

    def carry(self, final):
        super().carry(self.waiting or zeros(final))
        self.waiting = final


@plant("the state of the first step is carried instead of the last", "STATE-01", "STATE-09")
class StateOfTheFirstStep(LSTMLayer):
    def run(self, inputs, state):
        outputs, _ = super().run(inputs, state)
        return outputs, (self.trace.steps[0].h, self.trace.steps[0].c)


@plant("a batch of one step leaves the state as it was", "STATE-11", "STATE-13")
class SingleStepsDoNotCount(LSTMLayer):
    def run(self, inputs, state):
        outputs, final = super().run(inputs, state)
        return outputs, state if len(inputs) == 1 else final


@plant("a piece of six or more steps loses its state", "STATE-10", "STATE-13")
class LongPiecesForget(LSTMLayer):
    def run(self, inputs, state):
        outputs, (h, c) = super().run(inputs, state)
        return outputs, (0 * h, 0 * c) if len(inputs) >= 6 else (h, c)


@plant("another number of steps clears the state", "STATE-12")
class AnotherLengthClears(NumpyModel):
    steps = None

    def run(self, x, mask, starting):
        if self.steps not in (None, x.shape[1]):
            starting = zeros(starting)
        self.steps = x.shape[1]
        return super().run(x, mask, starting)


# To which row -------------------------------------------------------------------------------------


class OtherRows(NumpyModel):
    def carry(self, final):
        super().carry([(self.mixed(h), self.mixed(c)) for h, c in final])


@plant("row 0's state is carried for every row", "STATE-03")
class RowZero(OtherRows):
    def mixed(self, state):
        return np.repeat(state[:1], len(state), axis=0)


@plant("the last row's state is carried for every row", "STATE-03", "STATE-14")
class LastRow(OtherRows):
    def mixed(self, state):
        return np.repeat(state[-1:], len(state), axis=0)


@plant("the rows' states are averaged", "STATE-03", "STATE-16")
class Averaged(OtherRows):
    def mixed(self, state):
        return np.repeat(state.mean(axis=0, keepdims=True), len(state), axis=0)


@plant("the rows' states are rotated", "STATE-03", "STATE-04", "STATE-19")
class Rotated(OtherRows):
    def mixed(self, state):
        return np.roll(state, 1, axis=0)


@plant("the rows' states are in reverse order", "STATE-03", "STATE-19")
class Reversed(OtherRows):
    def mixed(self, state):
        return state[::-1]


@plant("a little of every row's state leaks into the others", "STATE-16", "STATE-03")
class Leaking(OtherRows):
    def mixed(self, state):
        return 0.99 * state + 0.01 * state.mean(axis=0)


@plant("rows are recognised and get back their own state", "STATE-04")
class Recognised(NumpyModel):
    seen = None

    def run(self, x, mask, starting):
        if self.seen is not None and len(x) == len(self.seen):
            order = np.argsort(np.argsort(x[:, 0, 0]))
            starting = [(h[order], c[order]) for h, c in starting]
        self.seen = x
        return super().run(x, mask, starting)


@plant("a row starts from the final state of the row before it", "STATE-20", "STATE-15", "STATE-17")
class ContextInsideTheBatch(LSTMLayer):
    def run(self, inputs, state):
        rows, (h, c) = [], (state[0][:1], state[1][:1])
        for row in range(inputs.shape[1]):
            outputs, (h, c) = super().run(inputs[:, row : row + 1], (h, c))
            rows.append((np.array(outputs), h, c))
        outputs, h, c = (np.concatenate([part[k] for part in rows], axis=-2) for k in range(3))
        return list(outputs), (h, c)


@plant("the input is centred over the batch", "STATE-15", "STATE-20", "STATE-23")
class Centred(LSTMLayer):
    def run(self, inputs, state):
        return super().run(inputs - inputs.mean(axis=1, keepdims=True), state)


@plant("h is scaled by the number of rows", "STATE-23", "STATE-20")
class ScaledByRows(LSTMLayer):
    def preactivation(self, x, h):
        return super().preactivation(x, h * 3 / len(h))


@plant("every row but the first is a little dimmer", "STATE-17", "STATE-18", "STATE-19")
class DimmerRows(LSTMLayer):
    def run(self, inputs, state):
        dim = np.where(np.arange(inputs.shape[1]) > 0, 0.99, 1.0)[:, None]
        return super().run(inputs * dim, state)


@plant("initial states are given to the rows in reverse order", "STATE-18", "STATE-30")
class InitialRowsReversed(NumpyModel):
    def starting_states(self, rows, initial_state=None):
        if initial_state is not None:
            initial_state = [(h[::-1], c[::-1]) for h, c in initial_state]
        return super().starting_states(rows, initial_state)
