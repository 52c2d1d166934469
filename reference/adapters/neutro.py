"""Neutro's LSTM layer and its GradientTape, float64 throughout."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from neutro.autograd import GradientTape, Tensor
from neutro.layers.recurrent.lstm import LSTM

from reference.adapters.support.adapter import Adapter
from reference.adapters.support.one_layer import OneLayer


class NeutroLayer(OneLayer):
    """One W (features + units, 4 units), gates i f c o."""

    library = "neutro"

    def load(self, kernel, recurrent, bias):
        self.lstm = LSTM(self.layer.units, return_sequences=True)
        self.lstm.build((None, None, kernel.shape[0]))
        self.lstm.params["W"] = Tensor(np.concatenate([kernel, recurrent]))
        self.lstm.params["b"] = Tensor(bias)

    def run(self, x, state, lengths):
        self.x = Tensor(x)
        with GradientTape() as self.tape:
            for one in (self.lstm.params["W"], self.lstm.params["b"], self.x):
                self.tape.watch(one)
            self.outputs = self.lstm.forward(self.x)
        return self.outputs.data.copy(), None

    def slope(self, d_outputs):
        with self.tape:
            target = (self.outputs * Tensor(d_outputs)).sum()
        weights = [self.lstm.params["W"], self.lstm.params["b"]]
        self.tape.gradient(target, [*weights, self.x])
        features = self.weights[0].shape[0]
        both, bias = (one.grad for one in weights)
        return [both[:features], both[features:], bias], self.x.grad


# Starts every call from zero and gives the outputs only.
implementation = Adapter(
    name="neutro",
    version=version("neutro"),
    model=NeutroLayer,
    capabilities="forward float64 gradients",
)
