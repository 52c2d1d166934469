"""MXNet's gluon.rnn.LSTM with use_sequence_length, autograd, gluon.Trainer.

Of its two biases the second is zero and frozen, or the bias would learn twice as fast.
"""

from __future__ import annotations

import mxnet
import numpy as np
from mxnet import autograd, gluon, nd

from lstm_spec.model import Bidirectional, Dense
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.choices import is_mse, is_sgd
from reference.adapters.support.network import Network


class MxnetNetwork(Network):
    """Kernels (4 units, features) and (4 units, units), gates i f c o."""

    library = "mxnet"
    trainer = None

    def make(self, layer, width):
        if isinstance(layer, Dense):
            part = gluon.nn.Dense(layer.units, flatten=False, in_units=width)
        else:
            both = isinstance(layer, Bidirectional)
            options = {"layout": "NTC", "input_size": width, "bidirectional": both}
            units = layer.layer.units if both else layer.units
            part = gluon.rnn.LSTM(units, use_sequence_length=self.spec_has_lengths, **options)
        part.cast(self.spec.dtype)
        part.initialize()
        for name, one in part.collect_params().items():
            if name.endswith("h2h_bias"):
                one.grad_req = "null"
        return part

    spec_has_lengths = False

    def parameters(self, part):
        found = part.collect_params()
        if isinstance(part, gluon.nn.Dense):
            return [part.weight, part.bias]
        sides = "lr" if part._dir == 2 else "l"
        kinds = ("i2h_weight", "h2h_weight", "i2h_bias")
        return [found[f"{part.prefix}{side}0_{kind}"] for side in sides for kind in kinds]

    def assign(self, part, arrays):
        for parameter, array in zip(self.parameters(part), arrays):
            parameter.set_data(nd.array(array, dtype=self.spec.dtype))

    def to_library(self, layer, arrays):
        return [array.T for array in arrays]

    to_canonical = to_library

    def lstm(self, layer, part, x, states, lengths):
        if states is None:
            given = part.begin_state(x.shape[0], dtype=self.spec.dtype)
        else:
            given = [nd.stack(*each) for each in zip(*states)]
        if lengths is None:
            y, (h, c) = part(x, given)
        else:
            part._use_sequence_length = True
            y, (h, c) = part(x, given, sequence_length=nd.array(lengths, dtype=self.spec.dtype))
            part._use_sequence_length = False
        final = [(h[k], c[k]) for k in range(h.shape[0])]
        sequences = getattr(layer, "layer", layer).return_sequences
        return y if sequences else nd.concat(*[h for h, _ in final], dim=-1), final

    def dense(self, layer, part, x):
        return part(x)

    def softmax(self, x):
        return nd.softmax(x, axis=-1)

    def repeat(self, x, n):
        return nd.repeat(x.expand_dims(1), n, axis=1)

    def tensor(self, array):
        return nd.array(np.asarray(array), dtype=self.spec.dtype)

    def numpy(self, tensor):
        return (tensor.data() if hasattr(tensor, "data") else tensor).asnumpy()

    def differentiate(self, x, y, states):
        x.attach_grad()
        with autograd.record():
            mse = is_mse(self.spec.loss)
            outputs, _ = self.forward(x, states, logits=not mse)
            if mse:
                loss = nd.mean(nd.square(outputs - y))
            else:
                loss = -nd.mean(nd.sum(y * nd.log_softmax(outputs, axis=-1), axis=-1))
        loss.backward()
        leaves = [self.parameters(part) for _, part in self.with_weights()]
        return loss.asscalar(), [[one.grad() for one in part] for part in leaves], x.grad, outputs

    def update(self, gradients):
        if self.trainer is None:
            asked = self.spec.optimizer
            options = {"learning_rate": asked.learning_rate}
            if not is_sgd(asked):
                options.update(beta1=asked.beta_1, beta2=asked.beta_2, epsilon=asked.epsilon)
            kind = "sgd" if is_sgd(asked) else "adam"
            leaves = []
            for _, part in self.with_weights():
                leaves += self.parameters(part)
            self.trainer = gluon.Trainer(leaves, kind, options)
        self.trainer.step(1)  # the loss is a mean already


# Carries no state: what a call returns is given back by the user.
implementation = Adapter(
    name="mxnet",
    version=mxnet.__version__,
    model=MxnetNetwork,
    capabilities="forward initial-state final-state layers bidirectional mask-tail float64 "
    "gradients train",
    padding_output="zero",
)
