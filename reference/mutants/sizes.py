"""Limits: what is right until there are too many rows, steps, features, calls or updates."""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import Gradients
from lstm_spec.model import LSTMState
from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.layers import BidirectionalLayer
from reference.numpy.lstm import LSTMLayer
from reference.numpy.optimizers import AdamOptimizer, SGDOptimizer

plant = planter("sizes")


@plant(
    "Columns of the kernel beyond the 1024th are never added.",
    "SEQ-110",
    diagnosis="the outputs are right for up to 256 units",
)
class ColumnsBeyondThe1024thAreNeverAdded(LSTMLayer):
    def preactivation(self, x, h):
        z = super().preactivation(x, h)
        z[:, 1024:] = 0
        return z


@plant(
    "Rows are computed in blocks of 256, and what is left over is not.",
    "SEQ-110 STATE-112",
    diagnosis="the outputs are right up to row 512",
)
class RowsThatAreLeftOverAreNotComputed(LSTMLayer):
    def preactivation(self, x, h):
        z = super().preactivation(x, h)
        if len(z) > 256:
            z[len(z) // 256 * 256 :] = 0
        return z


@plant(
    "Features beyond the 300th are not read.",
    "SEQ-110 SEQ-111 GRAD-110",
    diagnosis="the outputs are right for up to 300 features",
)
class FeaturesBeyondThe300thAreNotRead(LSTMLayer):
    def preactivation(self, x, h):
        return super().preactivation(np.where(np.arange(x.shape[-1]) < 300, x, 0), h)


@plant("The backward direction has a buffer of 300 steps.", "SEQ-111")
class BackwardDirectionHasABufferOf300Steps(BidirectionalLayer):
    def forward(self, x, mask, states):
        outputs, mask, final = super().forward(x, mask, states)
        if outputs.ndim == 3:
            outputs[:, :-300, outputs.shape[-1] // 2 :] = 0
        return outputs, mask, final


@plant("After 300 batches predict repeats the first output.", "SEQ-112 STATE-111")
class PredictRepeatsItsBatchesAfter300(NumpyModel):
    def predict(self, x, batch_size):
        outputs = super().predict(x, batch_size)
        outputs[300 * batch_size :] = outputs[0]
        return outputs


@plant("A batch of more than 512 rows is predicted without the last one.", "SEQ-112")
class LargeBatchIsPredictedWithoutTheLast(NumpyModel):
    def predict(self, x, batch_size):
        outputs = super().predict(x, batch_size)
        if batch_size > 512:
            outputs[-1] = outputs[-2]
        return outputs


class Counting(NumpyModel):
    """It counts how often it has run."""

    runs = 0

    def run(self, x, mask, starting):
        self.runs += 1
        return super().run(x, mask, starting)


@plant(
    "The state is dropped after 255 calls.",
    "STATE-110 STATE-111",
    diagnosis=("calls are right up to call 255", "a predict is right up to batch 255"),
)
class StateIsDroppedAfter255Calls(Counting):
    def carry(self, final):
        super().carry(final)
        if self.runs == 255:
            self.reset_states()


@plant("From the 300th call on, a tenth of c is lost between calls.", "STATE-110")
class StateFadesAfterThreeHundredCalls(Counting):
    def carry(self, final):
        if self.runs >= 300:
            final = [LSTMState(h, c * 0.9) for h, c in final]
        super().carry(final)


@plant("Row 300 and all after it share one state.", "STATE-112")
class RowsFromThe300thShareOneState(NumpyModel):
    def carry(self, final):
        for state in final:
            for part in state:
                part[300:] = part[300:301]
        super().carry(final)


@plant(
    "The moments of Adam are cleared after 200 updates.",
    "TRAIN-111",
    diagnosis="Adam is right up to update 200",
)
class MomentsAreClearedAfter200Updates(AdamOptimizer):
    def update(self, parameters, gradient):
        super().update(parameters, gradient)
        if self.t == 200:
            self.m[:] = 0


@plant(
    "Adam's correction stops after 250 updates.",
    "TRAIN-111",
    diagnosis="Adam is right up to update 250",
)
class CorrectionStopsAfter250Updates(AdamOptimizer):
    def step_size(self):
        return super().step_size() if self.t <= 250 else self.settings.learning_rate


@plant(
    "The learning rate of SGD decays after 256 updates.",
    "TRAIN-110 TRAIN-113",
    diagnosis="SGD is right up to update 256",
)
class LearningRateDecaysAfter256Updates(SGDOptimizer):
    updates = 0

    def update(self, parameters, gradient):
        self.updates += 1
        super().update(parameters, gradient if self.updates <= 256 else 0.5 * gradient)


@plant("fit stops early: no epoch after the 100th trains.", "TRAIN-112")
class FitStopsAfter100Epochs(NumpyModel):
    def fit(self, x, y, *, epochs, **how):
        history = super().fit(x, y, epochs=min(epochs, 100), **how)
        for figures in history.values():
            figures += figures[-1:] * (epochs - len(figures))
        return history


@plant("An epoch ends after 300 batches.", "TRAIN-113")
class EpochEndsAfter300Batches(NumpyModel):
    def fit(self, x, y, *, batch_size, **how):
        most = 300 * batch_size
        return super().fit(x[:most], y[:most], batch_size=batch_size, **how)


@plant("evaluate measures the first 256 batches.", "TRAIN-114")
class EvaluateMeasuresTheFirst256Batches(NumpyModel):
    def evaluate(self, x, y, batch_size, **weights):
        most = 256 * batch_size
        return super().evaluate(x[:most], y[:most], batch_size, **weights)


@plant("The class of a target is kept in 8 bits.", "TRAIN-114")
class ClassOfATargetIsKeptIn8Bits(NumpyModel):
    def checked_pair(self, x, y, of="", *weights):
        x, y = super().checked_pair(x, y, of, *weights)
        if y.shape[-1] > 256:
            y = np.eye(y.shape[-1])[y.argmax(axis=-1) % 256]
        return x, y


@plant("Rows beyond the 256th have no gradient.", "GRAD-110")
class RowsBeyondThe256thHaveNoGradient(NumpyModel):
    def gradients(self, x, y, initial_state=None, **counting):
        loss, weights, d_x, d_states = super().gradients(x, y, initial_state, **counting)
        d_x[256:] = 0
        return Gradients(loss, weights, d_x, d_states)


@plant(
    "After 300 masked steps the state is cleared.",
    "MASK-110",
    diagnosis="the state lasts for up to 299 masked steps",
)
class StateIsClearedAfter300MaskedSteps(LSTMLayer):
    masked = 0

    def run_masked(self, inputs, valid, state):
        self.masked = np.zeros((valid.shape[1], 1), int)
        return super().run_masked(inputs, valid, state)

    def masked_state(self, valid, new, old):
        self.masked = np.where(valid, 0, self.masked + 1)
        h, c = super().masked_state(valid, new, old)
        keeps = self.masked < 300
        return h * keeps, c * keeps


@plant("The lengths of rows are kept in 8 bits.", "MASK-111")
class LengthsOfRowsAreKeptIn8Bits(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if mask is not None and mask.shape[1] > 256:
            lengths = mask.sum(axis=1)
            if (mask == (np.arange(mask.shape[1]) < lengths[:, None])).all():
                mask = np.arange(mask.shape[1]) < (lengths % 256)[:, None]
        return super().call(x, mask, initial_state)


@plant("Rows beyond the 255th have the mask of the last of them.", "MASK-112")
class RowsBeyondThe255thHaveTheMaskOfTheLast(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if mask is not None and len(mask) > 256:
            mask = mask.copy()
            mask[256:] = mask[255]
        return super().call(x, mask, initial_state)


@plant("Each large batch of a predict begins anew.", "STATE-171")
class LargeBatchesOfAPredictBeginAnew(NumpyModel):
    def predict(self, x, batch_size):
        if batch_size <= 256 or not self.spec.stateful:
            return super().predict(x, batch_size)
        outputs = []
        for rows in self.batches(len(x), batch_size):
            self.reset_states()
            outputs.append(super().predict(x[rows], batch_size))
        return np.concatenate(outputs)
