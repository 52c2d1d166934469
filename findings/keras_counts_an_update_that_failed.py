"""An update that raises an error is counted by the optimiser: the next steps of Adam are others.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: TRAIN-170
Documented: no

Expected: a batch that is rejected changes nothing. Where the number of features is wrong, the error
is raised inside the compiled step, and the optimiser's count of updates has been raised as well.
Adam corrects its moments by that count, so the model trains on with other steps than a model that
was never given the wrong batch.

Run: lstm-spec env run keras-3-tensorflow findings/keras_counts_an_update_that_failed.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=(3, 4, 5)).astype("float32")
y = rng.normal(size=(3, 6)).astype("float32")


def trained_once() -> keras.Model:
    """The same model every time, after the same update."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((None, 5)), keras.layers.LSTM(6), keras.layers.Dense(6)])
    model.compile("adam", "mse")
    model.train_on_batch(x, y)
    return model


model, twin = trained_once(), trained_once()
try:
    model.train_on_batch(x[:, :, :4], y)
    print("a batch of four features instead of five was accepted")
except Exception as error:
    print("a batch of four features instead of five raised", type(error).__name__)
counts = [int(one.optimizer.iterations) for one in (model, twin)]
print(f"updates counted: {counts[0]}, by a twin that was not given that batch: {counts[1]}")
model.train_on_batch(x, y)
twin.train_on_batch(x, y)
pairs = zip(model.get_weights(), twin.get_weights(), strict=True)
difference = max(float(np.abs(one - other).max()) for one, other in pairs)
print(f"after one more update, the weights of both differ by {difference:.2g}")
shown = counts[0] > counts[1] and difference > 1e-5
print("shown: an update that failed was counted" if shown else "gone")
raise SystemExit(bool(shown))
