"""On the JAX backend, a Keras model that has rejected a batch raises TypeError in later calls.

Library: Keras 3.15.1 on JAX 0.10.2
Clauses: STATE-51, STATE-52, STATE-56, STATE-60, STATE-62
Documented: no

The error itself is right: a stateful model accepts whole batches only. But it occurs during
tracing, when the states have just been created, and they remain without a value.

Run: lstm-spec env run keras-3-jax findings/keras_jax_broken_after_refusal.py
"""

import keras
import numpy as np

if keras.backend.backend() != "jax":
    raise SystemExit("run this with KERAS_BACKEND=jax")
model = keras.Sequential([keras.Input(batch_shape=(3, 4, 2)), keras.layers.LSTM(3, stateful=True)])
x = np.ones((7, 4, 2), "float32")
shown = False
for rows in (7, 6):
    try:
        model.predict(x[:rows], batch_size=3, verbose=0)
        print(f"{rows} rows in batches of 3: a result")
    except Exception as error:
        shown = rows == 6
        telling = [line for line in str(error).splitlines() if "batch size" in line or shown]
        print(f"{rows} rows in batches of 3: {type(error).__name__}: {telling[0]}")
print("shown: two whole batches give no result after the error" if shown else "gone")
raise SystemExit(bool(shown))
