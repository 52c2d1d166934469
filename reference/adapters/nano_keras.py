"""nano-keras' LSTM layer, which takes one row at a time. What it calls activation is the gates'."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from nano_keras.layers import LSTM, Input

from reference.adapters.support.adapter import Adapter
from reference.adapters.support.one_layer import OneLayer


class NanoKerasLayer(OneLayer):
    """Gates f i c o; its recurrent kernels are (units out, units in)."""

    library = "nano-keras"

    def load(self, kernel, recurrent, bias):
        self.lstm = LSTM(self.layer.units)
        self.lstm.input_weights = np.stack(gates(kernel)).astype(float)
        self.lstm.recurrent_weights = np.stack([one.T for one in gates(recurrent)]).astype(float)
        self.lstm.biases = np.stack(gates(bias)).astype(float)

    def run(self, x, state, lengths):
        self.lstm.set_batch_size(1, [Input(x.shape[1:]), self.lstm], 1)
        return np.stack([np.array(self.lstm(row)) for row in x]), None


def gates(array):
    """The blocks i f c o of the last axis in the order f i c o."""
    i, f, c, o = np.split(array, 4, axis=-1)
    return [f, i, c, o]


# Its backward pass updates the weights and gives no gradients out.
implementation = Adapter(
    name="nano-keras",
    version=version("nano-keras"),
    model=NanoKerasLayer,
    capabilities="forward float64",
)
