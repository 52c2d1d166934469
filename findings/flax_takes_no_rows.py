"""Flax runs an RNN on a batch without rows, and gives outputs without rows.

Library: flax 0.12.8
Clauses: SEQ-102
Documented: no

Expected: an error. What is computed from such outputs, a mean for example, is NaN.

Run: lstm-spec env run flax findings/flax_takes_no_rows.py
"""

import jax.numpy as jnp
from flax import nnx

rnn = nnx.RNN(nnx.LSTMCell(5, 6, rngs=nnx.Rngs(0)))
outputs = rnn(jnp.ones((0, 4, 5)))
print(f"an input of 0 rows: outputs of shape {outputs.shape}")
print("shown" if outputs.shape[0] == 0 else "gone")
raise SystemExit(bool(outputs.shape[0] == 0))
