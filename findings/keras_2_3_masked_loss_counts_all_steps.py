"""Keras 2.3 divides the loss of masked sequences by all steps, not by those that are valid.

Library: Keras 2.3.1 on TensorFlow 1.15.5
Clauses: MASK-37, MASK-38, MASK-125, GRAD-52, TRAIN-35, TRAIN-152, LIFE-141
Documented: no; Keras 2.2 and tf.keras divide by the valid steps

Expected: the mean over the valid steps. The errors of the masked steps are left out of the sum, but
the steps still count in the number that the sum is divided by: the more padding, the smaller the
loss and its gradients.

Run: lstm-spec env run keras-2.3 findings/keras_2_3_masked_loss_counts_all_steps.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras.layers import LSTM, Masking
from keras.models import Sequential

model = Sequential([Masking(0.0, input_shape=(4, 2)), LSTM(3, return_sequences=True)])
model.compile(loss="mse", optimizer="sgd")
draw = np.random.RandomState(0)
x, y = draw.randn(2, 4, 2), draw.randn(2, 4, 3)
x[1, 1:] = 0.0  # one valid step of four, beside a row of four
valid = (x != 0).any(axis=-1)

errors = ((model.predict(x) - y) ** 2).mean(axis=-1)
loss = float(model.test_on_batch(x, y))
expected, over_all = errors[valid].mean(), errors[valid].sum() / valid.size
print(f"Keras {keras.__version__}: the loss is {loss:.4f}")
print(f"expected over {valid.sum()} valid steps: {expected:.4f}")
print(f"the same sum over {valid.size} steps: {over_all:.4f}")
shown = abs(loss - over_all) < 1e-5 and abs(loss - expected) > 1e-3
print("shown: masked steps count in the divisor" if shown else "gone")
raise SystemExit(bool(shown))
