"""A stateful RNN over stacked cells cannot be reset: reset_state raises an AttributeError.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: LIFE-161, LIFE-202
Documented: no; https://keras.io/api/layers/recurrent_layers/rnn/ offers reset_states for any cell

Expected: the states of every cell become zero, as those of a stack of stateful layers do. The
states of ``StackedRNNCells`` are a list of pairs, and ``RNN.reset_state`` takes every entry of it
for a variable. The layer carries its states, but nothing can clear them except ``assign`` for each.

Run: lstm-spec env run keras-3-tensorflow findings/keras_stacked_cells_cannot_be_reset.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

cells = [keras.layers.LSTMCell(3), keras.layers.LSTMCell(2)]
layer = keras.layers.RNN(keras.layers.StackedRNNCells(cells), stateful=True)
x = np.random.default_rng(0).normal(size=(2, 4, 5)).astype("float32")
model = keras.Sequential([keras.Input(batch_shape=x.shape), layer])
first, second = np.array(model(x)), np.array(model(x))
print("it carries its states:", not np.allclose(first, second))
try:
    layer.reset_state()
except AttributeError as error:
    print("reset_state raised:", error)
    shown = True
else:
    shown = not np.allclose(np.array(model(x)), first)
print("shown: a stack of cells cannot be reset" if shown else "gone")
raise SystemExit(bool(shown))
