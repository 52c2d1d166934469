"""With rows in two axes, an RNN of flax gives final carries of a wrong shape beside seq_lengths.

Library: flax 0.12.8
Clauses: LIFE-340
Documented: no

Expected: the carry after the last valid step of each row, (*batch, units), as the documentation
says of seq_lengths, which is (*batch). The carries of all steps are indexed by the lengths and by
one range, as if there were a single axis of rows. Where the axes differ in length, it is an error.

Run: lstm-spec env run flax findings/flax_lengths_of_rows_in_two_axes.py
"""

import jax
import jax.numpy as jnp
from flax import nnx

ROWS, STEPS, FEATURES, UNITS = 3, 5, 2, 4
rnn = nnx.RNN(nnx.LSTMCell(FEATURES, UNITS, rngs=nnx.Rngs(0)), return_carry=True, rngs=nnx.Rngs(0))
x = jax.random.normal(jax.random.key(0), (ROWS, STEPS, FEATURES))
lengths = jnp.array([5, 2, 1])
(_, expected), _ = rnn(x, seq_lengths=lengths)
(_, h), _ = rnn(x[None], seq_lengths=lengths[None])
print(f"3 rows: h of shape {expected.shape}; the same rows as (1, 3): h of shape {h.shape}")
wrong = h.shape != (1, *expected.shape)
print("shown" if wrong else "gone")
raise SystemExit(bool(wrong))
