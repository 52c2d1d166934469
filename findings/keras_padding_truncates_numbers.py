"""pad_sequences of Keras turns scaled letters into zeros, because its dtype is int32 by default.

Library: Keras 3.15.1
Clauses: DATA-17, DATA-18
Documented: the documentation shows integers only (keras#19378)

Expected: the numbers, or an error.

Run: lstm-spec env run keras-3-tensorflow findings/keras_padding_truncates_numbers.py
"""

import keras
import numpy as np

rows = keras.utils.pad_sequences([[1 / 26, 2 / 26], [25 / 26]], maxlen=2)
value = keras.utils.pad_sequences([[1]], maxlen=2, value=0.5)

print(f"letters scaled by 1/26, padded: {rows.tolist()}")
print(f"pad value 0.5 under int32:      {value.tolist()}")
shown = not np.any(rows) and value[0, 0] == 0
print("shown: the data are lost without an error" if shown else "gone")
raise SystemExit(bool(shown))
