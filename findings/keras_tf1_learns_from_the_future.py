"""A stateful model of Keras 1, 2.0 and 2.1 on TensorFlow 1 is trained with a state of the future.

Library: Keras 2.0.2 on TensorFlow 1.0.1
Clauses: STATE-25, STATE-37, LIFE-06
Documented: no; keras#9174 reports broken stateful training

`train_on_batch` stores the new state as soon as the loss is known, but the gradients still read the
variables afterwards. In the gradient of the forget gate, the cell state after the batch takes the
place of the one before it; in Keras 2.1.6 on TensorFlow 1.15, the h after the batch also takes the
place of the one before it in the gradient of the recurrent kernel. The update is this wrong
gradient, to the last digits of float32; in some runs the race ends the other way and the update is
right. `unroll=True` does not help. Keras 2.3.1 on TensorFlow 1.15 was right in 24 of 24 tries
(SGD). More clauses fail than are named here.

Run: lstm-spec env run keras-2.0 findings/keras_tf1_learns_from_the_future.py
"""

# ruff: noqa: B905, UP031  (Python 3.6)
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras.layers import LSTM
from keras.models import Sequential
from keras.optimizers import SGD

UNITS, STEPS, BATCH, FEATURES = 4, 3, 2, 3


def sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-z))."""
    return 1 / (1 + np.exp(-z))


def gradients(weights: list, x: np.ndarray, y: np.ndarray, before: list, future: str) -> tuple:
    """Of the MSE of the last output; what ``future`` names stands as it is after the batch."""
    kernel, recurrent, bias = weights
    h, c = before
    tape = []
    for t in range(STEPS):
        i, f, g, o = np.split(x[:, t].dot(kernel) + h.dot(recurrent) + bias, 4, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        tape.append((h, c, i, f, g, o))
        c = f * c + i * g
        h = o * np.tanh(c)
        tape[-1] += (c,)
    after = {"h": h, "c": c}
    first = [after[name] if name in future else old for name, old in zip("hc", before)]
    dk, dr, db = (np.zeros_like(w) for w in weights)
    dh, dc = 2 * (h - y) / h.size, np.zeros_like(c)
    for t in reversed(range(STEPS)):
        h0, c0, i, f, g, o, c = tape[t]
        if t == 0:
            h0, c0 = first
        dc = dc + dh * o * (1 - np.tanh(c) ** 2)
        do = dh * np.tanh(c)
        dz = [dc * g * i * (1 - i), dc * c0 * f * (1 - f), dc * i * (1 - g**2), do * o * (1 - o)]
        z = np.hstack(dz)
        dk, dr, db = dk + x[:, t].T.dot(z), dr + h0.T.dot(z), db + z.sum(axis=0)
        dh, dc = z.dot(recurrent.T), dc * f
    return dk, dr, db


rng = np.random.RandomState(0)
model = Sequential()
shape = (BATCH, STEPS, FEATURES)
model.add(LSTM(UNITS, recurrent_activation="sigmoid", stateful=True, batch_input_shape=shape))
model.compile(loss="mse", optimizer=SGD(lr=1.0))
weights = [(rng.randn(*w.shape) * 0.5).astype("float32") for w in model.get_weights()]
x = rng.randn(BATCH, STEPS, FEATURES).astype("float32")
y = rng.randn(BATCH, UNITS).astype("float32")
before = [(rng.randn(BATCH, UNITS) * 0.7).astype("float32") for _ in range(2)]
print("Keras", keras.__version__)
found = {future: gradients(weights, x, y, before, future) for future in ("", "c", "h", "hc")}
named = {"": "right", "c": "c of the future", "h": "h of the future", "hc": "both of the future"}
times = 0
for _ in range(10):
    model.set_weights(weights)
    for variable, value in zip(model.layers[0].states, before):
        keras.backend.set_value(variable, value)
    model.train_on_batch(x, y)
    taken = [w - now for w, now in zip(weights, model.get_weights())]
    distance = {one: max(abs(a - b).max() for a, b in zip(taken, found[one])) for one in found}
    nearest = min(distance, key=distance.get)
    print("%s: %.1e away; %.1e from right" % (named[nearest], distance[nearest], distance[""]))
    times += bool(nearest) and distance[nearest] < 1e-6 < distance[""]
print("%d of 10 updates were made with a state after the batch" % times)
raise SystemExit(bool(times))
