"""After a backward LSTM in Keras, the outputs are in processing order but the mask is not.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: MASK-41
Documented: reported in 2016 and 2017 (https://github.com/keras-team/keras/issues/3737, /6022),
closed as stale

A padded row must give what the row without padding gives. The second layer reads the wrong steps.

Run: lstm-spec env run keras-3-tensorflow findings/keras_backward_mask.py
"""

import keras
import numpy as np

backward = keras.layers.LSTM(4, go_backwards=True, return_sequences=True)
after = keras.layers.LSTM(3)
row = np.random.default_rng(0).normal(size=(1, 3, 5)).astype("float32")
padded = np.concatenate([row, np.zeros((1, 2, 5), "float32")], axis=1)
mask = np.any(padded != 0, axis=-1)

alone = np.array(after(backward(row)))
sequence = backward(padded, mask=mask)
chained = np.array(after(backward(keras.layers.Masking()(padded))))
turned_by_hand = np.array(after(sequence, mask=mask[:, ::-1]))

own, turned = np.abs(chained - alone).max(), np.abs(turned_by_hand - alone).max()
print(f"mask reversed by hand: differs from the unpadded row by {turned:.2g}")
print(f"Keras' own mask:       differs by {own:.2g}")
shown = own > 1e-3 > turned
print("shown: the second layer reads the wrong steps" if shown else "gone")
raise SystemExit(bool(shown))
