"""Published figures against the distribution over seeds, and limits for a new run.

``claims.json`` holds the figures of all calibration runs, of the NumPy oracle or of an engine in
lockstep with it (see ``calibrate``). From it come

- the limits that a subject's own run must keep: one-sided normal tolerance limits on either side,
  so that, with 95 % confidence, 99.9 % of conforming runs lie within each; on a logarithmic scale
  for losses and RMSE. A result beyond the upper limit is too good to be true and fails as well;
- the conclusion on a published figure: confirmed if it lies within the same limits, refuted if not;
  what is said of every network (``Claim.always``) is refuted by one conforming run without it.

No published figure enters a limit.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import NormalDist, fmean, stdev
from typing import Any

import numpy as np

from lstm_spec.contract import Array, Unsupported
from lstm_spec.pipelines.pipeline import Claim, Pipeline

FILE = Path(__file__).with_name("claims.json")
COVERAGE, CONFIDENCE = 0.999, 0.95
PRINTED = 5e-5
"""Documents print four digits."""


def on_log_scale(measure: str) -> bool:
    """Losses and RMSE vary by factors; accuracies and shares by differences."""
    return "loss" in measure or "rmse" in measure


def is_share(measure: str) -> bool:
    """Shares cannot leave 0..1."""
    return not on_log_scale(measure) and measure != "first_wrong"


@dataclass(frozen=True)
class Distribution:
    """One figure of the calibration runs of one pipeline."""

    measure: str
    values: tuple[float, ...]
    step: float
    """The smallest difference there can be, such as one answer of 25; zero if there is none."""

    @property
    def limits(self) -> tuple[float, float]:
        """Where 99.9 % of conforming runs lie, on either side, with 95 % confidence.

        At least one ``step`` of room is left, because a few dozen equal runs do not prove that no
        run ever differs by one answer.
        """
        logarithmic = on_log_scale(self.measure)
        values = [math.log(value) for value in self.values] if logarithmic else list(self.values)
        middle = fmean(values)
        spread = stdev(values) if len(values) > 1 else math.inf
        reach = tolerance_factor(len(values)) * spread
        low, high = middle - reach, middle + reach
        if logarithmic:
            return math.exp(low), math.exp(high)
        low, high = min(low, min(values) - self.step), max(high, max(values) + self.step)
        return (max(low, 0.0), min(high, 1.0)) if is_share(self.measure) else (low, high)

    @property
    def decides(self) -> bool:
        """Whether any figure at all lies outside the limits."""
        return not (is_share(self.measure) and self.limits == (0.0, 1.0))

    def reached(self, figure: float) -> int:
        """How many of the runs were at least as good."""
        if on_log_scale(self.measure):
            return sum(value <= figure + PRINTED for value in self.values)
        return sum(value >= figure - PRINTED for value in self.values)


def tolerance_factor(
    runs: int, coverage: float = COVERAGE, confidence: float = CONFIDENCE
) -> float:
    """How many standard deviations a one-sided normal tolerance limit lies from the mean.

    Natrella's approximation (NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.6.3). Infinite
    for samples that are too small to say anything.
    """
    z_coverage, z_confidence = NormalDist().inv_cdf(coverage), NormalDist().inv_cdf(confidence)
    a = 1.0 - z_confidence**2 / (2.0 * (runs - 1)) if runs > 1 else 0.0
    if a <= 0.0:
        return math.inf
    b = z_coverage**2 - z_confidence**2 / runs
    return (z_coverage + math.sqrt(max(z_coverage**2 - a * b, 0.0))) / a


@cache
def calibration() -> Mapping[str, Any]:
    """What ``claims.json`` holds, by pipeline name."""
    found: dict[str, Any] = json.loads(FILE.read_text())
    return found


def figures(name: str, measure: str) -> tuple[float, ...]:
    """One figure of every calibration run of a pipeline; a study keeps how often each came out."""
    known = calibration()[name]
    if "counts" in known:
        counts = known["counts"][measure]
        return tuple(float(value) for value, times in counts for _ in range(times))
    return tuple(float(run[measure]) for run in known["runs"])


def distribution(pipeline: Pipeline, measure: str) -> Distribution:
    """One figure over the calibration runs.

    Raises Unsupported where there are none: nothing can be said of a run then.
    """
    if pipeline.name not in calibration():
        raise Unsupported(
            f"{pipeline.name} has not been calibrated: "
            f"python -m lstm_spec.study.calibrate {pipeline.name} --seeds 20"
        )
    positions = pipeline.rows if measure != "cold_start" else 5
    step = 1.0 / positions if is_share(measure) else 0.0
    return Distribution(measure, figures(pipeline.name, measure), step)


@dataclass(frozen=True)
class Outcome:
    """A published figure beside the distribution of conforming runs."""

    claim: Claim
    distribution: Distribution

    @property
    def confirmed(self) -> bool:
        """Whether conforming runs may give the published figure, or all do what is claimed."""
        assert self.claim.published is not None  # outcomes() leaves the others out
        known = self.distribution
        if self.claim.always:
            return known.reached(self.claim.published) == len(known.values)
        low, high = known.limits
        return low - PRINTED <= self.claim.published <= high + PRINTED

    @property
    def sentence(self) -> str:
        """Both figures and the conclusion."""
        values = self.distribution.values
        assert self.claim.published is not None
        return (
            f"{'confirmed' if self.confirmed else 'refuted'}: published {self.claim.published:g}, "
            f"over {len(values)} seeds {min(values):.4g} to {max(values):.4g}, "
            f"mean {fmean(values):.4g}; {self.distribution.reached(self.claim.published)} of "
            f"{len(values)} runs were at least as good"
        )


def outcomes(pipeline: Pipeline) -> list[Outcome]:
    """Every published figure of the pipeline that has been calibrated, with its conclusion."""
    if pipeline.name not in calibration():
        return []
    return [
        Outcome(claim, distribution(pipeline, claim.measure))
        for claim in pipeline.claims
        if claim.published is not None
    ]


def beside(pipeline: Pipeline, measure: str, value: float) -> dict[str, Any]:
    """A figure of a new run beside those of conforming runs, as the report carries it."""
    known = distribution(pipeline, measure)
    return {
        "name": f"{pipeline.name}: {measure}",
        "value": float(value) if math.isfinite(value) else None,
        "limits": [limit if math.isfinite(limit) else None for limit in known.limits],
        "runs": len(known.values),
        "quantiles": np.quantile(known.values, (0.0, 0.25, 0.5, 0.75, 1.0)).tolist(),
        "published": [
            claim.published
            for claim in pipeline.claims
            if claim.measure == measure and claim.published is not None
        ],
        "log": on_log_scale(measure),
    }


def best_possible_accuracy(x: Array, y: Array) -> float:
    """The accuracy that no stateless network can exceed on these rows.

    Rows that are the same input can only get the same answer: at best the most frequent of their
    targets. x (rows, ...), y one-hot (rows, classes).
    """
    targets: dict[bytes, Counter[int]] = {}
    for row, label in zip(np.ascontiguousarray(x), np.argmax(y, axis=-1), strict=True):
        targets.setdefault(row.tobytes(), Counter())[int(label)] += 1
    return sum(found.most_common(1)[0][1] for found in targets.values()) / len(x)
