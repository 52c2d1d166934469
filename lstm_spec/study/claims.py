"""What a study says about claims: how often each published figure is reached, with intervals.

Intervals and thresholds come from counts alone: exact binomial intervals (Clopper & Pearson 1934),
order statistics (Wilks 1941). SciPy works them out; it comes with the extra ``study``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lstm_spec.pipelines import find
from lstm_spec.pipelines.pipeline import Claim
from lstm_spec.study.results import Results

CONFIDENCE = 0.95
PRINTED = 5e-5
"""Documents print four digits."""


@dataclass(frozen=True)
class Reached:
    """How many of the seeds reach a published figure."""

    claim: Claim
    seeds: int
    count: int
    """At least as good as published: as high for accuracies and shares, as low for losses."""
    same: int
    """Exactly the printed figure."""

    @property
    def sentence(self) -> str:
        """The counts in words."""
        low, high = interval(self.count, self.seeds)
        return (
            f"{self.claim.statement}: published {self.claim.published:g} ({self.claim.source}); "
            f"{self.count} of {self.seeds} seeds reach it "
            f"({self.count / self.seeds:.1%}, 95 % interval {low:.1%} to {high:.1%}), "
            f"{self.same} give just this figure"
        )


def lower_is_better(measure: str) -> bool:
    """Losses and RMSE; everything else is an accuracy, a share or a place."""
    return "loss" in measure or "rmse" in measure


def reached(results: Results) -> list[Reached]:
    """Every claim with a published figure, in the order of the declaration."""
    found = []
    for claim in find(str(results.header["study"])).claims:
        if claim.published is None:
            continue
        values = results.figures[claim.measure]
        if lower_is_better(claim.measure):
            good = sum(value <= claim.published + PRINTED for value in values)
        else:
            good = sum(value >= claim.published - PRINTED for value in values)
        same = sum(abs(value - claim.published) <= PRINTED for value in values)
        found.append(Reached(claim, len(values), good, same))
    return found


def interval(successes: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The exact two-sided interval of a share."""
    from scipy.stats import binomtest

    found = binomtest(successes, trials).proportion_ci(confidence, "exact")
    return float(found.low), float(found.high)


def quantile_bound(values: Sequence[float], share: float, confidence: float = CONFIDENCE) -> float:
    """A value below which, with this confidence, no more than ``share`` of all runs lie.

    The r-th smallest of n values is one if P(Binomial(n, share) >= r) >= confidence (Wilks 1941);
    the largest such r is taken. Minus infinity where n is too small for any.
    """
    from scipy.stats import binom

    rank = int(binom.ppf(1.0 - confidence, len(values), share))
    return sorted(values)[rank - 1] if rank >= 1 else float("-inf")
