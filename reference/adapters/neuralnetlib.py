"""neuralnetlib's LSTM layer: twelve arrays, float64 throughout."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from neuralnetlib.layers import LSTM

from reference.adapters.support.adapter import Adapter
from reference.adapters.support.one_layer import OneLayer


class NeuralnetlibLayer(OneLayer):
    """W, U and b of the gates i, f, c and o."""

    library = "neuralnetlib"

    def load(self, kernel, recurrent, bias):
        # clip_value bounds the norm of the gradients: far away, so that they are gradients
        self.lstm = LSTM(self.layer.units, True, return_state=True, clip_value=1e30)
        self.lstm.forward_pass(np.zeros((1, 1, kernel.shape[0])))
        for letter, array in zip("WUb", (kernel, recurrent, bias[None])):
            for gate, block in zip("ifco", np.split(array.astype(float), 4, axis=-1)):
                setattr(self.lstm.cell, letter + gate, block)

    def run(self, x, state, lengths):
        steps, h, c = self.lstm.forward_pass(x)
        return steps, (h, c)

    def slope(self, d_outputs):
        of_x = self.lstm.backward_pass(d_outputs)
        found = [
            np.concatenate([getattr(self.lstm.cell, "d" + letter + g) for g in "ifco"], axis=-1)
            for letter in "WUb"
        ]
        return [found[0], found[1], found[2][0]], of_x


# Starts every call from zero.
implementation = Adapter(
    name="neuralnetlib",
    version=version("neuralnetlib"),
    model=NeuralnetlibLayer,
    capabilities="forward final-state float64 gradients",
)
