"""Keras 3 weighs the losses of masked batches by rows, but their accuracies by valid steps.

Library: Keras 3.15.1
Clauses: TRAIN-153
Documented: only in the source: a loss is averaged over rows, a metric adds up its weights

Expected: one weight for both. All predictions are right in a row of four valid steps, and wrong in
a row with a single one, and evaluate takes one row at a time. The loss is the mean of both rows; so
weighted, the accuracy is 0.5.

Run: lstm-spec env run keras-3-tensorflow findings/keras_accuracy_of_masked_batches.py
"""

import keras
import numpy as np

keras.utils.set_random_seed(1)
layers = [
    keras.Input((4, 3)),
    keras.layers.Masking(),
    keras.layers.LSTM(3, return_sequences=True),
    keras.layers.Dense(2, activation="softmax"),
]
model = keras.Sequential(layers)
model.compile(loss="categorical_crossentropy", metrics=["accuracy"])

x = np.random.default_rng(1).standard_normal((2, 4, 3)).astype("float32")
x[1, 1:] = 0
predicted = np.asarray(model(x)).argmax(axis=-1)
right = np.array([[1, 1, 1, 1], [0, 0, 0, 0]])
y = np.eye(2, dtype="float32")[np.where(right, predicted, 1 - predicted)]

each = [model.evaluate(x[k : k + 1], y[k : k + 1], verbose=0) for k in (0, 1)]
loss, accuracy = model.evaluate(x, y, batch_size=1, verbose=0)
print(f"loss {loss:.4f}, the mean of the two rows is {(each[0][0] + each[1][0]) / 2:.4f}")
print(f"accuracy {accuracy:.4f}, the mean of the two rows is {(each[0][1] + each[1][1]) / 2:.4f}")
shown = abs(accuracy - 0.5) > 0.1
print("shown" if shown else "gone")
raise SystemExit(bool(shown))
