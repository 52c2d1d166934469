"""An LSTM with implementation=1 and dropout cannot be trained: its first call raises an error.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: LIFE-203
Documented: no

Expected: each gate has a mask of its own, and the layer trains. With ``implementation=1`` the cell
draws four masks, but the layer expects one when it offers the inputs to cuDNN, which it tries on
every machine. With ``use_cudnn=False`` the layer works, and so does an ``LSTMCell`` in an ``RNN``.

Run: lstm-spec env run keras-3-tensorflow findings/keras_implementation_1_cannot_drop_inputs.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(2, 4, 5)).astype("float32")


def trains(**arguments: object) -> bool:
    """Whether a call in training gives outputs."""
    layer = keras.layers.LSTM(3, dropout=0.5, **arguments)
    try:
        layer(x, training=True)
    except Exception as error:
        print(f"{arguments} raised {type(error).__name__}")
        return False
    print(f"{arguments} gave outputs")
    return True


without = trains(implementation=1, use_cudnn=False)
shown = not trains(implementation=1)
print("shown: it cannot drop its inputs" if shown and without else "gone")
raise SystemExit(bool(shown))
