"""Keras on PyTorch with a mixed policy: a stateful LSTM never moves its state from zero.

Library: Keras 3.15.1 on torch 2.13.0
Clauses: STATE-500
Documented: no

Expected: a stateful layer with the policy "mixed_float16" or "mixed_bfloat16" carries its state
from one call to the next, as it does in float32. On PyTorch the state is zero after every call and
after every predict, without a warning: each batch is read as if it were the first.

Run: lstm-spec env run keras-3-torch findings/keras_torch_mixed_precision_forgets_the_state.py
"""

import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

x = np.sin(np.arange(16.0)).reshape(2, 4, 2)
largest = {}
for policy in ("float32", "mixed_float16", "mixed_bfloat16"):
    layer = keras.layers.LSTM(3, stateful=True, dtype=policy)
    model = keras.Sequential([keras.Input(batch_shape=(2, 4, 2)), layer])
    model(x)
    largest[policy] = max(
        float(np.abs(keras.ops.convert_to_numpy(one)).max()) for one in layer.states
    )
    print(f"{policy}: the largest number of the state after a call is {largest[policy]:.3g}")
shown = largest.pop("float32") > 0 and not any(largest.values())
print("shown: with a mixed policy nothing is carried" if shown else "gone")
raise SystemExit(bool(shown))
