"""What a study says about claims: how often each published figure is reached, with intervals.

Intervals and thresholds come from counts alone: exact binomial intervals (Clopper & Pearson 1934),
order statistics. SciPy works them out; it comes with the extra ``study``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lstm_spec.extras import install
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


def scipy_stats() -> Any:
    """``scipy.stats``. Raises ValueError where the extra ``study`` is missing."""
    try:
        from scipy import stats
    except ImportError as error:
        raise ValueError(f"a study needs SciPy: {install('study')} ({error})") from error
    return stats


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
    found = scipy_stats().binomtest(successes, trials).proportion_ci(confidence, "exact")
    return float(found.low), float(found.high)


FALSE_ALARMS = 1e-4
"""At most this share of conforming subjects may be turned away."""
MOST_RUNS = 4


@dataclass(frozen=True)
class Threshold:
    """A subject fails if every one of ``runs`` trainings, from seeds of its own, is beyond it."""

    measure: str
    runs: int
    value: float
    false_alarms: float
    """An upper bound, with 95 % confidence over the seeds of the study."""
    below: bool
    """Whether to be below is to be beyond (accuracies) or above (losses)."""

    def fails(self, figures: Sequence[float]) -> bool:
        """Whether these runs, ``runs`` of them, are all beyond."""
        if len(figures) != self.runs:
            raise ValueError(f"this threshold is for {self.runs} runs, got {len(figures)}")
        return all(one < self.value if self.below else one > self.value for one in figures)


def threshold(results: Results, measure: str) -> Threshold | None:
    """The strictest threshold of the fewest runs that keeps the false alarms under one in 10,000.

    Of n seeds, r - 1 lie beyond the r-th worst at most. The exact upper limit p of the share of
    conforming runs beyond it then bounds a false alarm of k runs by p to the power of k. None where
    there are too few seeds for ``MOST_RUNS`` runs.
    """
    beta = scipy_stats().beta
    below = not lower_is_better(measure)
    values = sorted(results.figures[measure], reverse=not below)
    n = len(values)
    for runs in range(1, MOST_RUNS + 1):
        found = None
        for beyond in range(n):
            share = float(beta.ppf(CONFIDENCE, beyond + 1, n - beyond))
            if share**runs > FALSE_ALARMS:
                break
            found = Threshold(measure, runs, values[beyond], share**runs, below)
        if found is not None:
            return found
    return None


def beyond(found: Threshold, results: Results) -> int:
    """How many runs are beyond the threshold."""
    values = results.figures[found.measure]
    return sum(value < found.value if found.below else value > found.value for value in values)


def power(found: Threshold, wrong: Results) -> float:
    """The share of planted mistakes' runs beyond the threshold, to the power of the runs needed."""
    return float((beyond(found, wrong) / len(wrong.runs)) ** found.runs)
