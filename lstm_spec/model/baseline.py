"""What there was in specification 0.1: data that never change.

An implementation that does not say what it maps was written against these layers, fields and
words, and is taken to map exactly them. Whatever came later is refused for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Maps = Mapping[str, Sequence[str]]
"""What an implementation maps: the fields of each layer, of each optimiser and of ``ModelSpec``
under its name, and the words of each vocabulary under its name (``activation``), or under the name
of one field (``LSTM.activation``) where that may have fewer."""

SPECIFICATION_0_1: Maps = {
    "ModelSpec": (
        "layers",
        "features",
        "batch_size",
        "time_steps",
        "loss",
        "optimizer",
        "dtype",
    ),
    "LSTM": (
        "units",
        "activation",
        "recurrent_activation",
        "use_bias",
        "forget_bias",
        "return_sequences",
        "go_backwards",
        "stateful",
    ),
    "Bidirectional": ("layer",),
    "Masking": ("mask_value",),
    "RepeatVector": ("n",),
    "Dense": ("units", "activation"),
    "SGD": ("learning_rate",),
    "Adam": ("learning_rate", "beta_1", "beta_2", "epsilon"),
    "activation": (
        "linear",
        "tanh",
        "sigmoid",
        "relu",
        "softmax",
        "hard_sigmoid_keras2",
        "hard_sigmoid_keras3",
    ),
    "loss": ("categorical_crossentropy", "mse"),
    "dtype": ("float32", "float64"),
}
