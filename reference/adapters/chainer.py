"""Chainer's links.LSTM, which keeps h and c from call to call until reset_state."""

from __future__ import annotations

import chainer
import numpy as np
from chainer import functions as F
from chainer import links as L

from lstm_spec.contract import speaking_for
from lstm_spec.model import Dense
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.choices import is_mse, is_sgd
from reference.adapters.support.network import Network


class ChainerNetwork(Network):
    """upward and lateral: four rows for each unit, in the order c i f o."""

    library = "chainer"
    optimizer = None

    def make(self, layer, width):
        with chainer.using_config("dtype", np.dtype(self.spec.dtype)):
            if isinstance(layer, Dense):
                return L.Linear(width, layer.units)
            return L.LSTM(width, layer.units, forget_bias_init=float(layer.forget_bias))

    def parameters(self, part):
        if isinstance(part, L.Linear):
            return [part.W, part.b]
        return [part.upward.W, part.lateral.W, part.upward.b]

    def assign(self, part, arrays):
        for parameter, array in zip(self.parameters(part), arrays):
            parameter.array[...] = array

    def to_library(self, layer, arrays):
        if isinstance(layer, Dense):
            return [array.T for array in arrays]
        return [interleaved(array).T for array in arrays]

    def to_canonical(self, layer, arrays):
        if isinstance(layer, Dense):
            return [array.T for array in arrays]
        return [in_blocks(array.T) for array in arrays]

    def lstm(self, layer, part, x, states, lengths):
        if states:
            part.set_state(states[0][1], states[0][0])
        elif not layer.stateful:
            part.reset_state()
        y = [part(x[:, step]) for step in range(x.shape[1])]
        return F.stack(y, axis=1) if layer.return_sequences else part.h, [(part.h, part.c)]

    def call(self, x, mask=None, initial_state=None):
        with chainer.no_backprop_mode():
            return super().call(x, mask, initial_state)

    def dense(self, layer, part, x):
        return part(x, n_batch_axes=x.ndim - 1)

    def softmax(self, x):
        return F.softmax(x, axis=-1)

    def repeat(self, x, n):
        return F.repeat(x[:, None], n, axis=1)

    def tensor(self, array):
        return chainer.Variable(np.ascontiguousarray(array, self.spec.dtype))

    def numpy(self, tensor):
        return getattr(tensor, "array", tensor)

    def differentiate(self, x, y, states):
        mse = is_mse(self.spec.loss)
        outputs, _ = self.forward(x, states, logits=not mse)
        if mse:
            loss = F.mean_squared_error(outputs, y)
        else:
            loss = -F.mean(F.sum(y * F.log_softmax(outputs, axis=-1), axis=-1))
        for link in self.links():
            link.cleargrads()
        loss.backward()
        loss.unchain_backward()  # a carried state is a constant: Chainer's idiom for long series
        found = [[slope(one) for one in self.parameters(part)] for _, part in self.with_weights()]
        return loss.array, found, x.grad, outputs

    def update(self, gradients):
        if self.optimizer is None:
            asked = self.spec.optimizer
            if is_sgd(asked):
                self.optimizer = chainer.optimizers.SGD(asked.learning_rate)
            else:
                betas = {"beta1": asked.beta_1, "beta2": asked.beta_2}
                self.optimizer = chainer.optimizers.Adam(
                    asked.learning_rate, eps=asked.epsilon, **betas
                )
            self.optimizer.setup(chainer.ChainList(*self.links()))
        self.optimizer.update()

    def links(self):
        return [part for _, part in self.with_weights()]

    def lstms(self):
        return [part for _, part in self.with_weights() if isinstance(part, L.LSTM)]

    def reset_states(self):
        with speaking_for("chainer"):
            for part in self.lstms():
                part.reset_state()

    def get_states(self):
        if not self.spec.stateful:
            return []
        rows, found = self.spec.batch_size, []
        for part in self.lstms():
            zero = np.zeros((rows, part.state_size), self.spec.dtype)
            found.append(tuple(zero if one is None else one.array for one in (part.h, part.c)))
        return found

    def set_states(self, states):
        if len(states) != len(self.lstms()):
            raise ValueError("%d pairs (h, c) for %d layers" % (len(states), len(self.lstms())))
        with speaking_for("chainer"):
            for part, (h, c) in zip(self.lstms(), states):
                part.set_state(self.tensor(c), self.tensor(h))


def slope(parameter):
    """Its gradient; Chainer says None where the loss does not depend on it."""
    return np.zeros_like(parameter.array) if parameter.grad is None else parameter.grad


def interleaved(array):
    """Blocks i f c o of the last axis as c i f o for the first unit, for the second, ..."""
    i, f, c, o = np.split(array, 4, axis=-1)
    return np.stack([c, i, f, o], axis=-1).reshape(array.shape)


def in_blocks(array):
    """And back."""
    c, i, f, o = np.moveaxis(array.reshape(array.shape[:-1] + (-1, 4)), -1, 0)
    return np.concatenate([i, f, c, o], axis=-1)


# Stateful by nature; a stateless model is one that is reset before every call.
implementation = Adapter(
    name="chainer",
    version=chainer.__version__,
    model=ChainerNetwork,
    capabilities="forward initial-state final-state layers float64 stateful state-access "
    "gradients train",
)
