"""Keras on OpenVINO: predict of a stateful LSTM raises an error and leaves a broken model.

Library: Keras 3.15.1 on openvino 2026.4.1
Clauses: STATE-05, LIFE-02, PIPE-62
Documented: no

If it is called directly, as ``model(x)``, the same model runs and carries its state. Without
``stateful=True``, predict works as well.

Run: lstm-spec env run keras-3-openvino findings/keras_openvino_cannot_predict_statefully.py
"""

import os

os.environ["KERAS_BACKEND"] = "openvino"

import keras
import numpy as np

x = np.ones((2, 3, 1), "float32")


def built(stateful: bool) -> keras.Sequential:
    """One LSTM for batches of two rows."""
    layers = [keras.Input(batch_shape=(2, 3, 1)), keras.layers.LSTM(4, stateful=stateful)]
    return keras.Sequential(layers)


def predicting(model: keras.Sequential) -> str:
    """How a prediction ends."""
    try:
        model.predict(x, verbose=0)
    except (AttributeError, RuntimeError) as error:
        return f"{type(error).__name__}: {str(error).strip().splitlines()[-1]}"
    return "predicted"


stateless, stateful = predicting(built(False)), built(True)
first, second = predicting(stateful), predicting(stateful)
called = built(True)
carries = not np.allclose(*(keras.ops.convert_to_numpy(called(x)) for _ in range(2)))
print("stateless:", stateless)
print("stateful:", first)
print("stateful, once more:", second)
print("stateful, called directly:", "carries its state" if carries else "carries nothing")
shown = stateless == "predicted" and "predicted" not in (first, second)
print("shown: only the stateful model cannot predict" if shown else "gone")
raise SystemExit(bool(shown))
