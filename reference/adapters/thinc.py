"""Thinc's LSTM.v1: one flat parameter vector, packed rows, one initial state for all rows."""

from __future__ import annotations

import numpy as np
import thinc.about
from thinc.api import LSTM, with_padded

from reference.adapters.support.adapter import Adapter
from reference.adapters.support.one_layer import OneLayer


class ThincLayer(OneLayer):
    """Gates f i o c: four kernels, four biases, four recurrent kernels, four (zero) biases."""

    library = "thinc"

    def load(self, kernel, recurrent, bias):
        features, units = kernel.shape[0], self.layer.units
        self.lstm = LSTM(units, features)
        self.lstm.initialize()
        blocks = [gates(array).ravel() for array in (kernel.T, bias, recurrent.T, 0 * bias)]
        self.lstm.set_param("LSTM", np.concatenate(blocks).astype("float32"))
        self.model = with_padded(self.lstm)

    def run(self, x, state, lengths):
        rows = list(x) if lengths is None else [row[:n] for row, n in zip(x, lengths)]
        found, self.back = self.model([np.ascontiguousarray(row) for row in rows], is_train=True)
        steps = np.zeros((*x.shape[:2], self.layer.units), "float32")
        for place, row in zip(steps, found):
            place[: len(row)] = row
        return steps, None

    def slope(self, d_outputs):
        self.lstm.set_grad("LSTM", 0 * self.lstm.get_param("LSTM"))
        of_x = np.stack(self.back([np.ascontiguousarray(row) for row in d_outputs]))
        features, units = self.weights[0].shape[0], self.layer.units
        shapes = [(4 * units, features), (4 * units,), (4 * units, units)]
        ends = np.cumsum([np.prod(shape) for shape in shapes])
        flat = np.split(self.lstm.get_grad("LSTM"), ends)
        kernel, bias, recurrent = (gates(a.reshape(s)) for a, s in zip(flat, shapes))
        return [kernel.T, recurrent.T, bias], of_x


def gates(array):
    """Blocks i f c o of the first axis as f i o c, which also leads back."""
    blocks = np.split(array, 4)
    return np.concatenate([blocks[k] for k in (1, 0, 3, 2)])


# Gives neither final h nor c, and takes no state of a row's own.
implementation = Adapter(
    name="thinc",
    version=thinc.about.__version__,
    model=ThincLayer,
    capabilities="forward mask-tail gradients",
    padding_output="undefined",  # rows come back as long as they are
)
