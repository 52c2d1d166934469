"""On PyTorch, keras.ops.matmul of two float64 matrices is computed in float32.

Library: Keras 3.15.1 on PyTorch 2.13
Clauses: CELL-53, CELL-54, GRAD-11, LIFE-140, LIFE-141, LIFE-150, LIFE-151, LIFE-160
Documented: no

Expected: float64. The promotion of types makes float32 of float64 and float64 on this backend, and
what asks it computes in float32 even in a model of dtype float64: every Dense layer, an LSTM with a
mask, the loss. An LSTM without a mask is right to sixteen digits.

Run: lstm-spec env run keras-3-torch findings/keras_torch_multiplies_in_float32.py
"""

import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

keras.backend.set_floatx("float64")
draw = np.random.default_rng(0)
one, other = draw.normal(size=(4, 3)), draw.normal(size=(3, 2))
product = keras.ops.convert_to_numpy(keras.ops.matmul(one, other))
far = float(abs(product - one @ other).max())
loss = keras.losses.MeanSquaredError()(keras.ops.convert_to_tensor(one), one + 1)

print(f"result_type of float64 and float64: {keras.backend.result_type('float64', 'float64')}")
print(f"matmul of float64 and float64: {product.dtype}, wrong by {far:.2g}")
print(f"a mean squared error of float64: {loss.dtype}")
shown = product.dtype == np.float32 and far > 1e-12
print("shown" if shown else "gone")
raise SystemExit(bool(shown))
