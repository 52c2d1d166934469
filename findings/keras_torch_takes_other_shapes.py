"""On PyTorch, Keras takes a mask that is too long, states that are too many, and no rows at all.

Library: Keras 3.15.1 on PyTorch 2.13
Clauses: MASK-100, SEQ-102, SEQ-105, SEQ-106, TRAIN-101
Documented: no

Expected: an error, as on TensorFlow. Here a mask of five steps for four loses its last one, a third
state is left out, targets of the rows of a batch without the axis of the rows count for every
row, and an input without rows gives outputs without rows.

Run: lstm-spec env run keras-3-torch findings/keras_torch_takes_other_shapes.py
"""

import os

os.environ["KERAS_BACKEND"] = "torch"

from collections.abc import Callable

import keras
import numpy as np

lstm = keras.layers.LSTM(6, return_sequences=True)
both = keras.layers.Bidirectional(keras.layers.LSTM(6))
model = keras.Sequential([keras.Input((4, 5)), lstm])
model.compile(loss="mse", optimizer="sgd")
x, y, state = np.ones((3, 4, 5)), np.ones((3, 4, 6)), np.ones((3, 6))
shown: list[bool] = []


def asks(what: str, action: Callable[[], object]) -> None:
    """Print and note whether Keras takes it."""
    try:
        action()
    except Exception:
        shown.append(False)
    else:
        shown.append(True)
    print(f"{what}: {'accepted' if shown[-1] else 'rejected'}")


print(f"Keras {keras.__version__} on {keras.backend.backend()}")
asks("a mask of five steps for four", lambda: lstm(x, mask=np.ones((3, 5), bool)))
asks("three states for h and c", lambda: lstm(x, initial_state=[state] * 3))
asks("six states for two directions", lambda: both(x, initial_state=[state] * 6))
asks("targets without the axis of the rows", lambda: model.test_on_batch(x, y[0]))
asks("an input without rows", lambda: model.predict_on_batch(x[:0]))
print("shown" if all(shown) else "gone, at least in part")
raise SystemExit(bool(all(shown)))
