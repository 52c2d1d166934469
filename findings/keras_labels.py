"""to_categorical of Keras reads -1 as the last class, 0.5 as class 0, and drops a time axis of one.

Library: Keras 3.15.1
Clauses: DATA-24, DATA-27, DATA-28
Documented: keras#7549 says that only 0 .. width-1 are allowed, keras#13081 is about fractions

Expected: errors for these labels, and a one-hot array that keeps its time axis.

Run: lstm-spec env run keras-3-tensorflow findings/keras_labels.py
"""

import keras
import numpy as np

negative = keras.utils.to_categorical([-1, 0], 3)
fraction = keras.utils.to_categorical([0.5, 1.0], 3)
one_step = keras.utils.to_categorical(np.array([[0], [2]]), 3)

print(f"label -1 of 3 classes: {negative[0]}")
print(f"label 0.5:             {fraction[0]}")
print(f"labels (batch 2, time 1): one-hot of shape {one_step.shape}, expected (2, 1, 3)")
shown = negative[0, 2] == 1 and fraction[0, 0] == 1 and one_step.shape == (2, 3)
print("shown" if shown else "gone, at least in part")
raise SystemExit(bool(shown))
