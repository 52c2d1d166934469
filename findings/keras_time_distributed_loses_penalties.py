"""Inside TimeDistributed, a layer's penalty on its activity is not in the loss.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: GRAD-301
Documented: no; https://keras.io/api/layers/recurrent_layers/time_distributed/

Expected: the loss of a Dense layer that is applied to every step is the same with and without the
wrapper. ``TimeDistributed`` calls ``layer.call``, while the penalty is added by ``layer.__call__``.
Penalties on weights are counted. (GRAD-301 is about the penalty itself; no clause wraps it, since a
Dense layer of the specification has none.)

Run: lstm-spec env run keras-3-tensorflow findings/keras_time_distributed_loses_penalties.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

x = np.ones((2, 3, 4), "float32")


def losses(wrapped: bool) -> list[float]:
    """The penalties of a model of one Dense layer."""
    dense = keras.layers.Dense(
        2,
        kernel_initializer="ones",
        kernel_regularizer=keras.regularizers.L2(1.0),
        activity_regularizer=keras.regularizers.L2(1.0),
    )
    layer = keras.layers.TimeDistributed(dense) if wrapped else dense
    model = keras.Sequential([keras.Input(batch_shape=x.shape), layer])
    model(x)
    return sorted(float(one) for one in model.losses)


alone, wrapped = losses(False), losses(True)
print("penalties of a Dense layer:           ", alone)
print("of the same one inside TimeDistributed:", wrapped)
shown = sum(wrapped) < sum(alone) - 1
print("shown: the penalty on the activity is lost" if shown else "gone")
raise SystemExit(bool(shown))
