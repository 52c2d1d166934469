"""With a label at every step, class_weight weighs rows by where in time their largest label is.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: TRAIN-386
Documented: no

Expected: class_weight gives each label the weight of its class, or is refused. Keras takes labels
of two axes (batch, time) for one-hot rows: the place of the largest label in time counts as the
class of the row. The weights, one for each row, are then multiplied with the losses (batch, time)
from the last axis on: an error, unless there are as many rows as steps.

Run: lstm-spec env run keras-3-tensorflow findings/keras_class_weight_of_steps.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=(3, 3, 2)).astype("float32")
labels = np.array([[0, 2, 1], [2, 0, 0], [1, 1, 0]])  # largest at step 1, 0 and 0
class_weight = {0: 1.0, 1: 10.0, 2: 100.0}
model = keras.Sequential(
    [
        keras.Input((None, 2)),
        keras.layers.LSTM(4, return_sequences=True),
        keras.layers.Dense(3, activation="softmax"),
    ]
)
model.compile(keras.optimizers.SGD(0.0), "sparse_categorical_crossentropy")

p = model.predict(x, verbose=0)
losses = -np.log(np.take_along_axis(p, labels[..., None], axis=-1))[..., 0]
found = float(model.train_on_batch(x, labels, class_weight=class_weight))
right = float((losses * np.vectorize(class_weight.get)(labels)).mean())
places = np.array([class_weight[int(one)] for one in labels.argmax(axis=-1)])
wrong = float((losses * places).mean())
print(f"loss                                             {found:.4f}")
print(f"with the weight of the class of each label       {right:.4f}")
print(f"with weights of the places of the largest labels {wrong:.4f}")
shown = abs(found - wrong) < 1e-3 < abs(found - right)
print("shown: places in time were taken for classes" if shown else "gone")
raise SystemExit(bool(shown))
