"""PyDyNet: nn.LSTM and nn.Linear, its autograd and its optimisers."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
import pydynet
from pydynet import nn, optim
from pydynet.nn import functional as F

from lstm_spec.model import Bidirectional, Dense
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.choices import is_mse, is_sgd
from reference.adapters.support.network import Network


class PyDyNetNetwork(Network):
    """Kernels (features, 4 units) and (units, 4 units), gates f i o c; time comes first."""

    library = "pydynet"
    optimizer = None

    def make(self, layer, width):
        dtype = np.dtype(self.spec.dtype)
        if isinstance(layer, Dense):
            return nn.Linear(width, layer.units, dtype=dtype)
        both = isinstance(layer, Bidirectional)
        lstm = layer.layer if both else layer
        options = {"bias": lstm.use_bias, "bidirectional": both, "dtype": dtype}
        return nn.LSTM(width, lstm.units, **options)

    def parameters(self, part):
        if isinstance(part, nn.Linear):
            return [part.weight, part.bias]
        cells = part.LSTMCells + (part.rLSTMCells if part.bidirectional else [])
        found = [[one.Wx, one.Wh] + ([one.bias] if one.has_bias else []) for one in cells]
        return sum(found, [])

    def assign(self, part, arrays):
        for parameter, array in zip(self.parameters(part), arrays):
            parameter.data[...] = array

    def to_library(self, layer, arrays):
        if isinstance(layer, Dense):
            return arrays
        blocks = (np.split(array, 4, axis=-1) for array in arrays)
        return [np.concatenate([f, i, o, c], axis=-1) for i, f, c, o in blocks]

    def to_canonical(self, layer, arrays):
        if isinstance(layer, Dense):
            return arrays
        blocks = (np.split(array, 4, axis=-1) for array in arrays)
        return [np.concatenate([i, f, c, o], axis=-1) for f, i, o, c in blocks]

    def call(self, x, mask=None, initial_state=None):
        with pydynet.no_grad():
            return super().call(x, mask, initial_state)

    def lstm(self, layer, part, x, states, lengths):
        given = None
        if states:
            given = tuple(
                pydynet.concat([one.reshape(1, *one.shape) for one in each])
                for each in zip(*states)
            )
        y, (h, c) = part(x.swapaxes(0, 1), given)
        final = [(h[k], c[k]) for k in range(h.shape[0])]
        if getattr(layer, "layer", layer).return_sequences:
            return y.swapaxes(0, 1), final
        return (pydynet.concat([h for h, _ in final], axis=-1) if len(final) > 1 else h[0]), final

    def dense(self, layer, part, x):
        return part(x)

    def softmax(self, x):
        return F.softmax(x, axis=-1)

    def repeat(self, x, n):
        return pydynet.concat([x.reshape(x.shape[0], 1, x.shape[1])] * n, axis=1)

    def tensor(self, array):
        return pydynet.Tensor(np.array(array, self.spec.dtype), requires_grad=True)

    def numpy(self, tensor):
        return tensor.data if isinstance(tensor, pydynet.Tensor) else tensor

    def differentiate(self, x, y, states):
        if is_mse(self.spec.loss):
            outputs, _ = self.forward(x, states)
            loss = F.mse_loss(outputs, pydynet.Tensor(y.data))
        else:
            outputs, _ = self.forward(x, states, logits=True)
            flat = outputs.reshape(-1, outputs.shape[-1])
            labels = pydynet.Tensor(y.data.reshape(flat.shape).argmax(axis=1))
            loss = F.cross_entropy_loss(flat, labels)
        leaves = [self.parameters(part) for _, part in self.with_weights()]
        for one in sum(leaves, []):
            one.zero_grad()
        value, said = loss.item(), outputs.data.copy()
        loss.backward()
        return value, [[one.grad for one in part] for part in leaves], x.grad, said

    def update(self, gradients):
        if self.optimizer is None:
            asked = self.spec.optimizer
            leaves = sum([self.parameters(part) for _, part in self.with_weights()], [])
            if is_sgd(asked):
                options = {"momentum": 0.0, "nesterov": False}
                self.optimizer = optim.SGD(leaves, asked.learning_rate, **options)
            else:
                betas = (asked.beta_1, asked.beta_2)
                self.optimizer = optim.Adam(leaves, asked.learning_rate, betas, asked.epsilon)
        self.optimizer.step()


# Carries no state: (h, c) is the user's.
implementation = Adapter(
    name="pydynet",
    version=version("pydynet"),
    model=PyDyNetNetwork,
    capabilities="forward initial-state final-state layers no-bias bidirectional float64 "
    "gradients train",
)
