"""Keras trains and measures on targets of one step for four, and masks three rows with one mask.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: TRAIN-101, TRAIN-103, TRAIN-104, GRAD-101, MASK-101
Documented: no

Expected: an error, as for targets of three steps and for a mask of two rows.

Run: lstm-spec env run keras-3-tensorflow findings/keras_targets_and_masks_broadcast.py
"""

from collections.abc import Callable

import keras
import numpy as np

lstm = keras.layers.LSTM(6, return_sequences=True)
model = keras.Sequential([keras.Input((4, 5)), lstm])
model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.5))
x = np.ones((3, 4, 5), "float32")


def answer(action: Callable[[], object]) -> str:
    """Whether Keras accepts it."""
    try:
        action()
    except Exception:
        return "rejected"
    return "accepted"


def fits(steps: int) -> str:
    """Whether it trains on targets of so many steps."""
    y = np.ones((3, steps, 6), "float32")
    return answer(lambda: model.fit(x, y, batch_size=3, verbose=0))


def masks(rows: int) -> str:
    """Whether it takes a mask of so many rows."""
    return answer(lambda: lstm(x, mask=np.ones((rows, 4), bool)))


print(f"fit on targets of 1 step for 4: {fits(1)}, of 3 steps: {fits(3)}")
print(f"a mask of 1 row for 3: {masks(1)}, of 2 rows: {masks(2)}")
shown = (fits(1), masks(1)) == ("accepted", "accepted")
print("shown: what is missing is repeated silently" if shown else "gone")
raise SystemExit(bool(shown))
