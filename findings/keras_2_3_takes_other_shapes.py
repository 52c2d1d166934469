"""Keras 2.3 computes, and trains, with arrays of another shape than they should have.

Library: Keras 2.3.1 on TensorFlow 1.15.5
Clauses: CELL-60, CELL-100, SEQ-102, SEQ-104, STATE-108, MASK-100, MASK-101, TRAIN-101, TRAIN-103,
 TRAIN-104, TRAIN-105
Documented: no

Expected: an error, before anything changes. What TensorFlow can broadcast is computed, a mask that
is too short masks the steps that it does not speak of, and a weight takes any shape. Arrays for the
validation are looked at after the first epoch.

Run: lstm-spec env run keras-2.3 findings/keras_2_3_takes_other_shapes.py
"""

from __future__ import annotations

import os
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras.layers import LSTM, Input, Lambda
from keras.models import Model, Sequential

draw = np.random.RandomState(0)
x, y, h = draw.randn(3, 4, 5), draw.randn(3, 4, 6), draw.randn(3, 6)
shown = []


def asks(what: str, action: Callable[..., object], *arguments: object) -> None:
    """Print and note whether Keras takes these arguments."""
    try:
        action(*arguments)
    except Exception:
        shown.append(False)
    else:
        shown.append(True)
    print(f"{what}: {'accepted' if shown[-1] else 'rejected'}")


stateless = Sequential([LSTM(6, return_sequences=True, input_shape=(None, 5))])
stateless.compile(loss="mse", optimizer="sgd")
stateful = Sequential([LSTM(6, stateful=True, batch_input_shape=(3, None, 5))])
stateful.compile(loss="mse", optimizer="sgd")
given, first_h, first_c, mask = Input((None, 5)), Input((6,)), Input((6,)), Input((None,))
started = Model([given, first_h, first_c], LSTM(6)(given, initial_state=[first_h, first_c]))
attach = Lambda(lambda both: 1.0 * both[0], mask=lambda both, _: keras.backend.equal(both[1], 1.0))
masked = Model([given, mask], LSTM(6, return_sequences=True)(attach([given, mask])))

print(f"Keras {keras.__version__}")
asks("an input without rows", stateless.predict_on_batch, x[:0])
asks("an initial h of one row for three", started.predict_on_batch, [x, h[:1], h])
asks("one row for three carried states", stateful.predict_on_batch, x[:1])
asks("a mask of three steps for four", masked.predict_on_batch, [x, np.ones((3, 3))])
asks("targets of one step for four, measured", stateless.test_on_batch, x, y[:, :1])
asks("targets of one step for four, trained on", stateless.train_on_batch, x, y[:, :1])
asks("an input of one step for targets of four", stateless.train_on_batch, x[:, :1], y)

short, long = np.ones((3, 3)), np.ones((3, 4))
long[:, 3] = 0.0
same = masked.predict_on_batch([x, short]) - masked.predict_on_batch([x, long])
shown.append(abs(same).max() == 0)
print(f"the step without a mask is computed as a masked one: {shown[-1]}")

before = stateless.get_weights()[0]
try:
    stateless.fit(x, y, validation_data=(x[:, :3], y), verbose=0)
except Exception:
    shown.append((stateless.get_weights()[0] != before).any())
    print(f"wrong validation arrays: rejected, after weights have changed: {shown[-1]}")

kernel, *others = stateless.get_weights()
asks("a kernel of four features for five", stateless.set_weights, [kernel[:4], *others])
print("shown" if all(shown) else "gone, at least in part")
raise SystemExit(bool(all(shown)))
