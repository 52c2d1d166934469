"""With initial_state given as tensors, the mask of a Keras Masking layer does not reach the LSTM.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: MASK-43
Documented: no

A padded row must give what the row without padding gives. An encoder-decoder whose decoder starts
from the state of the encoder reads its padding as if it were data.

Run: lstm-spec env run keras-3-tensorflow findings/keras_mask_lost_beside_initial_state.py
"""

import keras
import numpy as np

lstm = keras.layers.LSTM(4)
row = np.random.default_rng(0).normal(size=(1, 3, 5)).astype("float32")
padded = np.concatenate([row, np.zeros((1, 2, 5), "float32")], axis=1)
masked = keras.layers.Masking()(padded)
state = [keras.ops.full((1, 4), 0.5), keras.ops.full((1, 4), 0.25)]

alone = np.array(lstm(row, initial_state=state))
by_hand = np.array(lstm(padded, mask=np.any(padded != 0, axis=-1), initial_state=state))
by_layer = np.array(lstm(masked, initial_state=state))
without_state = np.abs(np.array(lstm(masked)) - np.array(lstm(row))).max()

print(f"no initial state:             differs from the unpadded row by {without_state:.2g}")
print(f"mask passed to the layer:     differs by {np.abs(by_hand - alone).max():.2g}")
print(f"mask of the Masking layer:    differs by {np.abs(by_layer - alone).max():.2g}")
shown = np.abs(by_layer - alone).max() > 1e-3
print("shown: the initial state has disabled the mask" if shown else "gone")
raise SystemExit(bool(shown))
