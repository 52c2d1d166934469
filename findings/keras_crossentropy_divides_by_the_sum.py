"""Categorical cross-entropy of Keras divides outputs that are no softmax by their sum.

Library: Keras 3.15.1
Clauses: TRAIN-97
Documented: only in the source of keras.ops.categorical_crossentropy

Expected: -sum y log p of the outputs p = (0.5, 0.5, 0.5) of three sigmoids, which is log 2.

Run: lstm-spec env run keras-3-tensorflow findings/keras_crossentropy_divides_by_the_sum.py
"""

import math

import keras
import numpy as np

target, outputs = np.array([[1.0, 0.0, 0.0]]), np.array([[0.5, 0.5, 0.5]])
loss = float(keras.losses.categorical_crossentropy(target, outputs)[0])

print(f"loss: {loss:.4f}, expected -log 0.5 = {math.log(2):.4f}")
print(f"-log (0.5 / 1.5) = {math.log(3):.4f}")
shown = abs(loss - math.log(3)) < 1e-4
print("shown" if shown else "gone")
raise SystemExit(bool(shown))
