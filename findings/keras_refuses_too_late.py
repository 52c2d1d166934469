"""Keras rejects a batch of the wrong size only after it has trained on the batches before it.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: STATE-60, STATE-61
Documented: no

Expected: an error before anything changes.

Run: lstm-spec env run keras-3-tensorflow findings/keras_refuses_too_late.py
"""

import keras
import numpy as np

model = keras.Sequential([keras.Input(batch_shape=(3, 2, 5)), keras.layers.LSTM(4, stateful=True)])
model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.5))
draw = np.random.default_rng(0)
x, y = draw.normal(size=(8, 2, 5)), draw.normal(size=(8, 4))
before = [weight.copy() for weight in model.get_weights()]

refused = ""
try:
    model.fit(x, y, batch_size=3, epochs=1, shuffle=False, verbose=0)
except Exception as error:
    refused = type(error).__name__
moved = max(
    float(np.abs(now - then).max()) for now, then in zip(model.get_weights(), before, strict=True)
)

print(f"8 rows in batches of 3: {refused or 'accepted'}; the weights changed by {moved:.3g}")
shown = bool(refused) and moved > 0
print("shown: it raised an error, but the model has changed" if shown else "gone")
raise SystemExit(bool(shown))
