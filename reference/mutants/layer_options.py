"""Options of a layer that are ignored, or that act where they must not."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy.lstm import LSTMLayer
from reference.numpy.model import NumpyModel

plant = planter("outputs")


@plant("The option to return zero at masked steps is ignored.", "MASK-180")
class ZeroOutputIsIgnored(LSTMLayer):
    def run_masked(self, inputs, valid, state):
        given = super().run_masked(inputs, valid, state)
        if not self.layer.zero_output_for_mask:
            return given
        shown, held = np.zeros_like(given[0][0]), []
        for output, valid_now in zip(given[0], valid, strict=True):
            shown = np.where(valid_now, output, shown)
            held.append(shown)
        return held, given[1]


@plant("Where masked steps return zero, h becomes zero there, too.", "MASK-180")
class ZeroOutputIsTheState(LSTMLayer):
    def masked_state(self, valid, new, old):
        h, c = super().masked_state(valid, new, old)
        return (np.where(valid, h, 0), c) if self.layer.zero_output_for_mask else (h, c)


@plant("Dropout multiplies what is kept outside training.", "CELL-182")
class DropoutScalesOutsideTraining(LSTMLayer):
    def preactivation(self, x, h):
        kept, kept_h = 1 - self.layer.dropout, 1 - self.layer.recurrent_dropout
        return super().preactivation(x * kept, h * kept_h)


@plant("Recurrent dropout is drawn in every call.", "CELL-182")
class RecurrentDropoutIsAlwaysDrawn(LSTMLayer):
    def step(self, x, h, c):
        rate = self.layer.recurrent_dropout
        if rate:
            kept = np.random.default_rng(len(h)).random(h.shape) >= rate
            h = h * kept / (1 - rate)
        return super().step(x, h, c)


@plant("Predict leaves dropout switched on for the inputs.", "CELL-182")
class DropoutInPredict(NumpyModel):
    def predict(self, x, batch_size):
        rate = self.spec.recurrent_layers[0].dropout if self.spec.recurrent_layers else 0.0
        if rate:
            kept = np.random.default_rng(len(x)).random((len(x), 1, x.shape[2])) >= rate
            x = x * kept / (1 - rate)
        return super().predict(x, batch_size)
