"""A stateful Keras model gives out more rows than it was given.

Clause STATE-59 (and STATE-51 to 54). Keras 3.15.1 on TensorFlow 2.21; not documented.
Keras 2 refused a number of rows that the batch size does not divide
(https://github.com/keras-team/keras/issues/9036 quotes its sentence).
"""

import keras
import numpy as np

model = keras.Sequential([keras.Input(batch_shape=(3, 2, 5)), keras.layers.LSTM(4, stateful=True)])
rows_in = np.random.default_rng(0).normal(size=(7, 2, 5)).astype("float32")
rows_out = model.predict(rows_in, batch_size=3, verbose=0)

print(f"rows in: {len(rows_in)}, rows out: {len(rows_out)}")
shown = len(rows_out) != len(rows_in)
print("shown: the single row of the last batch ran from all three states" if shown else "gone")
raise SystemExit(not shown)
