"""The layer behind a Bidirectional whose halves differ in width is built for the wrong width.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: SEQ-302
Documented: no; https://keras.io/api/layers/recurrent_layers/bidirectional/ lists what the backward
layer must have in common with the forward one, and the number of units is not among it

Expected: 3 and 2 units side by side are 5. ``Bidirectional.compute_output_shape`` doubles the width
of the forward half, so the Dense layer behind it is given a kernel of 6 rows. The layer itself
gives 5 numbers, so the model cannot be called.

Run: lstm-spec env run keras-3-tensorflow findings/keras_backward_layer_of_another_width.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

both = keras.layers.Bidirectional(
    keras.layers.LSTM(3), backward_layer=keras.layers.LSTM(2, go_backwards=True)
)
x = np.random.default_rng(0).normal(size=(2, 4, 5)).astype("float32")
width = np.array(both(x)).shape[-1]
said = both.compute_output_shape(x.shape)[-1]
print(f"the layer gives {width} numbers, and says that it gives {said}")
model = keras.Sequential([keras.Input(batch_shape=x.shape), both, keras.layers.Dense(1)])
print("the next kernel:", model.layers[-1].kernel.shape)
try:
    model(x)
except Exception as error:
    print("calling the model raised", type(error).__name__)
    shown = True
else:
    shown = said != width
print("shown: the next layer is built for the wrong width" if shown else "gone")
raise SystemExit(bool(shown))
