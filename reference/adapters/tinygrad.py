"""tinygrad's nn.LSTMCell in a loop over time.

Of its two biases the second is zero and not trained, or the bias would learn twice as fast.
"""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from tinygrad import Context, Tensor, nn

from lstm_spec.model import Dense
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.choices import is_mse, is_sgd
from reference.adapters.support.network import Network


class TinygradNetwork(Network):
    """Kernels (4 units, features) and (4 units, units), gates i f c o."""

    library = "tinygrad"
    optimizer = None

    def make(self, layer, width):
        if isinstance(layer, Dense):
            return nn.Linear(width, layer.units)
        return nn.LSTMCell(width, layer.units, bias=layer.use_bias)

    def names(self, part):
        if isinstance(part, nn.Linear):
            return ["weight", "bias"]
        return ["weight_ih", "weight_hh"] + (["bias_ih"] if part.bias_ih is not None else [])

    def parameters(self, part):
        return [getattr(part, name) for name in self.names(part)]

    def assign(self, part, arrays):
        for name, array in zip(self.names(part), arrays):
            getattr(part, name).assign(self.tensor(array)).realize()

    def to_library(self, layer, arrays):
        return [array.T for array in arrays]

    to_canonical = to_library

    def lstm(self, layer, part, x, states, lengths):
        now, y = states[0] if states else None, []
        for step in range(x.shape[1]):
            now = part(x[:, step], now)
            y.append(now[0])
        return Tensor.stack(*y, dim=1) if layer.return_sequences else now[0], [now]

    def dense(self, layer, part, x):
        return part(x)

    def softmax(self, x):
        return x.softmax(axis=-1)

    def repeat(self, x, n):
        return x.unsqueeze(1).expand(-1, n, -1)

    def tensor(self, array):
        return Tensor(np.ascontiguousarray(array, self.spec.dtype))

    def numpy(self, tensor):
        return np.asarray(tensor.numpy())

    def differentiate(self, x, y, states):
        mse = is_mse(self.spec.loss)
        outputs, _ = self.forward(x, states, logits=not mse)
        if mse:
            loss = (outputs - y).square().mean()
        else:
            loss = -(y * outputs.log_softmax(axis=-1)).sum(axis=-1).mean()
        leaves = [self.parameters(part) for _, part in self.with_weights()]
        found = list(loss.gradient(*sum(leaves, []), x))
        Tensor.realize(loss, outputs, *found)
        return loss.item(), [[found.pop(0) for _ in part] for part in leaves], found[0], outputs

    def update(self, gradients):
        leaves = sum([self.parameters(part) for _, part in self.with_weights()], [])
        if self.optimizer is None:
            asked = self.spec.optimizer
            if is_sgd(asked):
                self.optimizer = nn.optim.SGD(leaves, lr=asked.learning_rate)
            else:
                betas = {"b1": asked.beta_1, "b2": asked.beta_2, "eps": asked.epsilon}
                self.optimizer = nn.optim.Adam(leaves, lr=asked.learning_rate, **betas)
        for leaf, gradient in zip(leaves, sum(gradients, [])):
            leaf.grad = gradient
        with Context(TRAINING=1):
            self.optimizer.step()


# Carries no state: (h, c) is the user's.
implementation = Adapter(
    name="tinygrad",
    version=version("tinygrad"),
    model=TinygradNetwork,
    capabilities="forward initial-state final-state layers no-bias gradients train",
    adam_epsilon="after",
)
