"""An implementation of the contract: what a library can do, and the class of its models."""

from __future__ import annotations

import copy
from functools import partial
from typing import Any

from lstm_spec.contract import Unsupported, refuse_unmapped

MAPS = {
    "ModelSpec": ("layers", "features", "batch_size", "time_steps", "loss", "optimizer", "dtype"),
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
    "LSTM.activation": ("tanh",),
    "LSTM.recurrent_activation": ("sigmoid", "hard_sigmoid_keras2", "hard_sigmoid_keras3"),
    "Bidirectional": ("layer",),
    "RepeatVector": ("n",),
    "Dense": ("units", "activation"),
    "Dense.activation": ("linear", "softmax"),
    "loss": ("categorical_crossentropy", "mse"),
    "dtype": ("float32", "float64"),
    "SGD": ("learning_rate",),
    "Adam": ("learning_rate", "beta_1", "beta_2", "epsilon"),
}
"""What the shared parts translate; of it, a library does what its capabilities say."""


def check(spec: Any, capabilities: Any, maps: Any = MAPS, who: str = "the adapter") -> None:
    """Raise ``Unsupported`` unless capabilities and ``maps`` cover all that ``spec`` asks for."""
    for capability in sorted(spec.needs):
        if capability not in capabilities:
            raise Unsupported(f"the model needs {capability}")
    refuse_unmapped(spec, maps, who)


class Adapter:
    """Builds ``model(spec)``; ``capabilities`` are their names, side by side.

    What else is named (``backend``, ``padding_output``, ``empty_rows``, ``adam_epsilon``, ``maps``,
    ``paths``) is told as it is. Before a model is made, whatever is not mapped or declared is
    ``Unsupported``. On one of the paths a model is ``model(spec, path)``.
    """

    maps = MAPS
    paths = ()

    def __init__(self, name, version, model, capabilities, **told):
        self.name, self.version, self.model = name, version, model
        self.capabilities = frozenset(capabilities.split())
        for what, value in told.items():
            setattr(self, what, value)

    def build(self, spec):
        check(spec, self.capabilities, self.maps, f"the adapter of {self.name}")
        return self.model(spec)

    def on(self, path):
        """The same library, whose models take this path wherever they can."""
        if path not in self.paths:
            raise ValueError(f"{self.name} has no path {path!r}, but {', '.join(self.paths)}")
        twin = copy.copy(self)
        twin.model = partial(self.model, path=path)
        return twin
