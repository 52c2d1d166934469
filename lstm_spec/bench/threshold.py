"""Time to quality: when training reaches the published accuracy, over seeds.

Speed alone favours whoever converges worse. Runs that never get there are counted, not dropped.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lstm_spec.bench.bench import Measurement
from lstm_spec.contract import History
from lstm_spec.pipelines import find
from lstm_spec.pipelines.pipeline import Pipeline
from lstm_spec.pipelines.training import train
from lstm_spec.study.study import WholeRuns
from lstm_spec.subjects.find import find as find_implementation


@dataclass(frozen=True)
class TimeToThreshold:
    """Over seeds 0 to ``seeds`` - 1."""

    subject: str
    pipeline: str
    accuracy: float
    seeds: int
    failures: int
    """Seeds that never reached the accuracy within the documented epochs."""
    median_updates: float | None
    median_seconds: float | None
    """Updates to get there times the steady time of one update."""

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def published_accuracy(pipeline: Pipeline) -> float | None:
    """The lowest accuracy that a document claims for it."""
    figures = [
        claim.published
        for claim in pipeline.claims
        if claim.measure.endswith("accuracy") and claim.published is not None
    ]
    return min(figures, default=None)


def times_to_threshold(
    subjects: Sequence[str], pipelines: Sequence[str], seeds: int, found: Sequence[Measurement]
) -> list[TimeToThreshold]:
    """For every subject and every pipeline whose training was timed and has such a claim."""
    results = []
    for name in pipelines if seeds else ():
        pipeline = find(name)
        wanted = published_accuracy(pipeline)
        for subject in subjects if wanted is not None else ():
            timed = [
                one.median
                for one in found
                if (one.subject, one.workload.name) == (subject, f"train {pipeline.name}")
                and not one.error
            ]
            if timed and wanted is not None:
                results.append(_one(subject, pipeline, wanted, seeds, timed[0]))
    return results


def _one(
    subject: str, pipeline: Pipeline, wanted: float, seeds: int, microseconds: float
) -> TimeToThreshold:
    engine = find_implementation(subject)
    updates: list[int] = []
    for seed in range(seeds):
        if isinstance(engine, WholeRuns):
            history = engine.whole_runs(pipeline, [seed])[0].history
        else:
            history = train(pipeline, engine, seed=seed).history
        epoch = first_epoch(history, wanted)
        if epoch is not None:
            updates.append(epoch * pipeline.updates_per_epoch)
    median = statistics.median(updates) if updates else None
    seconds = None if median is None else median * microseconds / 1e6
    return TimeToThreshold(
        subject, pipeline.name, wanted, seeds, seeds - len(updates), median, seconds
    )


def first_epoch(history: History, wanted: float) -> int | None:
    """The first epoch, from 1, whose training accuracy is at least ``wanted``."""
    reached = (number for number, one in enumerate(history["accuracy"], 1) if one >= wanted - 5e-5)
    return next(reached, None)
