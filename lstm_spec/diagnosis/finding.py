"""A mistake that was found, and when numbers count as explained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from lstm_spec.contract import Array

MATCH = 1e-5
"""Numbers of order one that agree this closely count as explained: twice the tolerance of
a float32 engine, a hundredth of what the mistakes change on the designed traces."""


@dataclass(frozen=True)
class Finding:
    """A mistake that reproduces the subject's numbers, in words."""

    sentence: str
    families: tuple[str, ...]
    """The families of clauses whose failures it can explain."""


Explanation = TypeVar("Explanation")


def matches(got: Array, expected: Array) -> bool:
    """Whether a hypothesis gives the subject's numbers."""
    got, expected = np.asarray(got), np.asarray(expected)
    if got.shape != expected.shape or not np.isfinite(got).all() or not np.isfinite(expected).all():
        return False
    return bool(np.abs(got - expected).max(initial=0.0) < MATCH)


def nearest(told: Mapping[str, Explanation], agrees: Callable[[Explanation], bool]) -> str | None:
    """The first mistake that explains the numbers; "" if they are right, None if nothing does."""
    return next((mistake for mistake, one in told.items() if agrees(one)), None)
