"""Learning rates that change from batch to batch, as functions of the batches trained before."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import get_args

from lstm_spec.model.fields import about

__all__ = [
    "SCHEDULES",
    "AnySchedule",
    "CosineDecay",
    "ExponentialDecay",
    "PiecewiseConstant",
    "Schedule",
]


@dataclass(frozen=True)
class Schedule:
    """The base of every schedule.

    n is the number of batches that were trained before this one: batches of fit and of
    train_on_batch, with an update and without.
    """


@dataclass(frozen=True)
class ExponentialDecay(Schedule):
    """initial_learning_rate * decay_rate^(n / decay_steps), or of its floor with ``staircase``."""

    initial_learning_rate: float = field(metadata=about(at_least=0))
    decay_steps: int = field(metadata=about(at_least=1))
    decay_rate: float = field(metadata=about(at_least=0))
    staircase: bool = False


@dataclass(frozen=True)
class PiecewiseConstant(Schedule):
    """The first of ``values`` up to n equal to the first boundary, then the next, and so on.

    Raises ValueError unless there is one value more than boundaries, which increase.
    """

    boundaries: tuple[int, ...]
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.values) != len(self.boundaries) + 1:
            raise ValueError(
                f"PiecewiseConstant takes one value more than boundaries, got {len(self.values)} "
                f"for {len(self.boundaries)}"
            )
        if list(self.boundaries) != sorted(set(self.boundaries)):
            raise ValueError(f"PiecewiseConstant.boundaries must increase, got {self.boundaries}")
        if not all(0 <= rate < math.inf for rate in self.values):
            raise ValueError(
                f"PiecewiseConstant.values must be numbers of at least 0, got {self.values}"
            )


@dataclass(frozen=True)
class CosineDecay(Schedule):
    """Half a period of a cosine from the initial rate to ``alpha`` times it (Loshchilov 2017).

    initial_learning_rate * (alpha + (1 - alpha) * (1 + cos(pi * n / decay_steps)) / 2), and from
    decay_steps on what it is there.
    """

    initial_learning_rate: float = field(metadata=about(at_least=0))
    decay_steps: int = field(metadata=about(at_least=1))
    alpha: float = field(default=0.0, metadata=about(at_least=0))


AnySchedule = ExponentialDecay | PiecewiseConstant | CosineDecay
"""Every schedule there is: a ``match`` over it ends in ``assert_never``."""

SCHEDULES: tuple[type[Schedule], ...] = get_args(AnySchedule)
