"""numpy-ml's LSTMCell, step by step (its LSTM layer raises AttributeError when it is made)."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from numpy_ml.neural_nets.layers import LSTMCell

from reference.adapters.support.adapter import Adapter
from reference.adapters.support.one_layer import OneLayer

GATES = "ufco"
"""Its letters for the gates i f c o: what is called input elsewhere is update."""


class NumpyMlLayer(OneLayer):
    """One array for each gate: first the rows of the recurrent kernel, then those of the kernel."""

    library = "numpy-ml"

    def load(self, kernel, recurrent, bias):
        self.cell = LSTMCell(self.layer.units)
        self.cell.n_in = kernel.shape[0]
        self.cell._init_params()
        both = np.concatenate([recurrent, kernel]).astype(float)
        for gate, weight, shift in zip(GATES, np.split(both, 4, axis=1), np.split(bias, 4)):
            self.cell.parameters["W" + gate] = weight
            self.cell.parameters["b" + gate] = shift[None].astype(float)

    def run(self, x, state, lengths):
        self.cell.flush_gradients()  # its word for forgetting the last row's state
        found = [self.cell.forward(x[:, step]) for step in range(x.shape[1])]
        return np.stack([h for h, _ in found], axis=1), found[-1]

    def slope(self, d_outputs):
        steps = reversed(range(d_outputs.shape[1]))
        of_x = np.stack([self.cell.backward(d_outputs[:, step]) for step in steps][::-1], axis=1)
        found = self.cell.gradients
        both = np.concatenate([found["W" + gate] for gate in GATES], axis=1)
        bias = np.concatenate([found["b" + gate][0] for gate in GATES])
        units = self.layer.units
        return [both[units:], both[:units], bias], of_x


# Starts every row from zero.
implementation = Adapter(
    name="numpy-ml",
    version=version("numpy-ml"),
    model=NumpyMlLayer,
    capabilities="forward final-state float64 gradients",
)
