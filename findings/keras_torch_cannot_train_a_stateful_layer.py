"""Keras on PyTorch cannot train a stateful LSTM: fit raises an error at the first update.

Library: Keras 3.15.1 on torch 2.13.0
Clauses: LIFE-08, TRAIN-04, PIPE-35
Documented: no; https://github.com/keras-team/keras/issues/20875 was closed as fixed

It had been fixed once, in 2025. The layer overwrites the state that autograd still needs with its
new state, and PyTorch notices this. Without ``stateful=True``, the same network trains.

Run: lstm-spec env run keras-3-torch findings/keras_torch_cannot_train_a_stateful_layer.py
"""

import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

x, y = np.zeros((6, 3, 1)), np.zeros((6, 4))


def training(stateful: bool) -> str:
    """How six rows of training end, in batches of two."""
    layers = [keras.Input(batch_shape=(2, 3, 1)), keras.layers.LSTM(4, stateful=stateful)]
    model = keras.Sequential(layers)
    model.compile(loss="mse", optimizer="sgd")
    try:
        model.fit(x, y, batch_size=2, shuffle=False, verbose=0)
    except RuntimeError as error:
        return str(error).split(":", maxsplit=1)[0]
    return "trained"


ended = {stateful: training(stateful) for stateful in (False, True)}
for stateful, end in ended.items():
    print(f"stateful={stateful}: {end}")
shown = ended[False] == "trained" and "inplace operation" in ended[True]
print("shown: only the stateful layer cannot be trained" if shown else "gone")
raise SystemExit(bool(shown))
