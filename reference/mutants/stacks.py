"""Stacks of layers, repeated vectors and Dense layers over a sequence."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.layers import DenseLayer, RepeatVectorLayer
from reference.numpy.lstm import LSTMLayer

plant = planter("stacks")


@plant("The second layer reads its own first step only.", "SEQ-26")
class SecondLayerReadsItsOwnFirstStepOnly(NumpyModel):
    def run(self, x, mask, starting):
        for layer in self.layers[1:]:
            if isinstance(layer, LSTMLayer):
                layer.in_order = lambda steps: np.repeat(steps[:1], len(steps), axis=0)
        return super().run(x, mask, starting)


@plant(
    "The second layer starts from zero.",
    "SEQ-27",
    diagnosis="only the first of three layers starts from its initial state",
)
class SecondLayerStartsFromZero(NumpyModel):
    def run(self, x, mask, starting):
        later = [(np.zeros_like(h), np.zeros_like(c)) for h, c in starting[1:]]
        return super().run(x, mask, [*starting[:1], *later])


@plant(
    "A repeated vector is given to the first step only.",
    "SEQ-28 SEQ-31 PIPE-41 PIPE-42 PIPE-57 PIPE-67 PIPE-75",
)
class VectorIsGivenToTheFirstStepOnly(RepeatVectorLayer):
    def forward(self, x, mask, states):
        repeated, mask, final = super().forward(x, mask, states)
        repeated[:, 1:] = 0
        return repeated, mask, final


@plant("RepeatVector always repeats twice.", "SEQ-28 PIPE-67 PIPE-75")
class AlwaysTwoRepetitions(RepeatVectorLayer):
    def __init__(self, layer):
        super().__init__(layer)
        self.n = 2


@plant("A Dense layer acts on the mean over time.", "SEQ-29")
class DenseActsOnTheMeanOverTime(DenseLayer):
    def forward(self, x, mask, states):
        if x.ndim == 3:
            x = np.broadcast_to(x.mean(axis=1, keepdims=True), x.shape)
        return super().forward(x, mask, states)


@plant("The softmax runs over time.", "SEQ-30")
class SoftmaxRunsOverTime(DenseLayer):
    def activate(self, z):
        if self.layer.activation != "softmax" or z.ndim < 3:
            return super().activate(z)
        raised = np.exp(z - z.max(axis=1, keepdims=True))
        return raised / raised.sum(axis=1, keepdims=True)


@plant("Softmax overflows for large inputs.", "SEQ-30")
class SoftmaxOverflows(DenseLayer):
    def activate(self, z):
        if self.layer.activation != "softmax":
            return super().activate(z)
        return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


@plant("The decoder starts from the encoders state.", "SEQ-31")
class DecoderStartsFromTheEncodersState(NumpyModel):
    def run(self, x, mask, starting):
        final = []
        for position, layer in enumerate(self.layers):
            before = self.layers[position - 1] if position else None
            states = starting[len(final) :]
            if isinstance(before, RepeatVectorLayer) and isinstance(layer, LSTMLayer):
                units = states[0][0].shape[1]
                states = [(final[-1][0][:, :units], final[-1][1][:, :units])]
            x, mask, ended = layer.forward(x, mask, states)
            final += ended
        self.carry(final)
        return x, mask, final
