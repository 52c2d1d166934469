"""Subjects timed side by side: in turn, round by round, in one run, each in its own process.

Whatever disturbs the machine for a while meets all of them alike. What a first call costs
(building, tracing, compiling) is kept apart; the statistics are those of pytest-benchmark.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lstm_spec.bench.subject_process import SubjectFailed, SubjectProcess
from lstm_spec.bench.workloads import Workload
from lstm_spec.extras import install
from lstm_spec.run.local import cores

ROUNDS = 7
SECONDS_PER_ROUND = 0.25
"""At least, unless the documented epochs take less. What is paid once for a call of fit is spread
over so many epochs: give more for an engine that takes long to begin (Keras: 0.2 s)."""


@dataclass
class Measurement:
    """One subject at one workload."""

    subject: str
    workload: Workload
    first_seconds: float
    """Preparing it and doing it once: building, tracing, compiling included."""
    repetitions: int
    seconds: list[float] = field(default_factory=list)
    """Of every round."""
    error: str = ""

    @property
    def microseconds(self) -> list[float]:
        """Per update, batch or call, for every round."""
        pieces = self.repetitions * self.workload.pieces
        return [1e6 * seconds / pieces for seconds in self.seconds]

    @property
    def median(self) -> float:
        """Microseconds per piece."""
        return statistics.median(self.microseconds)

    def ratio(self, reference: Measurement) -> float:
        """How many times as fast as the reference: the median over rounds of their ratio.

        Both were timed one after the other in every round, so each ratio is of one moment.
        """
        pairs = zip(reference.microseconds, self.microseconds, strict=True)
        return statistics.median(theirs / ours for theirs, ours in pairs)

    def as_json(self) -> dict[str, Any]:
        """Plain data; the statistics of microseconds per piece."""
        head = {
            "subject": self.subject,
            "workload": self.workload.name,
            "per": self.workload.what,
            "first_seconds": self.first_seconds,
            "repetitions": self.repetitions,
        }
        if self.error:
            return {**head, "error": self.error}
        stats = _statistics(self.microseconds)
        return {
            **head,
            "microseconds": stats,
            "per_second": 1e6 / self.median,
            "microseconds_per_sample_step": self.median / self.workload.sample_steps,
        }


def bench(
    subjects: Sequence[str],
    chosen: Sequence[Workload],
    *,
    rounds: int = ROUNDS,
    seconds: float = SECONDS_PER_ROUND,
    progress: Callable[[str], None] = lambda what: None,
) -> tuple[list[Measurement], Mapping[str, Any]]:
    """Time every subject at every workload it can do; measurements, and facts of the subjects.

    Raises ``SubjectFailed`` for a subject that cannot be started.
    """
    core = cores()[-1]
    processes: list[SubjectProcess] = []
    found: list[Measurement] = []
    try:
        for name in subjects:
            processes.append(SubjectProcess(name, core))
        for workload in chosen:
            progress(workload.name)
            able = [one for one in processes if workload.needs <= set(one.facts["capabilities"])]
            found += _side_by_side(able, workload, rounds, seconds)
        facts = {one.name: {**one.facts, **one.resources()} for one in processes}
    finally:
        for one in processes:
            one.end()
    return found, facts


def _side_by_side(
    processes: Sequence[SubjectProcess], workload: Workload, rounds: int, seconds: float
) -> list[Measurement]:
    found: list[tuple[SubjectProcess, Measurement]] = []
    for one in processes:
        measurement = Measurement(one.name, workload, 0.0, 1)
        found.append((one, measurement))
        try:
            measurement.first_seconds = one.prepare(workload)
            measurement.repetitions = _repetitions(one, workload.most, seconds)
        except SubjectFailed as failed:
            measurement.error = str(failed)
    for _ in range(rounds):
        for one, measurement in found:
            if not measurement.error:
                measurement.seconds.append(one.time(measurement.repetitions))
    return [measurement for _, measurement in found]


def _repetitions(one: SubjectProcess, most: int, seconds: float) -> int:
    """As many as fill a round, found in two steps: one repetition also pays for the beginning.

    Each number is done twice, since another number may be compiled anew.
    """
    repetitions = 1
    for _ in range(2):
        one.time(repetitions)
        taken = max(one.time(repetitions), 1e-7)
        wanted = round(repetitions * seconds / taken)
        repetitions = max(repetitions, min(most, wanted))
    one.time(repetitions)
    return repetitions


def _statistics(microseconds: Sequence[float]) -> dict[str, float]:
    """Those of pytest-benchmark. Raises ValueError where the extra ``bench`` is missing."""
    try:
        from pytest_benchmark.stats import Stats
    except ImportError as error:
        raise ValueError(f"bench needs pytest-benchmark: {install('bench')} ({error})") from error
    stats = Stats()
    for value in microseconds:
        stats.update(value)
    return {
        name: float(getattr(stats, name))
        for name in ("min", "q1", "median", "q3", "max", "iqr", "stddev", "rounds")
    }
