"""Keras accepts an initial state of one row for a batch of three, and every row starts from it.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: STATE-80, SEQ-104
Documented: no

Expected: an error, as for a state of two rows.

Run: lstm-spec env run keras-3-tensorflow findings/keras_initial_state_broadcast.py
"""

import keras
import numpy as np

lstm = keras.layers.LSTM(4)
x = np.random.default_rng(0).normal(size=(3, 2, 5)).astype("float32")


def accepted(rows: int) -> bool:
    """Whether a state of so many rows is taken for the batch of three."""
    state = [keras.ops.ones((rows, 4)), keras.ops.ones((rows, 4))]
    try:
        lstm(x, initial_state=state)
    except Exception:
        return False
    return True


print(f"a state of 1 row for 3 rows: {'accepted' if accepted(1) else 'rejected'}")
print(f"a state of 2 rows for 3 rows: {'accepted' if accepted(2) else 'rejected'}")
shown = accepted(1)
print("shown: a missing row axis goes unnoticed" if shown else "gone")
raise SystemExit(bool(shown))
