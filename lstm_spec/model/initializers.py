"""How fresh weights are drawn where a word does not say it all: initializers with settings.

A word stands for the initializer of its name with the usual settings: "he normal" is
``VarianceScaling(2.0, "fan_in")``. A new one joins ``AnyInitializer``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from lstm_spec.model.fields import about
from lstm_spec.model.words import Initializer

__all__ = [
    "INITIALIZERS",
    "AnyInitializer",
    "Constant",
    "Distribution",
    "FanMode",
    "Identity",
    "InitializerWithSettings",
    "Orthogonal",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
]

FanMode = Literal["fan_in", "fan_out", "fan_avg"]
"""What a variance is divided by: the rows of a matrix, its columns, or the mean of both."""

Distribution = Literal["truncated_normal", "untruncated_normal", "uniform"]


@dataclass(frozen=True)
class InitializerWithSettings:
    """The base of every initializer that has settings: its fields are these."""


@dataclass(frozen=True)
class VarianceScaling(InitializerWithSettings):
    """Numbers around zero with the variance scale / n, where ``mode`` says what n is.

    A truncated normal number is cut off at two standard deviations and then scaled to the variance.
    """

    scale: float = field(default=1.0, metadata=about(at_least=0))
    mode: FanMode = "fan_in"
    distribution: Distribution = "truncated_normal"


@dataclass(frozen=True)
class Orthogonal(InitializerWithSettings):
    """Rows at right angles, each ``gain`` long (Saxe et al. 2014)."""

    gain: float = 1.0


@dataclass(frozen=True)
class Identity(InitializerWithSettings):
    """``gain`` where row and column have the same number, zero elsewhere: Le et al. 2015."""

    gain: float = 1.0


@dataclass(frozen=True)
class Constant(InitializerWithSettings):
    """The same number everywhere."""

    value: float = 0.0


@dataclass(frozen=True)
class RandomUniform(InitializerWithSettings):
    """Every number between the two is as likely."""

    minval: float = -0.05
    maxval: float = 0.05


@dataclass(frozen=True)
class RandomNormal(InitializerWithSettings):
    """Normal numbers."""

    mean: float = 0.0
    stddev: float = field(default=0.05, metadata=about(at_least=0))


@dataclass(frozen=True)
class TruncatedNormal(InitializerWithSettings):
    """Normal numbers, those beyond two of these standard deviations drawn again."""

    mean: float = 0.0
    stddev: float = field(default=0.05, metadata=about(at_least=0))


AnyInitializerWithSettings = (
    VarianceScaling
    | Orthogonal
    | Identity
    | Constant
    | RandomUniform
    | RandomNormal
    | TruncatedNormal
)
INITIALIZERS: tuple[type[InitializerWithSettings], ...] = get_args(AnyInitializerWithSettings)
"""Every initializer that has settings."""

AnyInitializer = Initializer | AnyInitializerWithSettings
"""What the initializer of a kernel may be."""
