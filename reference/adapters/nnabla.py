"""NNabla: functions.lstm (time, batch, features), backward from a given slope, and solvers."""

from __future__ import annotations

import itertools

import nnabla
import nnabla.functions as F
import nnabla.parametric_functions as PF
import nnabla.solvers as S
import numpy as np

from reference.adapters.support.adapter import Adapter
from reference.adapters.support.choices import is_sgd
from reference.adapters.support.one_layer import OneLayer

NUMBERS = itertools.count()
"""NNabla keeps parameters by name."""


class NnablaLayer(OneLayer):
    """Weight (directions, 4, units, features + units), bias (layers, directions, 4, units)."""

    library = "nnabla"
    solver = None

    def fresh(self):
        h, c = (nnabla.Variable((1, 1, 1, self.layer.units)) for _ in "hc")
        with nnabla.parameter_scope("layer%d" % next(NUMBERS)):
            PF.lstm(nnabla.Variable((1, 1, self.spec.features)), h, c)
            found = nnabla.get_parameters()
        self.weight, self.bias = found["lstm/weight_l0"], found["lstm/bias"]
        return self.canonical(self.weight.d, self.bias.d)

    def load(self, kernel, recurrent, bias):
        self.weight.d = np.concatenate([kernel, recurrent]).T.reshape(self.weight.shape)
        self.bias.d = bias.reshape(self.bias.shape)

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
        return self.canonical(self.weight.g, self.bias.g), self.x.g.transpose(1, 0, 2).copy()

    def canonical(self, weight, bias):
        both, features = weight.reshape(bias.size, -1).T, self.spec.features
        return [both[:features], both[features:], bias.reshape(-1)]

    def step(self, optimizer):
        if self.solver is None:
            if is_sgd(optimizer):
                self.solver = S.Sgd(optimizer.learning_rate)
            else:
                betas = (optimizer.beta_1, optimizer.beta_2, optimizer.epsilon)
                self.solver = S.Adam(optimizer.learning_rate, *betas)
            self.solver.set_parameters({"weight": self.weight, "bias": self.bias})
        self.solver.update()
        return self.canonical(self.weight.d, self.bias.d)


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
    capabilities="forward initial-state final-state gradients train",
)
