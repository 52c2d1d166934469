"""Binary cross-entropy after a softmax is computed as if the softmax were a sigmoid.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: TRAIN-371, TRAIN-372
Documented: no

Expected: the loss of a model is that of its outputs. On TensorFlow, Keras looks for what went into
the last softmax or sigmoid and takes it for the logits of whatever loss it computes, without asking
which of the two it was: binary cross-entropy after a softmax, and categorical cross-entropy after
a sigmoid, are those of other probabilities than the model predicts; not so on JAX and PyTorch.

Run: lstm-spec env run keras-3-tensorflow findings/keras_takes_a_softmax_for_a_sigmoid.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=(4, 5)).astype("float32")
y = np.eye(3, dtype="float32")[[0, 1, 2, 1]]

model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3, activation="softmax")])
model.set_weights([rng.normal(size=(5, 3)), np.zeros(3)])
model.compile("sgd", "binary_crossentropy")

p = model.predict(x, verbose=0).astype("float64")
z = x @ model.get_weights()[0]
sigmoid = 1 / (1 + np.exp(-z.astype("float64")))


def loss(p: np.ndarray) -> float:
    """Binary cross-entropy by hand."""
    return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean())


found = model.test_on_batch(x, y)
print(f"test_on_batch                            {found:.6f}")
print(f"of the outputs that the model predicts   {loss(p):.6f}")
print(f"of the sigmoid of what went into softmax {loss(sigmoid):.6f}")
shown = abs(found - loss(sigmoid)) < 1e-5 < abs(found - loss(p))
print("shown: a softmax is taken for a sigmoid" if shown else "gone")
raise SystemExit(bool(shown))
