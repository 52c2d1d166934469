"""The median of a few rounds, with an interval that assumes nothing of how they are distributed."""

from __future__ import annotations

from collections.abc import Sequence

from lstm_spec.comparison.training_speed import Interval
from lstm_spec.extras import install


def interval(values: Sequence[float]) -> Interval:
    """The median, and the 95 % interval of the median by order statistics.

    Fewer than six rounds cannot give such an interval; then it is from the least to the largest.
    """
    try:
        from scipy.stats import quantile_test
    except ImportError as error:
        raise ValueError(f"bench needs scipy: {install('bench')} ({error})") from error
    found = quantile_test(values, p=0.5).confidence_interval(0.95)
    low, high = (float(found.low), float(found.high))
    ordered = sorted(values)
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    return Interval(
        middle,
        low if low == low else ordered[0],
        high if high == high else ordered[-1],
    )
