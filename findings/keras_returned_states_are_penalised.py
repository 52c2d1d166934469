"""With return_state, a penalty on the activity of an LSTM counts its states as well.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: GRAD-301
Documented: no; https://keras.io/api/layers/recurrent_layers/lstm/ says "applied to the output of
the layer (its activation)"

Expected: whether a layer also returns its states changes nothing about its loss. ``Layer.__call__``
applies the penalty to every tensor that is returned, so h is counted twice and c once.

Run: lstm-spec env run keras-3-tensorflow findings/keras_returned_states_are_penalised.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(2, 4, 5)).astype("float32")
keras.utils.set_random_seed(0)
plain = keras.layers.LSTM(3, activity_regularizer=keras.regularizers.L2(1.0))
plain(x)
telling = keras.layers.LSTM(3, activity_regularizer=keras.regularizers.L2(1.0), return_state=True)
telling.build(x.shape)
telling.set_weights(plain.get_weights())
telling(x)
expected, got = (sum(float(one) for one in layer.losses) for layer in (plain, telling))
print(f"penalty of the layer: {expected:.4f}, of the layer that returns its states: {got:.4f}")
shown = abs(got - expected) > 1e-3
print("shown: the states are penalised as well" if shown else "gone")
raise SystemExit(bool(shown))
