"""When set_weights of Keras rejects the last array, it has already set the first ones.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: CELL-60
Documented: no

After the error, the weights must be what they were before.

Run: lstm-spec env run keras-3-tensorflow findings/keras_half_set_weights.py
"""

import keras
import numpy as np

model = keras.Sequential([keras.Input((None, 3)), keras.layers.LSTM(4)])
before = [weight.copy() for weight in model.get_weights()]
kernel, recurrent_kernel, bias = (np.ones_like(weight) for weight in before)

try:
    model.set_weights([kernel, recurrent_kernel, bias[:-1]])
except ValueError as error:
    print(f"rejected: {str(error).splitlines()[0][:80]}")
moved = float(np.abs(model.get_weights()[0] - before[0]).max())

print(f"after the error the kernel has changed by {moved:.3g}")
shown = moved > 0
print("shown: the model is neither the old one nor the new one" if shown else "gone")
raise SystemExit(bool(shown))
