"""A sigmoid that is certain and wrong learns nothing from binary cross-entropy.

Library: Keras 3.15.1 on JAX 0.10.2
Clauses: GRAD-353
Documented: no

Expected: the derivative of binary cross-entropy with respect to what goes into a sigmoid is p - y,
a full step where the answer is certain and wrong. On JAX, as on PyTorch, Keras computes the loss
from p, which it keeps between 1e-7 and 1 - 1e-7: beyond, from a logit of 16 on, the derivative of
that is zero, and the weights stay as wrong as they are. On TensorFlow it finds the logit.

Run: lstm-spec env run keras-3-jax findings/keras_certain_sigmoid_learns_nothing.py
"""

import keras
import numpy as np

x, y = np.ones((1, 1), "float32"), np.zeros((1, 1), "float32")


def moved(last: str, from_logits: bool) -> float:
    """By how much an update with a learning rate of one moves a bias of 20."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, activation=last)])
    model.set_weights([np.zeros((1, 1)), np.full(1, 20.0)])
    loss = keras.losses.BinaryCrossentropy(from_logits=from_logits)
    model.compile(keras.optimizers.SGD(1.0), loss)
    model.train_on_batch(x, y)
    return float(20 - model.get_weights()[1][0])


sigmoid, logits = moved("sigmoid", False), moved("linear", True)
print(f"the answer is no, and the model says yes with a logit of 20: a sigmoid moves by {sigmoid}")
print(f"the same model without the sigmoid and with from_logits=True moves by {logits}")
shown = sigmoid == 0 and abs(logits - 1) < 1e-3
print("shown: a sigmoid that is certain and wrong learns nothing" if shown else "gone")
raise SystemExit(bool(shown))
