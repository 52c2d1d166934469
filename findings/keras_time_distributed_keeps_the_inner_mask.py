"""Behind TimeDistributed around an LSTM, the mask still has the axis of the inner steps.

Library: Keras 3.15.1 on TensorFlow 2.21, PyTorch 2.13 and OpenVINO
Clauses: MASK-541
Documented: no; https://keras.io/api/layers/recurrent_layers/time_distributed/

Expected: a layer inside that returns its last output leaves one vector a step, and the mask behind
it has one truth value a step: whether any of the inner steps counts. So it was in Keras 2, whose
``TimeDistributed.compute_mask`` asked the layer inside. Keras 3 has no such method: the mask
(batch, time, inner steps) goes on as it came, and the next LSTM cannot be called. On JAX it can,
because the loop there reduces a mask to one value a step.

Run: lstm-spec env run keras-3-tensorflow findings/keras_time_distributed_keeps_the_inner_mask.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(2, 3, 4, 5)).astype("float32")
x[0, 1] = 0
model = keras.Sequential(
    [
        keras.Input(x.shape[1:]),
        keras.layers.Masking(),
        keras.layers.TimeDistributed(keras.layers.LSTM(6)),
        keras.layers.LSTM(2),
    ]
)
words = model.layers[1](model.layers[0](x))
print("outputs of TimeDistributed:", tuple(words.shape))
print("the mask that they carry:  ", tuple(words._keras_mask.shape))
try:
    model(x)
except Exception as error:
    print("the next LSTM raised", type(error).__name__)
    shown = True
else:
    shown = False
print("shown: the next layer cannot read the mask" if shown else "gone")
raise SystemExit(bool(shown))
