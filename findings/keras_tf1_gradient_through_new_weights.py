"""Keras 2.0 on TensorFlow 1.0 passes the gradient back through a Dense layer it has just updated.

Library: Keras 2.0.2 on TensorFlow 1.0.1
Clauses: TRAIN-03, PIPE-31, PIPE-34, PIPE-44
Documented: no

All updates of a step run in one call of the session, in no fixed order. The kernel of the last
layer can be overwritten as soon as its own gradient is known, while the backward pass to the LSTM
still has to read it; the LSTM then learns from the gradient through the new kernel. No state is
involved: an LSTM and a Dense layer in a stateless network are enough. It is a race: the fraction of
such updates differs from run to run, and each of them is the wrong gradient to the last digits of
float32.

Run: lstm-spec env run keras-2.0 findings/keras_tf1_gradient_through_new_weights.py
"""

# ruff: noqa: UP031  (Python 3.6)
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential
from keras.optimizers import SGD

UNITS, CLASSES, BATCH, FEATURES, RATE = 32, 26, 1, 1, 1.0


def sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-z))."""
    return 1 / (1 + np.exp(-z))


def kernel_gradient(weights: list, x: np.ndarray, y: np.ndarray, new: bool) -> np.ndarray:
    """Of the MSE for the LSTM's kernel; ``new`` sends it back through the updated Dense kernel."""
    kernel, _, bias, dense, dense_bias = weights
    i, _, g, o = np.split(x.dot(kernel) + bias, 4, axis=1)
    i, g, o = sigmoid(i), np.tanh(g), sigmoid(o)
    c = i * g
    h = o * np.tanh(c)
    d = 2 * (h.dot(dense) + dense_bias - y) / y.size
    back = dense - RATE * h.T.dot(d) if new else dense
    dh = d.dot(back.T)
    dc = dh * o * (1 - np.tanh(c) ** 2)
    zero = np.zeros_like(c)
    dz = [dc * g * i * (1 - i), zero, dc * i * (1 - g**2), dh * np.tanh(c) * o * (1 - o)]
    return x.T.dot(np.hstack(dz))


def fresh_model() -> Sequential:
    """The same network in a session of its own: in some of them the race never goes wrong."""
    keras.backend.clear_session()
    model = Sequential()
    shape = (BATCH, 1, FEATURES)
    model.add(LSTM(UNITS, recurrent_activation="sigmoid", batch_input_shape=shape))
    model.add(Dense(CLASSES))
    model.compile(loss="mse", optimizer=SGD(lr=RATE))
    return model


rng = np.random.RandomState(0)
model = fresh_model()
weights = [(rng.randn(*w.shape) * 0.5).astype("float32") for w in model.get_weights()]
x = rng.randn(BATCH, 1, FEATURES).astype("float32")
y = rng.randn(BATCH, CLASSES).astype("float32")
right, wrong = (kernel_gradient(weights, x[:, 0], y, new) for new in (False, True))
print("Keras", keras.__version__)
total = 0
for _ in range(10):
    model, times = fresh_model(), 0
    for _ in range(50):
        model.set_weights(weights)
        model.train_on_batch(x, y)
        taken = (weights[0] - model.get_weights()[0]) / RATE
        to_right, to_wrong = abs(taken - right).max(), abs(taken - wrong).max()
        times += to_wrong < 1e-6 < to_right
        neither = min(to_wrong, to_right) > 1e-6
        if neither:
            print("another gradient: %.1e from either" % min(to_wrong, to_right))
    print("%d of 50 updates of the LSTM went through the new kernel of the Dense layer" % times)
    total += times
print("the two gradients are %.1e apart" % abs(right - wrong).max())
raise SystemExit(bool(total))
