"""A saved model, and a clone, have Huber's loss with a delta of one, whatever delta it had.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: LIFE-545, LIFE-546
Documented: no

Expected: a loaded model is compiled with the loss that was saved. The configuration of
keras.losses.Huber has its name and its reduction, but not its delta.

Run: lstm-spec env run keras-3-tensorflow findings/keras_huber_forgets_its_delta.py
"""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=(4, 3, 2)).astype("float32")
y = 3 * rng.normal(size=(4, 1)).astype("float32")
model = keras.Sequential([keras.Input((None, 2)), keras.layers.LSTM(4), keras.layers.Dense(1)])
model.compile("sgd", keras.losses.Huber(delta=0.25))

error = np.abs(model.predict(x, verbose=0) - y)
with_quarter, with_one = (
    float(np.where(error <= delta, error**2 / 2, delta * (error - delta / 2)).mean())
    for delta in (0.25, 1.0)
)
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "model.keras"
    model.save(path)
    loaded = keras.models.load_model(path)
before = float(model.evaluate(x, y, verbose=0))
after = float(loaded.evaluate(x, y, verbose=0))
print(f"loss of the model              {before:.4f}, by hand with delta 0.25 {with_quarter:.4f}")
print(f"loss of the model that is read {after:.4f}, by hand with delta 1    {with_one:.4f}")
shown = abs(before - with_quarter) < 1e-4 and abs(after - with_one) < 1e-4
print("shown: the delta was lost" if shown else "gone")
raise SystemExit(bool(shown))
