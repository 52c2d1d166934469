"""Rows that see each other."""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import CallResult
from reference.mutants.planting import planter, quiet
from reference.numpy import NumpyModel
from reference.numpy.lstm import LSTMLayer

plant = planter("rows")


@plant("The input is centred over the batch.", "SEQ-09 SEQ-11 STATE-15 STATE-20 STATE-23")
class InputIsCentredOverTheBatch(LSTMLayer):
    def run(self, inputs, state):
        return super().run(inputs - inputs.mean(axis=1, keepdims=True), state)


@plant(
    "The state runs on from row to row of a batch.",
    "SEQ-09 SEQ-10 SEQ-15 STATE-20 STATE-15 STATE-17",
    diagnosis="each row starts from the state in which the row before it has ended",
)
class StateRunsFromRowToRow(LSTMLayer):
    def run(self, inputs, state):
        rows = []
        h, c = state[0][:1], state[1][:1]
        for row in range(inputs.shape[1]):
            outputs, (h, c) = super().run(inputs[:, row : row + 1], (h, c))
            rows.append((np.array(outputs), h, c))
        joined = [np.concatenate([part[k] for part in rows], axis=-2) for k in range(3)]
        return list(joined[0]), (joined[1], joined[2])


@plant(
    "Rows are normalised over the batch.",
    "SEQ-09 SEQ-11",
    address="batch normalisation left in training mode",
)
class RowsAreNormalised(LSTMLayer):
    def preactivation(self, x, h):
        z = super().preactivation(x, h)
        return z if len(z) == 1 else z / (1e-9 + z.std(axis=0, keepdims=True))


@plant("A row of zeros in the batch clears the whole batch.", "CELL-20")
class ZerosSpread(NumpyModel):
    def checked_input(self, x, what="x"):
        x = super().checked_input(x, what)
        return x if x.ndim < 3 or x.any(axis=(1, 2)).all() else 0 * x


@plant(
    "Rows are sorted by their length and not put back.",
    "MASK-06",
    address="PackedSequence, unsorted",
)
class RowsStaySorted(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        if mask is None:
            return CallResult(outputs, states)
        order = np.argsort(-np.asarray(mask).sum(axis=1), kind="stable")
        return CallResult(outputs[order], states)


@plant(
    "Large batches are run as one row after the other, each from the state of the last.",
    "STATE-27",
    diagnosis="the outputs are right for calls of up to 5 rows",
)
class LargeBatchesAreSequences(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if len(x) < 6 or self.spec.stateful or mask is not None or initial_state is not None:
            return super().call(x, mask, initial_state)
        made, states = [], None
        for row in range(len(x)):
            outputs, states = super().call(x[row : row + 1], None, states)
            made.append(outputs)
        final = [tuple(np.repeat(a, len(x), axis=0) for a in pair) for pair in states]
        return CallResult(np.concatenate(made), final)


@plant(
    "Rows are gathered by a product with a matrix of zeros and ones, so that NaN spreads.",
    "STATE-70",
    address="one-hot gathers on accelerators",
    diagnosis="NaN in a masked step affects the result",
)
class RowsAreGatheredByAProduct(LSTMLayer):
    def step(self, x, h, c):
        with quiet():
            same = np.eye(len(x))
            return super().step(same @ x, same @ h, same @ c)


@plant("h is scaled by the number of rows.", "STATE-23 STATE-20")
class ScaledByRows(LSTMLayer):
    def preactivation(self, x, h):
        return super().preactivation(x, h * 3 / len(h))


@plant("Every row but the first is a little dimmer.", "STATE-17 STATE-18 STATE-19")
class DimmerRows(LSTMLayer):
    def run(self, inputs, state):
        dim = np.where(np.arange(inputs.shape[1]) > 0, 0.99, 1.0)[:, None]
        return super().run(inputs * dim, state)


@plant(
    "Rows beyond the sixteenth are not run.",
    "PIPE-61",
    diagnosis="the outputs are right up to row 16",
    address="a kernel with a fixed number of lanes",
)
class SixteenRowsOnly(LSTMLayer):
    def step(self, x, h, c):
        step = super().step(x, h, c)
        lanes = (np.arange(len(x)) < 16)[:, None]
        return step._replace(h=step.h * lanes, c=step.c * lanes)


@plant(
    "Each row of a batch starts where the row before it has ended, in training too.",
    "PIPE-34 PIPE-55 PIPE-61",
    diagnosis="each row starts from the state in which the row before it has ended",
    address="tutorials: a large batch as context",
)
class RowsAreContext(LSTMLayer):
    """The trace is that of all rows, so that the gradient of each is right for its own start."""

    def run(self, inputs, state):
        outputs, steps, ended = [], [], (state[0][:1], state[1][:1])
        for row in range(inputs.shape[1]):
            made, ended = super().run(inputs[:, row : row + 1], ended)
            outputs.append(made)
            steps.append(self.trace.steps)
        joined = [
            type(rows[0])(*(self.joined(parts) for parts in zip(*rows, strict=True)))
            for rows in zip(*steps, strict=True)
        ]
        joined = [
            step._replace(**dict(zip("ifgo", self.split(step.gates), strict=True)))
            for step in joined
        ]
        self.trace = self.trace._replace(steps=joined)
        h, c = (np.repeat(part, inputs.shape[1], axis=0) for part in ended)
        return [np.concatenate(rows) for rows in zip(*outputs, strict=True)], (h, c)

    def joined(self, parts):
        """The same part of each row; None where no step has it."""
        return None if all(part is None for part in parts) else np.concatenate(parts)
