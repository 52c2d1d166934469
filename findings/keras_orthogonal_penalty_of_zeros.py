"""Keras on PyTorch and on JAX: zeros under an orthogonal penalty make numbers of the kernel NaN.

Library: Keras 3.15.1 on torch 2.13.0
Clauses: GRAD-520
Documented: no

Expected: OrthogonalRegularizer divides every row by its length, and a row of zeros (a feature that
is not used yet) has the gradient zero, as on TensorFlow. On PyTorch and on JAX the root of the
length has an infinite slope at zero, and one update turns whole rows of the kernel into NaN.

Run: lstm-spec env run keras-3-torch findings/keras_orthogonal_penalty_of_zeros.py
"""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np

layer = keras.layers.LSTM(3, kernel_regularizer=keras.regularizers.OrthogonalRegularizer(0.1))
model = keras.Sequential([keras.Input((4, 3)), layer])
model.compile(keras.optimizers.SGD(0.1), "mse")
kernel, *others = model.get_weights()
kernel[1] = 0
model.set_weights([kernel, *others])
loss = model.train_on_batch(np.sin(np.arange(24.0)).reshape(2, 4, 3), np.zeros((2, 3)))
lost = int(np.isnan(model.get_weights()[0]).sum())
print(f"after an update with the loss {float(loss):.3g}, {lost} of {kernel.size} numbers are NaN")
print("shown" if lost else "gone")
raise SystemExit(bool(lost))
