"""Flax nnx: an LSTMCell in an RNN, which knows lengths."""

from __future__ import annotations

import flax
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from lstm_spec.model import Dense
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.jax_network import JaxNetwork

GATES = "ifgo"


class FlaxNetwork(JaxNetwork):
    """Two Linear layers for each gate, ii ... io without and hi ... ho with a bias."""

    library = "flax"

    def cell(self, layer, width):
        dtype = jnp.dtype(self.spec.dtype)
        options = {"dtype": dtype, "param_dtype": dtype, "rngs": nnx.Rngs(0)}
        return nnx.LSTMCell(width, layer.units, **options)

    def make_lstm(self, layer, width, key):
        dtype = jnp.dtype(self.spec.dtype)
        cell = nnx.LSTMCell(width, layer.units, param_dtype=dtype, rngs=nnx.Rngs(key))
        return [parameter[...] for parameter in parameters_of(cell)]

    def to_library(self, layer, arrays):
        if isinstance(layer, Dense):
            return arrays
        return [block for array in arrays for block in np.split(array, 4, axis=-1)]

    def to_canonical(self, layer, arrays):
        if isinstance(layer, Dense):
            return arrays
        return [np.concatenate(arrays[k : k + 4], axis=-1) for k in (0, 4, 8)]

    def lstm(self, layer, part, x, states, lengths):
        cell = self.cell(layer, x.shape[-1])
        for parameter, array in zip(parameters_of(cell), part):
            parameter[...] = array
        carry = (states[0][1], states[0][0]) if states else None
        rnn = nnx.RNN(cell, return_carry=True)
        (c, h), y = rnn(x, initial_carry=carry, seq_lengths=lengths)
        return y if layer.return_sequences else h, [(h, c)]


def parameters_of(cell):
    """Four kernels, four recurrent kernels, four biases, each in the order i f c o."""
    inputs = [getattr(cell, "i" + gate if gate != "f" else "if_") for gate in GATES]
    hidden = [getattr(cell, "h" + gate) for gate in GATES]
    return [one.kernel for one in inputs + hidden] + [one.bias for one in hidden]


# Carries no state: the carry (c, h) is the user's.
implementation = Adapter(
    name="flax",
    version=flax.__version__,
    model=FlaxNetwork,
    capabilities="forward initial-state final-state layers mask-tail float64 gradients train clone",
    backend="jax " + jax.__version__,
    padding_output="undefined",  # the cell runs on; only the carry is that of the last valid step
    adam_epsilon="after",
)
