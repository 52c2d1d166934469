"""Bugs of many steps: order of time, states in and out, directions, rows, stacks."""

from __future__ import annotations

import numpy as np
from planting_engine_bugs import planted

from reference.numpy import NumpyModel
from reference.numpy.layers import BidirectionalLayer, DenseLayer, RepeatVectorLayer
from reference.numpy.lstm import LSTMLayer


@planted("SEQ-01", "SEQ-08")
class TimeIsReadFromItsEnd(LSTMLayer):
    def in_order(self, steps):
        return steps[::-1]


@planted("SEQ-07")
class BatchAndTimeAreSwapped(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if x.shape[0] != x.shape[1]:
            return super().call(x, mask, initial_state)
        outputs, states = super().call(x.swapaxes(0, 1), mask, initial_state)
        return (outputs.swapaxes(0, 1) if outputs.ndim == 3 else outputs), states


@planted("SEQ-01")
class SequenceIsShiftedByOneStep(LSTMLayer):
    def run(self, inputs, state):
        outputs, final = super().run(inputs, state)
        return [state[0], *outputs[:-1]] if self.layer.return_sequences else outputs, final


@planted("SEQ-02")
class SingleOutputIsTheFirstSteps(LSTMLayer):
    def run(self, inputs, state):
        outputs, final = super().run(inputs, state)
        return outputs if self.layer.return_sequences else outputs[:1], final


@planted("SEQ-02")
class SingleOutputIsTheMeanOverTime(LSTMLayer):
    def run(self, inputs, state):
        outputs, final = super().run(inputs, state)
        mean = np.mean(outputs, axis=0)
        return outputs if self.layer.return_sequences else [mean], final


@planted("SEQ-04")
class OneStepIsSqueezedAway(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        return (outputs[:, :1] * 0 if x.shape[:2] == (1, 1) else outputs), states


@planted("SEQ-05")
class NumberOfStepsIsRememberedFromTheFirstCall(NumpyModel):
    steps = None

    def call(self, x, mask=None, initial_state=None):
        self.steps = self.steps or x.shape[1]
        outputs, states = super().call(x[:, : self.steps], mask, initial_state)
        if outputs.ndim == 3 and x.shape[1] > self.steps:
            missing = x.shape[1] - self.steps
            outputs = np.pad(outputs, ((0, 0), (0, missing), (0, 0)))
        return outputs, states


@planted("SEQ-06", "SEQ-01")
class StateInHalfPrecision(LSTMLayer):
    def step(self, x, h, c):
        step = super().step(x, h, c)
        return step._replace(h=step.h.astype(np.float16), c=step.c.astype(np.float16))


@planted("SEQ-08", "SEQ-11")
class FirstStepSeesTheMeanOfTheRow(LSTMLayer):
    def run(self, inputs, state):
        inputs = np.concatenate([inputs[:1] + 0.1 * inputs.mean(axis=0), inputs[1:]])
        return super().run(inputs, state)


@planted("SEQ-09", "SEQ-11")
class InputIsCentredOverTheBatch(LSTMLayer):
    def run(self, inputs, state):
        return super().run(inputs - inputs.mean(axis=1, keepdims=True), state)


@planted("SEQ-09", "SEQ-10", "SEQ-15")
class StateRunsFromRowToRow(LSTMLayer):
    def run(self, inputs, state):
        rows = []
        h, c = state[0][:1], state[1][:1]
        for row in range(inputs.shape[1]):
            outputs, (h, c) = super().run(inputs[:, row : row + 1], (h, c))
            rows.append((np.array(outputs), h, c))
        joined = [np.concatenate([part[k] for part in rows], axis=-2) for k in range(3)]
        return list(joined[0]), (joined[1], joined[2])


@planted("SEQ-12")
class LastSmallerBatchIsDropped(NumpyModel):
    def batches(self, count, batch_size):
        return (
            rows
            for rows in super().batches(count, batch_size)
            if rows.stop <= count // batch_size * batch_size
        )


@planted("SEQ-12")
class PredictCarriesFromBatchToBatch(NumpyModel):
    def predict(self, x, batch_size):
        outputs, states = [], None
        for rows in self.batches(len(x), batch_size):
            count = len(x[rows])
            starting = states or self.starting_states(count)
            y, _, states = self.run(x[rows], None, [(h[:count], c[:count]) for h, c in starting])
            outputs.append(y)
        return np.concatenate(outputs)


class OtherStart(NumpyModel):
    def starting_states(self, rows, initial_state=None):
        if initial_state is not None:
            initial_state = [self.changed(h, c) for h, c in initial_state]
        return super().starting_states(rows, initial_state)


@planted("SEQ-13", "SEQ-17")
class InitialStateIsIgnored(OtherStart):
    def changed(self, h, c):
        return np.zeros_like(h), np.zeros_like(c)


@planted("SEQ-13", "SEQ-14", "CELL-10")
class InitialStateIsSwapped(OtherStart):
    def changed(self, h, c):
        return c, h


@planted("SEQ-14", "SEQ-17")
class InitialCIsDropped(OtherStart):
    def changed(self, h, c):
        return h, np.zeros_like(c)


@planted("SEQ-14", "SEQ-17")
class InitialHIsDropped(OtherStart):
    def changed(self, h, c):
        return np.zeros_like(h), c


@planted("SEQ-15", "SEQ-13")
class FirstRowsStateIsGivenToEveryRow(OtherStart):
    def changed(self, h, c):
        return np.repeat(h[:1], len(h), axis=0), np.repeat(c[:1], len(c), axis=0)


@planted("SEQ-15")
class StatesAreRotatedByOneRow(OtherStart):
    def changed(self, h, c):
        return np.roll(h, 1, axis=0), np.roll(c, 1, axis=0)


@planted("SEQ-15")
class StatesAreAveragedOverTheBatch(OtherStart):
    def changed(self, h, c):
        return h * 0 + h.mean(axis=0), c * 0 + c.mean(axis=0)


@planted("SEQ-03", "SEQ-17")
class FinalStateIsSwapped(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        return outputs, [(c, h) for h, c in states]


@planted("SEQ-03")
class FinalStateIsThatOfTheFirstStep(LSTMLayer):
    def run(self, inputs, state):
        outputs, _ = super().run(inputs, state)
        return outputs, (self.trace.steps[0].h, self.trace.steps[0].c)


@planted("SEQ-18", "SEQ-08")
class LayerHasNoMemory(LSTMLayer):
    def step(self, x, h, c):
        return super().step(x, np.zeros_like(h), np.zeros_like(c))


@planted("SEQ-19", "SEQ-20", "SEQ-23")
class GoBackwardsIsIgnored(LSTMLayer):
    def in_order(self, steps):
        return steps


@planted("SEQ-19")
class BackwardOutputsAreTurnedBack(LSTMLayer):
    def run(self, inputs, state):
        outputs, final = super().run(inputs, state)
        turn = self.layer.go_backwards and self.layer.return_sequences
        return outputs[::-1] if turn else outputs, final


@planted("SEQ-21", "SEQ-24")
class BackwardLayerTurnsTheBatchOfItsState(LSTMLayer):
    def run(self, inputs, state):
        turned = (state[0][::-1], state[1][::-1]) if self.layer.go_backwards else state
        return super().run(inputs, turned)


@planted("SEQ-22", "SEQ-25")
class BackwardHalfIsNotTurnedBack(BidirectionalLayer):
    def turn(self, sequence):
        return sequence


class OtherJoin(BidirectionalLayer):
    def forward(self, x, mask, states):
        outputs, mask, final = super().forward(x, mask, states)
        ahead, back = np.split(outputs, 2, axis=-1)
        return self.join(ahead, back), mask, final


@planted("SEQ-22", "SEQ-23")
class HalvesAreSwapped(OtherJoin):
    def join(self, ahead, back):
        return np.concatenate([back, ahead], axis=-1)


@planted("SEQ-22")
class HalvesAreInterleaved(OtherJoin):
    def join(self, ahead, back):
        return np.stack([ahead, back], axis=-1).reshape(*ahead.shape[:-1], -1)


@planted("SEQ-22", "SEQ-23")
class BothDirectionsUseTheForwardWeights(BidirectionalLayer):
    def __init__(self, forwards, backwards):
        backwards.kernel, backwards.bias = forwards.kernel, forwards.bias
        backwards.recurrent_kernel = forwards.recurrent_kernel
        super().__init__(forwards, backwards)


@planted("SEQ-23")
class SingleOutputIsCutOutOfTheTurnedSequence(BidirectionalLayer):
    def forward(self, x, mask, states):
        outputs, mask_out, final = super().forward(x, mask, states)
        if not self.sequence:
            last, _, _ = self.backwards.forward(x[:, -1:], None, states[1:])
            outputs = np.concatenate([outputs[:, : self.forwards.units], last], axis=-1)
        return outputs, mask_out, final


@planted("SEQ-24")
class StatesOfTheDirectionsAreSwapped(BidirectionalLayer):
    def forward(self, x, mask, states):
        outputs, mask, final = super().forward(x, mask, states[::-1])
        return outputs, mask, final[::-1]


@planted("SEQ-26")
class SecondLayerReadsItsOwnFirstStepOnly(NumpyModel):
    def run(self, x, mask, starting):
        for layer in self.layers[1:]:
            if isinstance(layer, LSTMLayer):
                layer.in_order = lambda steps: np.repeat(steps[:1], len(steps), axis=0)
        return super().run(x, mask, starting)


@planted("SEQ-27")
class SecondLayerStartsFromZero(NumpyModel):
    def run(self, x, mask, starting):
        later = [(np.zeros_like(h), np.zeros_like(c)) for h, c in starting[1:]]
        return super().run(x, mask, [*starting[:1], *later])


@planted("SEQ-28", "SEQ-31")
class VectorIsGivenToTheFirstStepOnly(RepeatVectorLayer):
    def forward(self, x, mask, states):
        repeated, mask, final = super().forward(x, mask, states)
        repeated[:, 1:] = 0
        return repeated, mask, final


@planted("SEQ-29")
class DenseActsOnTheMeanOverTime(DenseLayer):
    def forward(self, x, mask, states):
        if x.ndim == 3:
            x = np.broadcast_to(x.mean(axis=1, keepdims=True), x.shape)
        return super().forward(x, mask, states)


@planted("SEQ-30")
class SoftmaxRunsOverTime(DenseLayer):
    def activate(self, z):
        if self.layer.activation != "softmax" or z.ndim < 3:
            return super().activate(z)
        raised = np.exp(z - z.max(axis=1, keepdims=True))
        return raised / raised.sum(axis=1, keepdims=True)


@planted("SEQ-30")
class SoftmaxOverflows(DenseLayer):
    def activate(self, z):
        if self.layer.activation != "softmax":
            return super().activate(z)
        return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


@planted("SEQ-31")
class DecoderStartsFromTheEncodersState(NumpyModel):
    def run(self, x, mask, starting):
        final = []
        for position, layer in enumerate(self.layers):
            first = len(final)
            before = self.layers[position - 1] if position else None
            states = starting[first : first + layer.directions]
            if isinstance(before, RepeatVectorLayer) and layer.directions:
                units = states[0][0].shape[1]
                states = [(final[-1][0][:, :units], final[-1][1][:, :units])]
            x, mask, ended = layer.forward(x, mask, states)
            final += ended
        self.carry(final)
        return x, mask, final
