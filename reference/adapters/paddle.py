"""PaddlePaddle's nn.LSTM with sequence_length, autograd, paddle.optimizer.

Of its two biases the second is zero and not given to the optimiser, or the bias would learn twice
as fast. (Neither ``bias_hh_attr=False`` nor ``stop_gradient`` would do: both break the layer.)
"""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import numpy as np
import paddle

from lstm_spec.contract import Refused
from lstm_spec.model import Bidirectional, Dense
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.choices import is_mse, is_sgd
from reference.adapters.support.network import Network

paddle.set_device("cpu")


class PaddleNetwork(Network):
    """Kernels (4 units, features) and (4 units, units), gates i f c o."""

    library = "paddle"
    optimizer = None

    def make(self, layer, width):
        paddle.set_default_dtype(self.spec.dtype)
        if isinstance(layer, Dense):
            return paddle.nn.Linear(width, layer.units)
        both = isinstance(layer, Bidirectional)
        lstm = layer.layer if both else layer
        options = {"direction": "bidirect" if both else "forward"}
        if not lstm.use_bias:
            signal = ending_without_a_bias()
            if signal:
                raise Refused("paddle ends the process with signal %d without a bias" % signal)
            options.update(bias_ih_attr=False, bias_hh_attr=False)
        part = paddle.nn.LSTM(width, lstm.units, **options)
        for name, parameter in part.named_parameters():
            if name.startswith("bias_hh"):
                parameter.set_value(paddle.zeros_like(parameter))
        return part

    def parameters(self, part):
        if isinstance(part, paddle.nn.Linear):
            return [part.weight, part.bias]
        found = dict(part.named_parameters())
        names = [
            kind + "_l0" + end
            for end in ("", "_reverse")
            for kind in ("weight_ih", "weight_hh", "bias_ih")
        ]
        return [found[name] for name in names if name in found]

    def assign(self, part, arrays):
        for parameter, array in zip(self.parameters(part), arrays):
            parameter.set_value(array)

    def to_library(self, layer, arrays):
        return arrays if isinstance(layer, Dense) else [array.T for array in arrays]

    to_canonical = to_library

    def lstm(self, layer, part, x, states, lengths):
        given = states and tuple(paddle.stack(list(each)) for each in zip(*states))
        lengths = None if lengths is None else paddle.to_tensor(lengths)
        y, (h, c) = part(x, given, sequence_length=lengths)
        final = [(h[k], c[k]) for k in range(h.shape[0])]
        sequences = getattr(layer, "layer", layer).return_sequences
        return y if sequences else paddle.concat([h for h, _ in final], axis=-1), final

    def dense(self, layer, part, x):
        return part(x)

    def softmax(self, x):
        return paddle.nn.functional.softmax(x, axis=-1)

    def repeat(self, x, n):
        return paddle.tile(x.unsqueeze(1), [1, n, 1])

    def tensor(self, array):
        return paddle.to_tensor(np.ascontiguousarray(array, self.spec.dtype))

    def numpy(self, tensor):
        return tensor.numpy()

    def differentiate(self, x, y, states):
        x.stop_gradient = False
        if is_mse(self.spec.loss):
            outputs, _ = self.forward(x, states)
            loss = paddle.nn.functional.mse_loss(outputs, y)
        else:
            outputs, _ = self.forward(x, states, logits=True)
            loss = paddle.nn.functional.cross_entropy(outputs, y, soft_label=True)
        leaves = [self.parameters(part) for _, part in self.with_weights()]
        for one in sum(leaves, []):
            one.clear_gradient()
        loss.backward()
        return loss, [[one.grad for one in part] for part in leaves], x.grad, outputs

    def update(self, gradients):
        if self.optimizer is None:
            asked, leaves = self.spec.optimizer, []
            for _, part in self.with_weights():
                leaves += self.parameters(part)
            rate = {"learning_rate": asked.learning_rate, "parameters": leaves}
            if is_sgd(asked):
                self.optimizer = paddle.optimizer.SGD(**rate)
            else:
                betas = {"beta1": asked.beta_1, "beta2": asked.beta_2, "epsilon": asked.epsilon}
                self.optimizer = paddle.optimizer.Adam(**rate, **betas)
        self.optimizer.step()


@cache
def ending_without_a_bias():
    """The signal that ends a process of its own that runs such a layer; 0 if none does."""
    layer = "paddle.nn.LSTM(1, 1, bias_ih_attr=False, bias_hh_attr=False)"
    program = "import paddle; %s(paddle.ones([1, 1, 1]))" % layer
    return max(0, -subprocess.run([sys.executable, "-c", program], capture_output=True).returncode)


# Carries no state: what a call returns is given back by the user.
implementation = Adapter(
    name="paddle",
    version=paddle.__version__,
    model=PaddleNetwork,
    capabilities="forward initial-state final-state layers no-bias bidirectional mask-tail "
    "float64 gradients train",
    padding_output="zero",
    empty_rows="rejected",
    adam_epsilon="after",
)
