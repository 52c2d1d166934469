"""DyNet's VanillaLSTMBuilder and its trainers. It adds one to the forget gate in every step."""

from __future__ import annotations

from importlib.metadata import version

import dynet
import numpy as np

from reference.adapters.support.adapter import Adapter
from reference.adapters.support.choices import is_sgd
from reference.adapters.support.one_layer import OneLayer


class DynetLayer(OneLayer):
    """Gates i f o c; (4 units, features), (4 units, units), (4 units)."""

    library = "dynet"
    trainer = None

    def fresh(self):
        self.parameters = dynet.ParameterCollection()
        sizes = (1, self.spec.features, self.layer.units)
        self.lstm = dynet.VanillaLSTMBuilder(*sizes, self.parameters)
        weights = [gates(one.as_array()).T for one in self.lstm.get_parameters()[0]]
        weights[2][self.layer.units : 2 * self.layer.units] += 1
        return weights

    def load(self, kernel, recurrent, bias):
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

    def step(self, optimizer):
        if self.trainer is None:
            rate = optimizer.learning_rate
            if is_sgd(optimizer):
                self.trainer = dynet.SimpleSGDTrainer(self.parameters, rate)
            else:
                betas = (optimizer.beta_1, optimizer.beta_2, optimizer.epsilon)
                self.trainer = dynet.AdamTrainer(self.parameters, rate, *betas)
            self.trainer.set_clip_threshold(0.0)  # else gradients are cut to a norm of five
        kernel, recurrent, bias = self.lstm.get_parameters()[0]
        before = bias.as_array()
        self.trainer.update()
        moved = gates(bias.as_array() - before)  # b - 1 + 1 would not be b to the last bit
        found = [gates(one.as_array()).T for one in (kernel, recurrent)]
        return [*found, self.weights[2] + moved]


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
    capabilities="forward initial-state final-state gradients train",
)
