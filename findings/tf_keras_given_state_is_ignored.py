"""A stateful layer of tf.keras ignores a given initial state once it carries a state of its own.

Library: tf_keras 2.21.0 on TensorFlow 2.21
Clauses: STATE-30, GRAD-45
Documented: no; tensorflow#32299 asked for the check that causes this

Expected: the given state overrides the stored one, as in Keras 2.3 and Keras 3. The layer uses the
given state only while its own state is zero throughout. After the first call, a decoder that is
given a state starts from something else, without an error. Reset the layer first.

Run: lstm-spec env run tf-keras-2.21 findings/tf_keras_given_state_is_ignored.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
import tf_keras

layer = tf_keras.layers.LSTM(4, stateful=True)
rng = np.random.default_rng(0)
x = tf.constant(rng.normal(size=(2, 3, 5)), "float32")
given = [tf.constant(rng.normal(size=(2, 4)), "float32") for _ in range(2)]
layer.build((2, 3, 5))


def output(initial_state: list | None, warm: bool) -> np.ndarray:
    """What the layer gives, cold or after another call."""
    layer.reset_states()
    if warm:
        layer(x)
    return layer(x, initial_state=initial_state).numpy()


cold, warm, own = output(given, False), output(given, True), output(None, True)
print("given a state when it carries none:", cold[0].round(4))
print("given the same when it carries one:", warm[0].round(4))
print("given none when it carries that one:", own[0].round(4))
shown = np.array_equal(warm, own) and not np.allclose(warm, cold)
print("shown: the given state was ignored" if shown else "gone")
raise SystemExit(bool(shown))
