"""On the JAX backend of Keras, fit, predict and evaluate ignore stateful=True.

Library: Keras 3.15.1 on JAX 0.10.2
Clauses: STATE-05, STATE-06, LIFE-02, LIFE-04, LIFE-08
Documented: no

Only a direct call carries the state. This was seen from Keras 3.0.5 to 3.15.1. The documented
moving-average example then gives the same losses with and without stateful=True.

Run: lstm-spec env run keras-3-jax findings/keras_jax_is_stateless.py
"""

import keras
import numpy as np

if keras.backend.backend() != "jax":
    raise SystemExit("run this with KERAS_BACKEND=jax")
model = keras.Sequential([keras.Input(batch_shape=(1, 1, 2)), keras.layers.LSTM(3, stateful=True)])
x = np.ones((1, 1, 2), "float32")
calls = [np.array(model(x)) for _ in range(2)]
model.layers[0].reset_states()
predictions = [model.predict(x, verbose=0) for _ in range(2)]
by_call = np.abs(calls[1] - calls[0]).max()
by_predict = np.abs(predictions[1] - predictions[0]).max()

print(f"two direct calls on the same input differ by {by_call:.3g}")
print(f"two predicts on the same input differ by    {by_predict:.3g}")
shown = by_predict == 0 < by_call
print("shown: predict starts from zero every time" if shown else "gone")
raise SystemExit(bool(shown))
