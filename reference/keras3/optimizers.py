"""From the description of an optimiser to that of Keras 3."""

from __future__ import annotations

import inspect
from typing import Any, assert_never

from lstm_spec.contract import Unsupported
from lstm_spec.model import SGD, Adam, AdamW, AnyOptimizer, Maps, RMSprop
from lstm_spec.model.fields import described_fields

SHARED = ("clipnorm", "clipvalue", "global_clipnorm", "weight_decay")
MAPS: Maps = {
    "SGD": ("learning_rate", "momentum", "nesterov", *SHARED),
    "Adam": ("learning_rate", "beta_1", "beta_2", "epsilon", *SHARED),
    "AdamW": ("learning_rate", "beta_1", "beta_2", "epsilon", *SHARED),
    "RMSprop": ("learning_rate", "rho", "momentum", "epsilon", "centered", *SHARED),
}
"""What is translated here: every setting has in Keras the name that it has in the description."""


def keras_optimizer(keras: Any, optimizer: AnyOptimizer) -> Any:
    """The Keras optimiser with every setting of its own stated, as their defaults have changed.

    Of the settings that all share, those that ask for something are told. Raises ``Unsupported``
    for one that this version does not have.
    """
    kinds = keras.optimizers
    match optimizer:
        case SGD():
            kind = kinds.SGD
        case AdamW():
            kind = kinds.AdamW
        case Adam():
            kind = kinds.Adam
        case RMSprop():
            kind = kinds.RMSprop
        case _:
            assert_never(optimizer)
    told = {
        one.name: getattr(optimizer, one.name)
        for one in described_fields(type(optimizer))
        if one.name not in SHARED or getattr(optimizer, one.name) or one.default
    }
    taken = inspect.signature(kind.__init__).parameters
    for name in told:
        if name not in taken:
            raise Unsupported(f"this Keras has no {type(optimizer).__name__}({name}=...)")
    return kind(**told)
