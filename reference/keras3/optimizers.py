"""From the description of an optimiser to that of Keras 3."""

from __future__ import annotations

import inspect
from typing import Any, assert_never

from lstm_spec.contract import Unsupported
from lstm_spec.model import (
    SGD,
    Adam,
    AdamW,
    AnyOptimizer,
    AnySchedule,
    CosineDecay,
    ExponentialDecay,
    Maps,
    PiecewiseConstant,
    RMSprop,
)
from lstm_spec.model.fields import described_fields

SHARED = (
    "clipnorm",
    "clipvalue",
    "global_clipnorm",
    "weight_decay",
    "use_ema",
    "ema_momentum",
    "ema_overwrite_frequency",
    "gradient_accumulation_steps",
    "loss_scale_factor",
)
MAPS: Maps = {
    "SGD": ("learning_rate", "momentum", "nesterov", *SHARED),
    "Adam": ("learning_rate", "beta_1", "beta_2", "epsilon", "amsgrad", *SHARED),
    "AdamW": ("learning_rate", "beta_1", "beta_2", "epsilon", "amsgrad", *SHARED),
    "RMSprop": ("learning_rate", "rho", "momentum", "epsilon", "centered", *SHARED),
    "ExponentialDecay": ("initial_learning_rate", "decay_steps", "decay_rate", "staircase"),
    "PiecewiseConstant": ("boundaries", "values"),
    "CosineDecay": ("initial_learning_rate", "decay_steps", "alpha"),
}
"""What is translated here: every setting has in Keras the name that it has in the description."""


def keras_optimizer(keras: Any, optimizer: AnyOptimizer) -> Any:
    """The Keras optimiser with every setting of its own stated, as their defaults have changed.

    Of the settings that all share, those are told that ask for something, or that forbid what this
    optimiser does unless it is told otherwise. Raises ``Unsupported``
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
        if one.name not in SHARED
        or getattr(optimizer, one.name)
        or not one.is_default(getattr(optimizer, one.name))
    }
    told["learning_rate"] = keras_rate(keras, optimizer.learning_rate)
    taken = inspect.signature(kind.__init__).parameters
    for name in told:
        if name not in taken:
            raise Unsupported(f"this Keras has no {type(optimizer).__name__}({name}=...)")
    return kind(**told)


def keras_rate(keras: Any, rate: float | AnySchedule) -> Any:
    """The number, or the Keras schedule of the same meaning."""
    schedules = keras.optimizers.schedules
    match rate:
        case ExponentialDecay():
            return schedules.ExponentialDecay(
                rate.initial_learning_rate,
                rate.decay_steps,
                rate.decay_rate,
                staircase=rate.staircase,
            )
        case PiecewiseConstant():
            return schedules.PiecewiseConstantDecay(list(rate.boundaries), list(rate.values))
        case CosineDecay():
            return schedules.CosineDecay(
                rate.initial_learning_rate, rate.decay_steps, alpha=rate.alpha
            )
        case float() | int():
            return rate
    assert_never(rate)
