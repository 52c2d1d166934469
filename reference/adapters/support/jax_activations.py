"""The activations that a description names, as ``jax.nn`` has them."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp

FUNCTIONS = {
    "tanh": jnp.tanh,
    "sigmoid": jax.nn.sigmoid,
    "linear": jax.nn.identity,
    "relu": jax.nn.relu,
    "hard_sigmoid_keras2": lambda x: jnp.clip(0.2 * x + 0.5, 0, 1),
    "hard_sigmoid_keras3": jax.nn.hard_sigmoid,
    "elu": jax.nn.elu,
    "selu": jax.nn.selu,
    "softplus": jax.nn.softplus,
    "softsign": jax.nn.soft_sign,
    "silu": jax.nn.silu,
    "gelu": partial(jax.nn.gelu, approximate=False),
    "mish": jax.nn.mish,
    "leaky_relu": partial(jax.nn.leaky_relu, negative_slope=0.2),
    "relu6": jax.nn.relu6,
    "celu": jax.nn.celu,
    "hard_silu": jax.nn.hard_silu,
    "hard_tanh": jax.nn.hard_tanh,
    "log_sigmoid": jax.nn.log_sigmoid,
    "sparse_plus": jax.nn.sparse_plus,
    "sparse_sigmoid": jax.nn.sparse_sigmoid,
    "squareplus": jax.nn.squareplus,
}
