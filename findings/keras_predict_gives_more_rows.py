"""predict of a stateful Keras model returns more rows than it received.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: STATE-51, STATE-52, STATE-53, STATE-54, STATE-59
Documented: no

Expected: as many rows as were given, or an error. Keras 2 rejected a number of rows that the batch
size does not divide (https://github.com/keras-team/keras/issues/9036 quotes its message).

Run: lstm-spec env run keras-3-tensorflow findings/keras_predict_gives_more_rows.py
"""

import keras
import numpy as np

model = keras.Sequential([keras.Input(batch_shape=(3, 2, 5)), keras.layers.LSTM(4, stateful=True)])
rows_in = np.random.default_rng(0).normal(size=(7, 2, 5)).astype("float32")
rows_out = model.predict(rows_in, batch_size=3, verbose=0)

print(f"rows given: {len(rows_in)}, rows returned: {len(rows_out)}")
shown = len(rows_out) != len(rows_in)
print("shown: the single row of the last batch ran from all three states" if shown else "gone")
raise SystemExit(bool(shown))
