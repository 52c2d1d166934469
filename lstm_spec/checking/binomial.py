"""Whether a count of random events is too far from what it should be on average."""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, lgamma, log

ALARM = 1e-7
"""The probability with which a conforming engine is called wrong by one such count; a clause makes
fewer than ten."""


def is_unlikely(count: int, of: int, share: float) -> bool:
    """Whether so many events of so many, each with the probability ``share``, are one in ``ALARM``.

    Both tails are asked, half of the probability for each.
    """
    below = tail(range(count + 1), of, share)
    above = tail(range(count, of + 1), of, share)
    return min(below, above) < ALARM / 2


def tail(counts: Iterable[int], of: int, share: float) -> float:
    """The probability that the number of events is one of these."""
    return sum(
        exp(
            lgamma(of + 1)
            - lgamma(one + 1)
            - lgamma(of - one + 1)
            + one * log(share)
            + (of - one) * log(1 - share)
        )
        for one in counts
    )
