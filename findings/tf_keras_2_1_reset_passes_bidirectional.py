"""model.reset_states() of tf.keras in TensorFlow 2.1 does not reset a Bidirectional layer.

Library: tf.keras 2.3.0 on TensorFlow 2.1.4
Clauses: STATE-35
Documented: no; fixed in TensorFlow 2.4

The wrapper reports that it is not stateful, so the model skips it. Called on the layer itself, the
reset works.

Run: lstm-spec env run tf-keras-2.1 findings/tf_keras_2_1_reset_passes_bidirectional.py
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from tensorflow import keras

x = np.ones((2, 3, 1), "float32")


def said_anew(reset: Callable[[Any], None]) -> bool:
    """Whether the same batch gives the same outputs again after ``reset(model)``."""
    wrapped = keras.layers.LSTM(4, return_sequences=True, stateful=True)
    layer = keras.layers.Bidirectional(wrapped, batch_input_shape=(2, 3, 1))
    model = keras.Sequential([layer])
    first = model.predict(x)
    reset(model)
    return bool(np.allclose(model.predict(x), first, atol=1e-6))


of_the_model = said_anew(lambda model: model.reset_states())
of_the_layer = said_anew(lambda model: model.layers[0].reset_states())
print("after model.reset_states(): %s" % ("as at first" if of_the_model else "state still there"))
print("after layer.reset_states(): %s" % ("as at first" if of_the_layer else "state still there"))
shown = of_the_layer and not of_the_model
print("shown: the reset of the model skips the layer" if shown else "gone")
raise SystemExit(bool(shown))
