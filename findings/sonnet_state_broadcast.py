"""Sonnet's LSTM accepts an initial state of one row for a batch of three.

Library: Sonnet 2.0.2 on TensorFlow 2.21
Clauses: STATE-80
Documented: no

Expected: an error, as for a state of two rows. Every row starts from the one state.

Run: lstm-spec env run sonnet findings/sonnet_state_broadcast.py
"""

import sonnet
import tensorflow as tf

lstm = sonnet.LSTM(1)


def accepted(rows: int) -> bool:
    """Whether a state of so many rows is taken for the batch of three."""
    state = sonnet.LSTMState(hidden=tf.ones([rows, 1]), cell=tf.ones([rows, 1]))
    try:
        y, _ = sonnet.dynamic_unroll(lstm, tf.ones([2, 3, 1]), state)
    except (ValueError, tf.errors.InvalidArgumentError):
        return False
    return y.shape[1] == 3


print(f"a state of 1 row for 3 rows:  {'accepted' if accepted(1) else 'rejected'}")
print(f"a state of 2 rows for 3 rows: {'accepted' if accepted(2) else 'rejected'}")
shown = accepted(1)
print("shown: a missing row axis goes unnoticed" if shown else "gone")
raise SystemExit(bool(shown))
