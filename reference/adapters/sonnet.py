"""Sonnet 2: snt.LSTM under dynamic_unroll, GradientTape, snt.optimizers."""

from __future__ import annotations

import numpy as np
import sonnet
import tensorflow as tf

from lstm_spec.model import Dense
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.choices import is_mse, is_sgd
from reference.adapters.support.network import Network


class SonnetNetwork(Network):
    """Canonical weights as they are."""

    library = "sonnet"
    optimizer = None

    def make(self, layer, width):
        dtype = getattr(tf, self.spec.dtype)
        if isinstance(layer, Dense):
            part = sonnet.Linear(layer.units)
            part(tf.zeros([1, width], dtype))
        else:
            part = sonnet.LSTM(layer.units, forget_bias=float(layer.forget_bias), dtype=dtype)
            part(tf.zeros([1, width], dtype), part.initial_state(1))
        return part

    def parameters(self, part):
        if isinstance(part, sonnet.Linear):
            return [part.w, part.b]
        return [part.input_to_hidden, part.hidden_to_hidden, part.b]

    def assign(self, part, arrays):
        for parameter, array in zip(self.parameters(part), arrays):
            parameter.assign(array)

    def to_library(self, layer, arrays):
        return arrays

    to_canonical = to_library

    def lstm(self, layer, part, x, states, lengths):
        start = part.initial_state(x.shape[0])
        if states:
            start = sonnet.LSTMState(hidden=states[0][0], cell=states[0][1])
        steps = tf.transpose(x, [1, 0, 2])
        lengths = None if lengths is None else tf.constant(lengths, tf.int32)
        y, final = sonnet.dynamic_unroll(part, steps, start, sequence_length=lengths)
        last = y[-1]
        y = tf.transpose(y, [1, 0, 2]) if layer.return_sequences else last
        return y, [(final.hidden, final.cell)]

    def dense(self, layer, part, x):
        return sonnet.BatchApply(part)(x) if len(x.shape) == 3 else part(x)

    def softmax(self, x):
        return tf.nn.softmax(x)

    def repeat(self, x, n):
        return tf.repeat(x[:, None], n, axis=1)

    def tensor(self, array):
        return tf.constant(np.asarray(array, self.spec.dtype))

    def numpy(self, tensor):
        return tensor.numpy()

    def differentiate(self, x, y, states):
        leaves = [self.parameters(part) for _, part in self.with_weights()]
        with tf.GradientTape() as tape:
            tape.watch(x)
            if is_mse(self.spec.loss):
                outputs, _ = self.forward(x, states)
                loss = tf.reduce_mean(tf.square(outputs - y))
            else:
                outputs, _ = self.forward(x, states, logits=True)
                loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, outputs))
        found, of_x = tape.gradient(loss, [leaves, x])
        return loss, found, of_x, outputs

    def update(self, gradients):
        if self.optimizer is None:
            asked = self.spec.optimizer
            if is_sgd(asked):
                self.optimizer = sonnet.optimizers.SGD(asked.learning_rate)
            else:
                betas = (asked.beta_1, asked.beta_2, asked.epsilon)
                self.optimizer = sonnet.optimizers.Adam(asked.learning_rate, *betas)
        leaves = sum([self.parameters(part) for _, part in self.with_weights()], [])
        self.optimizer.apply(sum(gradients, []), leaves)


# Carries no state: an LSTMState goes in and comes out.
implementation = Adapter(
    name="sonnet",
    version=sonnet.__version__,
    model=SonnetNetwork,
    capabilities="forward initial-state final-state layers mask-tail float64 gradients train",
    backend="tensorflow " + tf.__version__,
    adam_epsilon="after",
)
