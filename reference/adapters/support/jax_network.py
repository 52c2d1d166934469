"""What the libraries on jax have in common: pure functions, jax.grad, Optax.

A part is a list of arrays. ``lstm`` makes the library's own cell around them while it is traced.
"""

from __future__ import annotations

import copy
import functools

import jax
import jax.numpy as jnp
import numpy as np
import optax

from lstm_spec.model import Dense
from reference.adapters.support.choices import is_mse, is_sgd
from reference.adapters.support.network import Network
from reference.adapters.support.number_types import kept_in, wide


@functools.cache
def compiled(kind, spec, path):
    """Forward pass and loss with gradients, traced once for all models of one description."""
    network = kind.for_tracing(spec, path)
    slope = jax.value_and_grad(network.loss, argnums=(0, 1), has_aux=True)
    return jax.jit(network.layers), jax.jit(slope)


def in_its_number_type(method):
    """Run the method with 64-bit numbers switched on if the model has them."""

    @functools.wraps(method)
    def run(self, *given, **named):
        with jax.enable_x64(self.spec.dtype == "float64"):
            return method(self, *given, **named)

    return run


class JaxNetwork(Network):
    """Dense, RepeatVector and softmax in jax itself; an adapter adds ``make_lstm`` and ``lstm``."""

    moments = None

    def __init__(self, spec, path=""):
        self.path = path
        with jax.enable_x64(spec.dtype == "float64"):
            super().__init__(spec)
        self.optimizer = optax_optimizer(spec.optimizer)
        self.run, self.slope = compiled(type(self), spec, path)

    @classmethod
    def for_tracing(cls, spec, path):
        """A network without weights: they are arguments."""
        made = cls.__new__(cls)
        made.spec, made.path = spec, path
        return made

    def layers(self, parts, x, states, lengths):
        return super().forward(x, states, lengths, parts=parts)

    def forward(self, x, states=None, lengths=None):
        return self.run([part for _, part in self.parts], x, states, lengths)

    def loss(self, parts, x, y, states):
        squared = is_mse(self.spec.loss)
        outputs, _ = super().forward(x, states, logits=not squared, parts=parts)
        if squared:
            return optax.losses.squared_error(outputs, y).mean(), outputs
        return optax.losses.softmax_cross_entropy(outputs, y).mean(), outputs

    def differentiate(self, x, y, states):
        parts = [part for _, part in self.parts]
        (loss, outputs), (found, of_x) = self.slope(parts, x, y, states)
        return loss, [one for one in found if one is not None], of_x, outputs

    def update(self, gradients):
        parts = [part for _, part in self.with_weights()]
        if self.moments is None:
            self.moments = self.optimizer.init(parts)
        steps, self.moments = self.optimizer.update(gradients, self.moments, parts)
        for part, new in zip(parts, optax.apply_updates(parts, steps)):
            part[:] = new

    def make(self, layer, width):
        key = jax.random.key(int(np.random.default_rng().integers(2**31)))
        if isinstance(layer, Dense):
            kernel = jax.nn.initializers.glorot_uniform()(key, (width, layer.units))
            kept = kept_in(self.spec)
            return [kernel.astype(kept), jnp.zeros(layer.units, kept)]
        return self.make_lstm(layer, width, key)

    def parameters(self, part):
        return part

    def assign(self, part, arrays):
        part[:] = [self.tensor(one) for one in arrays]

    def dense(self, layer, part, x):
        return x @ part[0] + part[1]

    def softmax(self, x):
        return jax.nn.softmax(x)

    def repeat(self, x, n):
        return jnp.repeat(x[:, None], n, axis=1)

    def tensor(self, array):
        return jnp.asarray(array, kept_in(self.spec))

    def numpy(self, tensor):
        return wide(tensor)

    def clone(self):
        twin = copy.copy(self)
        twin.moments, twin.parts = (
            None,
            [(layer, part and list(part)) for layer, part in self.parts],
        )
        return twin

    set_weights = in_its_number_type(Network.set_weights)
    call = in_its_number_type(Network.call)
    gradients = in_its_number_type(Network.gradients)
    train_on_batch = in_its_number_type(Network.train_on_batch)


def optax_optimizer(asked):
    """The optimiser of Optax with the hyperparameters that were asked for."""
    if is_sgd(asked):
        return optax.sgd(asked.learning_rate)
    return optax.adam(asked.learning_rate, asked.beta_1, asked.beta_2, asked.epsilon)
