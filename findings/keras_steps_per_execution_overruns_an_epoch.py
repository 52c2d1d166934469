"""With several steps in an execution, an epoch takes more batches than steps_per_epoch says.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: LIFE-503
Documented: no; the documentation of fit says "Total number of steps (batches of samples) before
declaring one epoch finished and starting the next epoch"

Expected: with steps_per_epoch=3, an epoch makes three updates, however many of them are one
execution. With steps_per_execution=2 it makes four: the second execution is not cut short.

Run: lstm-spec env run keras-3-tensorflow findings/keras_steps_per_execution_overruns_an_epoch.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

x, y = np.ones((12, 4, 2), "float32"), np.ones((12, 3), "float32")
made = []
for together in (1, 2):
    model = keras.Sequential([keras.Input((4, 2)), keras.layers.LSTM(3)])
    model.compile("sgd", "mse", steps_per_execution=together)
    model.fit(x, y, batch_size=2, epochs=1, steps_per_epoch=3, shuffle=False, verbose=0)
    made.append(int(model.optimizer.iterations))
    print(f"steps_per_execution={together}, steps_per_epoch=3: {made[-1]} updates")
shown = made[1] != 3
print("shown: an epoch of three steps makes more than three updates" if shown else "gone")
raise SystemExit(bool(shown))
