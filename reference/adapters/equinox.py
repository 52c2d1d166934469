"""Equinox: an LSTMCell for one row, scanned over time and mapped over the batch."""

from __future__ import annotations

import equinox
import jax
import jax.numpy as jnp

from lstm_spec.model import Dense
from reference.adapters.support.adapter import MAPS as SHARED
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.jax_network import JaxNetwork
from reference.adapters.support.number_types import PURE, computed_in


class EquinoxNetwork(JaxNetwork):
    """eqx.nn.LSTMCell: kernels (4 units, features) and (4 units, units), gates i f c o."""

    library = "equinox"

    def make_lstm(self, layer, width, key):
        dtype = computed_in(self.spec)
        cell = equinox.nn.LSTMCell(width, layer.units, layer.use_bias, dtype=dtype, key=key)
        return [cell.weight_ih, cell.weight_hh] + ([cell.bias] if layer.use_bias else [])

    def to_library(self, layer, arrays):
        return arrays if isinstance(layer, Dense) else [array.T for array in arrays]

    to_canonical = to_library

    def lstm(self, layer, part, x, states, lengths):
        width, dtype = x.shape[-1], computed_in(self.spec)
        cell = equinox.nn.LSTMCell(
            width, layer.units, layer.use_bias, dtype=dtype, key=jax.random.key(0)
        )
        where = lambda cell: [cell.weight_ih, cell.weight_hh, cell.bias][: len(part)]  # noqa: E731
        cell = equinox.tree_at(where, cell, part)
        zero = jnp.zeros((x.shape[0], layer.units), dtype)

        def row(steps, h, c):
            def step(carry, now):
                carry = cell(now, carry)
                return carry, carry[0]

            return jax.lax.scan(step, (h, c), steps)

        (h, c), y = jax.vmap(row)(x, *(states[0] if states else (zero, zero)))
        return y if layer.return_sequences else h, [(h, c)]


# Carries no state: the carry is the user's.
implementation = Adapter(
    name="equinox",
    version=equinox.__version__,
    model=EquinoxNetwork,
    capabilities="forward initial-state final-state layers no-bias float64 gradients train clone",
    maps={
        **SHARED,
        "ModelSpec": (*SHARED["ModelSpec"], "precision"),
        "ModelSpec.precision": PURE,
    },
    backend="jax " + jax.__version__,
    adam_epsilon="after",
)
