"""On JAX, sparse cross-entropy accepts a label that is no class, and learns from it.

Library: Keras 3.15.1 on JAX 0.10.2
Clauses: TRAIN-359
Documented: no

Expected: the label 3 where there are three classes, or -1, is an error, as on TensorFlow and
PyTorch. On JAX such a row counts as a row whose every answer is right: its loss is zero, it is one
of the rows that the sum is divided by, and nothing is said.

Run: lstm-spec env run keras-3-jax findings/keras_jax_takes_labels_that_are_no_class.py
"""

import keras
import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=(2, 5)).astype("float32")
model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3, activation="softmax")])
model.compile("sgd", "sparse_categorical_crossentropy")


def loss(labels: list[int]) -> float | None:
    """That of these labels; None if they are refused."""
    try:
        return float(model.test_on_batch(x, np.array(labels)))
    except Exception as error:
        print(labels, "raised", type(error).__name__)
        return None


right, beyond, below = loss([0, 2]), loss([0, 3]), loss([0, -1])
first = -float(np.log(model.predict(x, verbose=0)[0, 0]))
print(f"labels 0 and 2: {right}; 0 and 3: {beyond}; 0 and -1: {below}")
print(f"half of the loss of the first row alone: {first / 2}")
shown = beyond is not None and abs(beyond - first / 2) < 1e-5
print("shown: a label that is no class counts as one that is right" if shown else "gone")
raise SystemExit(bool(shown))
