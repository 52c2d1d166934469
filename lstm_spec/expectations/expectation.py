"""One known deviation: why it is there, where to read about it, how often it shows."""

from __future__ import annotations

import math
from dataclasses import dataclass

SURPRISE = 0.001
MOST_REPEATS = 20
RARE = 1 / 30


@dataclass(frozen=True)
class Expectation:
    """One known deviation."""

    clause: str
    reason: str
    url: str = ""
    """The URL where it is told."""
    source: str = ""
    """In words: who found it, and whether the documentation speaks of it."""
    remedy: str = ""
    rate: float = 1.0
    """The share of the runs in which the clause fails; 1 if it always does."""
    where: str = ""
    """On which machines it fails; empty if it does on all."""
    cause: str = ""
    """The id of the reason among the shipped ones; empty if the file says it itself."""

    @property
    def told_at(self) -> str:
        """Where it is told: the source in words and the URL, as far as they are given."""
        return "; ".join(part for part in (self.source, self.url) if part)

    @property
    def certain(self) -> bool:
        """Whether each run fails, on every machine."""
        return self.rate >= 1 and not self.where

    @property
    def repeats(self) -> int:
        """How many runs without a failure would be a surprise; at most ``MOST_REPEATS``."""
        if self.rate >= 1 or self.rate < RARE:
            return 1
        return min(MOST_REPEATS, math.ceil(math.log(SURPRISE) / math.log(1 - self.rate)))

    @property
    def times(self) -> int:
        """How often the clause is judged; 0 where a failure is not judged once more.

        That it fails whenever it is judged was seen when the deviation was written down.
        """
        return 0 if self.certain else self.repeats

    @property
    def would_surprise(self) -> bool:
        """Whether so many runs without a failure say that the deviation is gone."""
        if self.where:
            return False
        return self.certain or float((1 - self.rate) ** self.repeats) <= SURPRISE
