"""Keras on OpenVINO predicts in bfloat16, to two or three digits, if the processor supports it.

Library: Keras 3.15.1 on openvino 2026.4.1
Clauses: SEQ-12, STATE-21, STATE-27, MASK-33, PIPE-61, PIPE-70
Documented: by OpenVINO, not by Keras

The model is a float32 model, and predict returns float32. A direct call, ``model(x)``, computes in
float32. predict compiles the model without requesting a precision, and OpenVINO then uses bfloat16
on a processor with AMX. On other processors both agree, and this script says so.

Run: lstm-spec env run keras-3-openvino findings/keras_openvino_predicts_in_bfloat16.py
"""

import os

os.environ["KERAS_BACKEND"] = "openvino"

import keras
import numpy as np
import openvino

keras.utils.set_random_seed(7)
model = keras.Sequential([keras.Input((5, 3)), keras.layers.LSTM(4)])
x = np.random.default_rng(7).normal(size=(7, 5, 3)).astype("float32")
called = keras.ops.convert_to_numpy(model(x))
for rows in (7, 2, 1):
    predicted = model.predict(x, batch_size=rows, verbose=0)
    print(f"predict in batches of {rows}: {abs(predicted - called).max():.1e} from the call")
taken = openvino.Core().get_property("CPU", "INFERENCE_PRECISION_HINT")
apart = abs(model.predict(x, batch_size=7, verbose=0) - called).max()
print("OpenVINO computes in", taken.get_type_name())
print("shown: predict has the digits of bfloat16" if apart > 1e-4 else "not on this processor")
raise SystemExit(bool(apart > 1e-4))
