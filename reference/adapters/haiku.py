"""Haiku: hk.LSTM under dynamic_unroll. It adds one to the forget gate in every step."""

from __future__ import annotations

import haiku
import jax
import jax.numpy as jnp
import numpy as np

from lstm_spec.model import Dense
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.jax_network import JaxNetwork


class HaikuNetwork(JaxNetwork):
    """One Linear over features and units together: w (features + units, 4 units), gates i c f o."""

    library = "haiku"

    def make_lstm(self, layer, width, key):
        made = self.core(layer).init(key, jnp.zeros((1, 1, width), self.spec.dtype), None)
        return [one.astype(self.spec.dtype) for one in (made["lstm/linear"][k] for k in "wb")]

    def core(self, layer):
        def run(x, states):
            core = haiku.LSTM(layer.units)
            state = core.initial_state(x.shape[1])
            if states:
                state = haiku.LSTMState(hidden=states[0][0], cell=states[0][1])
            state = jax.tree.map(lambda part: part.astype(self.spec.dtype), state)
            return haiku.dynamic_unroll(core, x, state)

        return haiku.without_apply_rng(haiku.transform(run))

    def to_library(self, layer, arrays):
        if isinstance(layer, Dense):
            return arrays
        kernel, recurrent, bias = (blocks(array, [0, 2, 1, 3]) for array in arrays)
        bias[2 * layer.units : 3 * layer.units] -= 1
        return [np.concatenate([kernel, recurrent]), bias]

    def slopes_to_canonical(self, layer, arrays):
        return self.to_canonical(layer, arrays, added=0.0)

    def to_canonical(self, layer, arrays, added=1.0):
        if isinstance(layer, Dense):
            return arrays
        both, bias = (blocks(array, [0, 2, 1, 3]) for array in arrays)
        bias[layer.units : 2 * layer.units] += added
        return [both[: -layer.units], both[-layer.units :], bias]

    def lstm(self, layer, part, x, states, lengths):
        given = {"lstm/linear": {"w": part[0], "b": part[1]}}
        y, final = self.core(layer).apply(given, jnp.swapaxes(x, 0, 1), states)
        y = jnp.swapaxes(y, 0, 1)
        return y if layer.return_sequences else y[:, -1], [(final.hidden, final.cell)]


def blocks(array, order):
    """The four blocks of the last axis in another order."""
    parts = np.split(np.array(array), 4, axis=-1)
    return np.concatenate([parts[k] for k in order], axis=-1)


# Carries no state: an LSTMState goes in and comes out.
implementation = Adapter(
    name="haiku",
    version=haiku.__version__,
    model=HaikuNetwork,
    capabilities="forward initial-state final-state layers float64 gradients train clone",
    backend="jax " + jax.__version__,
    adam_epsilon="after",
)
