"""What the weights of a layer obey while they are trained: penalties and constraints.

A penalty is a part of the loss, and so of its gradients. A constraint changes the weights after an
update. Neither has a part in what a model computes from its inputs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from lstm_spec.model.fields import about

__all__ = [
    "L1L2",
    "RULES",
    "AnyConstraint",
    "AnyRegularizer",
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "OrthogonalRegularizer",
    "Regularizer",
    "Rule",
    "UnitNorm",
]


@dataclass(frozen=True)
class Rule:
    """The base of every penalty and of every constraint: its fields are its settings."""


@dataclass(frozen=True)
class Regularizer(Rule):
    """The base of every penalty."""


@dataclass(frozen=True)
class L1L2(Regularizer):
    """l1 times the sum of all absolute values plus l2 times the sum of all squares.

    The derivative of an absolute value at zero is zero.
    """

    l1: float = field(default=0.0, metadata=about(at_least=0))
    l2: float = field(default=0.0, metadata=about(at_least=0))


@dataclass(frozen=True)
class OrthogonalRegularizer(Regularizer):
    """``factor`` times the mean of what two rows of a matrix, or two columns, have in common.

    That is the absolute value of the product of the two, each divided by its own length, over all
    pairs of different ones. A row of zeros has nothing in common with any. The derivative of an
    absolute value at zero is zero.
    """

    factor: float = field(default=0.01, metadata=about(at_least=0))
    mode: Literal["rows", "columns"] = "rows"


AnyRegularizer = L1L2 | OrthogonalRegularizer
"""Every penalty there is."""


@dataclass(frozen=True)
class Constraint(Rule):
    """The base of every constraint."""


@dataclass(frozen=True)
class MaxNorm(Constraint):
    """Each vector along ``axis`` that is longer than ``max_value`` is made that long.

    Axis 0 of a kernel: the weights that enter one column. A norm has 1e-7 added to it where it
    divides, here and in the other constraints, so that a vector of zeros stays one.
    """

    max_value: float = field(default=2.0, metadata=about(at_least=0))
    axis: int = field(default=0, metadata=about(at_least=0, below=2))


@dataclass(frozen=True)
class NonNeg(Constraint):
    """What is below zero becomes zero."""


@dataclass(frozen=True)
class UnitNorm(Constraint):
    """Each vector along ``axis`` is made one long."""

    axis: int = field(default=0, metadata=about(at_least=0, below=2))


@dataclass(frozen=True)
class MinMaxNorm(Constraint):
    """Each norm n along ``axis`` becomes rate * (n cut off at the bounds) + (1 - rate) * n."""

    min_value: float = field(default=0.0, metadata=about(at_least=0))
    max_value: float = field(default=1.0, metadata=about(at_least=0))
    rate: float = field(default=1.0, metadata=about(at_least=0))
    axis: int = field(default=0, metadata=about(at_least=0, below=2))

    def __post_init__(self) -> None:
        if self.min_value > self.max_value:
            raise ValueError(
                f"min_value must not exceed max_value = {self.max_value}, got {self.min_value}"
            )


AnyConstraint = MaxNorm | NonNeg | UnitNorm | MinMaxNorm
"""Every constraint there is: a ``match`` over it ends in ``assert_never``."""

RULES: tuple[type[Rule], ...] = (*get_args(AnyRegularizer), *get_args(AnyConstraint))
"""Every rule there is."""

NORM_EPSILON = 1e-7
"""What is added to a norm that divides."""
