"""DyNet's VanillaLSTMBuilder. It adds one to the forget gate in every step."""

from __future__ import annotations

from importlib.metadata import version

import dynet
import numpy as np

from reference.adapters.adapter import Adapter
from reference.adapters.one_layer import OneLayer


class DynetLayer(OneLayer):
    """Gates i f o c; (4 units, features), (4 units, units), (4 units)."""

    library = "dynet"

    def load(self, kernel, recurrent, bias):
        self.parameters = dynet.ParameterCollection()
        self.lstm = dynet.VanillaLSTMBuilder(1, kernel.shape[0], self.layer.units, self.parameters)
        arrays = [gates(array.T) for array in (kernel, recurrent, bias)]
        arrays[2][self.layer.units : 2 * self.layer.units] -= 1
        for parameter, array in zip(self.lstm.get_parameters()[0], arrays):
            parameter.set_value(array)

    def run(self, x, state, lengths):
        dynet.renew_cg()
        for parameter in self.lstm.get_parameters()[0]:
            parameter.scale_gradient(0.0)  # they add up until an update
        self.inputs = [batched(x[:, step]) for step in range(x.shape[1])]
        start = self.lstm.initial_state(state and [batched(state[1]), batched(state[0])])
        self.outputs, now = [], start
        for step in self.inputs:
            now = now.add_input(step)
            self.outputs.append(now.output())
        (c, h) = (rows(part) for part in now.s())
        return np.stack([rows(one) for one in self.outputs], axis=1), (h, c)

    def slope(self, d_outputs):
        pairs = zip(self.outputs, (batched(d_outputs[:, t]) for t in range(d_outputs.shape[1])))
        total = dynet.sum_batches(dynet.esum([dynet.dot_product(y, d) for y, d in pairs]))
        total.forward()
        total.backward(full=True)
        found = [one.grad_as_array() for one in self.lstm.get_parameters()[0]]
        of_x = np.stack([rows(one, "gradient") for one in self.inputs], axis=1)
        return [gates(array).T for array in found], of_x


def batched(array):
    """(batch, features) as a vector with a batch, the last axis there."""
    return dynet.inputTensor(np.ascontiguousarray(array.T), batched=True)


def rows(expression, what="npvalue"):
    """And back; a batch of one row has no axis of its own."""
    array = getattr(expression, what)()
    return array[None] if array.ndim == 1 else array.T


def gates(array):
    """Blocks i f c o of the first axis as i f o c, and back."""
    i, f, c, o = np.split(array, 4)
    return np.concatenate([i, f, o, c])


# Carries no state beyond its graph.
implementation = Adapter(
    name="dynet",
    version=version("dynet38"),
    model=DynetLayer,
    capabilities="forward initial-state final-state gradients",
)
