"""The optimisers there are; a new one joins ``AnyOptimizer``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

__all__ = ["OPTIMIZERS", "SGD", "Adam", "AnyOptimizer", "Optimizer"]


@dataclass(frozen=True)
class Optimizer:
    """The base of every optimiser: its fields are its settings."""


@dataclass(frozen=True)
class SGD(Optimizer):
    """Plain gradient descent: w becomes w - learning_rate * gradient."""

    learning_rate: float = 0.01


@dataclass(frozen=True)
class Adam(Optimizer):
    """Adam in the form of section 2 of Kingma & Ba 2015, the one that Keras uses.

    Update t: w -= learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon).
    Epsilon was 1e-8 in Keras 1 and 2.0 and is 1e-7 since.
    """

    learning_rate: float = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7


AnyOptimizer = SGD | Adam
"""Every optimiser there is: a ``match`` over it ends in ``assert_never``."""

OPTIMIZERS: tuple[type[Optimizer], ...] = get_args(AnyOptimizer)
