"""What Keras 3 does unless it is told otherwise, asked of Keras itself."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

CURVES = {0.7: "0.2 x + 0.5", 0.6667: "x / 6 + 0.5"}
"""The hard sigmoid between its corners, by its value at 1."""


def defaults(keras: Any) -> dict[str, str]:
    """Texts by name; the same names as for Keras 1 and 2."""
    layer = keras.layers.LSTM(3).get_config()
    hard = keras.ops.convert_to_numpy(keras.ops.hard_sigmoid(np.ones(1, "float32")))
    shuffle = inspect.signature(keras.Sequential.fit).parameters["shuffle"].default
    on_model = hasattr(keras.Sequential, "reset_states") or hasattr(keras.Sequential, "reset_state")
    return {
        "recurrent_activation": str(layer["recurrent_activation"]),
        "forget_bias": str(layer["unit_forget_bias"]),
        "implementation": str(layer.get("implementation", "none")),
        "hard_sigmoid": CURVES.get(round(float(hard[0]), 4), "neither"),
        "epsilon_of_adam": f"{keras.optimizers.Adam().epsilon:g}",
        "one_hot_dtype": str(keras.utils.to_categorical([0, 1]).dtype),
        "accuracy_key": "accuracy",
        "fit_shuffles": str(shuffle),
        "batch_size_is_given": "keras.Input(batch_shape=...)",
        "where_resets_live": "model.reset_states()" if on_model else "layer.reset_states()",
    }
