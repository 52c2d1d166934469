"""Keras rejects targets and validation arrays only after the state or the weights have changed.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: TRAIN-102, TRAIN-105
Documented: no

Expected: an error before anything changes. train_on_batch has already carried the state of a batch
whose targets do not fit, and fit has trained an epoch before it looks at its validation arrays.

Run: lstm-spec env run keras-3-tensorflow findings/keras_moves_before_it_refuses.py
"""

from collections.abc import Callable

import keras
import numpy as np

lstm = keras.layers.LSTM(6, return_sequences=True, stateful=True)
model = keras.Sequential([keras.Input(batch_shape=(3, None, 5)), lstm])
model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.5))
draw = np.random.default_rng(0)
x, y = draw.normal(size=(3, 4, 5)), draw.normal(size=(3, 4, 6))
for steps in (4, 3, 5):  # from the third shape on, one program is made for any number of steps
    model.train_on_batch(x[:, :1].repeat(steps, 1), y[:, :1].repeat(steps, 1))


def moved(read: Callable[[], object], action: Callable[[], object]) -> float:
    """How far an action moves what is read, if it ends with an error."""
    before = np.array(read())
    try:
        action()
    except Exception:
        return float(np.abs(np.array(read()) - before).max())
    return 0.0


def trained_on_too_few_steps() -> None:
    """One target too few."""
    model.train_on_batch(x, y[:, :3])


def validated_on_too_few_rows() -> None:
    """One row too few among the validation targets."""
    model.fit(x, y, batch_size=3, validation_data=(x, y[:2]), verbose=0)


state = moved(lambda: lstm.states[0], trained_on_too_few_steps)
weights = moved(lambda: model.get_weights()[0], validated_on_too_few_rows)
print(f"targets of 3 steps for 4: rejected, and the state has moved by {state:.3g}")
print(f"validation targets of 2 rows for 3: rejected, and a weight has moved by {weights:.3g}")
shown = state > 0 and weights > 0
print("shown: it raised an error, but the model has changed" if shown else "gone")
raise SystemExit(bool(shown))
