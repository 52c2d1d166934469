"""A batch size of zero is taken for no batch size, and fit trains with it.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: LIFE-204
Documented: no; the documentation of fit says "Integer or None", and 32 for None

Expected: there are no batches of zero rows, so a batch size of zero is rejected, as minus one is.
Keras takes batches of 32 rows, its default: with the seven rows here, predict, evaluate and fit
make one batch. A batch size that was computed, and became zero by a mistake, is not noticed.

Run: lstm-spec env run keras-3-tensorflow findings/keras_takes_a_batch_size_of_zero.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

model = keras.Sequential([keras.Input((4, 2)), keras.layers.LSTM(3)])
model.compile("sgd", "mse")
x, y = np.ones((7, 4, 2), "float32"), np.ones((7, 3), "float32")
ways = {
    "predict": lambda: model.predict(x, batch_size=0, verbose=0),
    "evaluate": lambda: model.evaluate(x, y, batch_size=0, verbose=0),
    "fit": lambda: model.fit(x, y, batch_size=0, verbose=0),
}
accepted = []
for name, way in ways.items():
    try:
        way()
        accepted.append(name)
        print(f"{name} with a batch size of 0 was accepted")
    except ValueError as error:
        print(f"{name} with a batch size of 0 raised ValueError: {error}")
print("shown: a batch size of zero is accepted" if accepted else "gone")
raise SystemExit(bool(accepted))
