"""The weights that a Bidirectional is given when it is made are ignored.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: SEQ-22
Documented: no; https://keras.io/api/layers/recurrent_layers/bidirectional/ lists the argument,
and says nothing about it

Expected: the layer starts with these weights, as in Keras 2, or refuses them. Keras 3 writes them
to ``initial_weights`` of both halves, which nothing reads. (SEQ-22 is about the two halves; their
weights are set after the model is built in every clause.)

Run: lstm-spec env run keras-3-tensorflow findings/keras_bidirectional_ignores_weights.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

shapes = [(5, 12), (3, 12), (12,)] * 2
weights = [np.full(shape, 0.25, "float32") for shape in shapes]
layer = keras.layers.Bidirectional(keras.layers.LSTM(3), weights=weights)
layer.build((2, 4, 5))
same = all(np.array_equal(*pair) for pair in zip(layer.get_weights(), weights, strict=True))
print("the layer starts with the weights that it was given:", same)
print("shown: they are ignored" if not same else "gone")
raise SystemExit(bool(not same))
