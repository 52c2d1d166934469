"""MLX on a CPU: nn.LSTM, mx.grad, mlx.optimizers."""

from __future__ import annotations

from importlib.metadata import version

import mlx.core as mx
import numpy as np
from mlx import nn, optimizers

from lstm_spec.model import Dense
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.choices import is_mse, is_sgd
from reference.adapters.support.network import Network

mx.set_default_device(mx.cpu)


class MlxNetwork(Network):
    """Kernels (4 units, features) and (4 units, units), gates i f c o; h and c of every step."""

    library = "mlx"
    optimizer = None

    def make(self, layer, width):
        if isinstance(layer, Dense):
            return nn.Linear(width, layer.units)
        return nn.LSTM(width, layer.units, bias=layer.use_bias)

    def names(self, part):
        return ["weight", "bias"] if "weight" in part else ["Wx", "Wh", "bias"]

    def parameters(self, part):
        return [part[name] for name in self.names(part) if part.get(name) is not None]

    def assign(self, part, arrays):
        for name, array in zip(self.names(part), arrays):
            part[name] = self.tensor(array)

    def to_library(self, layer, arrays):
        return [array.T for array in arrays]

    to_canonical = to_library

    def lstm(self, layer, part, x, states, lengths):
        h, c = states[0] if states else (None, None)
        all_h, all_c = part(x, hidden=h, cell=c)
        h, c = all_h[:, -1], all_c[:, -1]
        return all_h if layer.return_sequences else h, [(h, c)]

    def dense(self, layer, part, x):
        return part(x)

    def softmax(self, x):
        return mx.softmax(x, axis=-1)

    def repeat(self, x, n):
        return mx.repeat(x[:, None], n, axis=1)

    def tensor(self, array):
        return mx.array(np.asarray(array, self.spec.dtype))

    def numpy(self, tensor):
        return np.array(tensor)

    def differentiate(self, x, y, states):
        values = [self.parameters(part) for _, part in self.with_weights()]

        def loss(values, x):
            for (_, part), arrays in zip(self.with_weights(), values):
                for name, array in zip(self.names(part), arrays):
                    part[name] = array
            if is_mse(self.spec.loss):
                outputs, _ = self.forward(x, states)
                return nn.losses.mse_loss(outputs, y, reduction="mean"), outputs
            outputs, _ = self.forward(x, states, logits=True)
            return nn.losses.cross_entropy(outputs, y, reduction="mean"), outputs

        (value, outputs), (found, of_x) = mx.value_and_grad(loss, argnums=(0, 1))(values, x)
        for (_, part), arrays in zip(self.with_weights(), values):  # not the traced ones
            for name, array in zip(self.names(part), arrays):
                part[name] = array
        return value.item(), found, of_x, outputs

    def update(self, gradients):
        asked = self.spec.optimizer
        if self.optimizer is None and is_sgd(asked):
            self.optimizer = optimizers.SGD(asked.learning_rate)
        elif self.optimizer is None:
            betas = [asked.beta_1, asked.beta_2]
            options = {"betas": betas, "eps": asked.epsilon, "bias_correction": True}
            self.optimizer = optimizers.Adam(asked.learning_rate, **options)
        values = [self.parameters(part) for _, part in self.with_weights()]
        new = self.optimizer.apply_gradients(named(gradients), named(values))
        for (_, part), arrays in zip(self.with_weights(), new.values()):
            for name, array in zip(self.names(part), arrays.values()):
                part[name] = array


def named(parts):
    """Lists of lists as the tree of named arrays that optimisers expect."""
    return {str(k): {str(n): one for n, one in enumerate(part)} for k, part in enumerate(parts)}


# Carries no state: the last h and c are given back by the user.
implementation = Adapter(
    name="mlx",
    version=version("mlx"),
    model=MlxNetwork,
    capabilities="forward initial-state final-state layers no-bias gradients train",
    adam_epsilon="after",
)
