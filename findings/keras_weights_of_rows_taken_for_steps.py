"""A weight for each row is taken for a weight of each step where there are as many rows as steps.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: TRAIN-382
Documented: no

Expected: sample_weight of one axis is a weight for each row, as the documentation of fit says; with
an output at every step it counts at all steps of the row. Keras multiplies the losses (batch, time)
by the weights (batch,) from the last axis on. With 3 rows of 4 steps that is an error; with 3 rows
of 3 steps it weighs step k by the weight of row k, without a message. Keras 2 expanded the weights.

Run: lstm-spec env run keras-3-tensorflow findings/keras_weights_of_rows_taken_for_steps.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

rng = np.random.default_rng(0)
weights = np.array([1.0, 0.0, 2.0], "float32")
model = keras.Sequential([keras.Input((None, 2)), keras.layers.LSTM(4, return_sequences=True)])
model.compile("sgd", "mse")

x, y = rng.normal(size=(3, 3, 2)).astype("float32"), rng.normal(size=(3, 3, 4)).astype("float32")
losses = np.square(model.predict(x, verbose=0) - y).mean(axis=-1)
found = model.test_on_batch(x, y, sample_weight=weights)
by_row, by_step = (float((losses * one).mean()) for one in (weights[:, None], weights))
print(f"3 rows of 3 steps: the loss is {found:.6f}")
print(f"weighted by row it would be    {by_row:.6f}, weighted by step {by_step:.6f}")
try:
    model.test_on_batch(x[:, :2], y[:, :2], sample_weight=weights)
    print("3 rows of 2 steps were accepted")
except Exception as error:
    print("3 rows of 2 steps raised", type(error).__name__)
shown = abs(found - by_step) < 1e-5 < abs(found - by_row)
print("shown: weights of rows were taken for weights of steps" if shown else "gone")
raise SystemExit(bool(shown))
