"""train_on_batch and test_on_batch of Keras return the mean loss of all batches so far.

Library: Keras 3.12.0 on TensorFlow 2.20.0
Clauses: LIFE-15, TRAIN-01, TRAIN-32
Documented: no; fixed by https://github.com/keras-team/keras/pull/22617

If you watch the loss of each batch, you see a curve that lags behind, and more so the longer the
training lasts. Keras 3.0, 3.3, 3.5, 3.8, 3.10, 3.13 and 3.14 do the same; 3.15 does not. Calling
``model.reset_metrics()`` before each batch avoids it.

Run: lstm-spec env run keras-3.12 findings/keras_on_batch_returns_the_mean_so_far.py
"""

import keras
import numpy as np

model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.0))
small, large = np.full((1, 1), 1.0), np.full((1, 1), 3.0)

losses = {}
for name in ("train_on_batch", "test_on_batch"):
    on_batch = getattr(model, name)
    model.reset_metrics()
    losses[name] = [float(on_batch(x, np.zeros((1, 1)))) for x in (small, large)]
    print(f"{name}: {losses[name]}; the two batches have the losses 1 and 9")

shown = all(second == 5.0 for _, second in losses.values())
print("shown: the second is the mean of both" if shown else "gone")
raise SystemExit(bool(shown))
