"""In Flax, a row of length 0 ends in the carry of the last step of all.

Library: flax 0.12.8
Clauses: MASK-120, MASK-121, MASK-122
Documented: no; seq_lengths may be an array of any lengths

A row of which nothing counts ends in the carry that it was given. RNN takes the carry of step
length - 1, which is the last one of the padded row where the length is 0.

Run: lstm-spec env run flax findings/flax_row_of_length_zero.py
"""

import jax.numpy as jnp
from flax import nnx

cell = nnx.LSTMCell(1, 1, rngs=nnx.Rngs(0))
rnn = nnx.RNN(cell, return_carry=True)
x = jnp.ones((2, 3, 1))
given = jnp.full((2, 1), 0.5), jnp.full((2, 1), 0.25)
(c, _), _ = rnn(x, initial_carry=given, seq_lengths=jnp.array([0, 3]))
(whole, _), _ = rnn(x, initial_carry=given)
print(f"c of a row of length 0: {float(c[0, 0]):.6f}, expected 0.500000")
print(f"c of the same row after its three steps: {float(whole[0, 0]):.6f}")
shown = abs(float(c[0, 0]) - 0.5) > 1e-4 and abs(float(c[0, 0] - whole[0, 0])) < 1e-6
print("shown" if shown else "gone")
raise SystemExit(bool(shown))
