"""NNabla's functions.lstm: (time, batch, features), backward by hand from a given slope."""

from __future__ import annotations

import nnabla
import nnabla.functions as F
import numpy as np

from reference.adapters.adapter import Adapter
from reference.adapters.one_layer import OneLayer


class NnablaLayer(OneLayer):
    """Weight (directions, 4, units, features + units), bias (layers, directions, 4, units)."""

    library = "nnabla"

    def load(self, kernel, recurrent, bias):
        both = np.concatenate([kernel, recurrent]).T
        units = self.layer.units
        self.weight = variable(both.reshape(1, 4, units, -1))
        self.bias = variable(bias.reshape(1, 1, 4, units))

    def run(self, x, state, lengths):
        zero = np.zeros((len(x), self.layer.units), "float32")
        h, c = (variable(part[None, None]) for part in state or (zero, zero))
        self.x = variable(x.transpose(1, 0, 2))
        self.y, h, c = F.lstm(self.x, h, c, self.weight, bias=self.bias, training=True)
        nnabla.forward_all([self.y, h, c])
        return self.y.d.transpose(1, 0, 2).copy(), (h.d[0, 0].copy(), c.d[0, 0].copy())

    def slope(self, d_outputs):
        for one in (self.weight, self.bias, self.x):
            one.g = 0
        self.y.backward(grad=np.ascontiguousarray(d_outputs.transpose(1, 0, 2)))
        both = self.weight.g.reshape(4 * self.layer.units, -1).T
        features = self.weights[0].shape[0]
        found = [both[:features], both[features:], self.bias.g.reshape(-1)]
        return found, self.x.g.transpose(1, 0, 2).copy()


def variable(array):
    """A variable that is differentiated."""
    made = nnabla.Variable(array.shape, need_grad=True)
    made.d = array
    return made


# Carries no state: what a call returns is given back by the user.
implementation = Adapter(
    name="nnabla",
    version=nnabla.__version__,
    model=NnablaLayer,
    capabilities="forward initial-state final-state gradients",
)
