"""A study: one pipeline trained from many seeds, and every figure of every run.

The trainer is found by name. An implementation that trains whole runs by itself (``whole_runs``)
does so; any other is trained through the contract, fit by fit.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from lstm_spec import __version__
from lstm_spec.contract import Implementation, backend_of
from lstm_spec.pipelines import Pipeline, find
from lstm_spec.pipelines.training import Training, train
from lstm_spec.run.jobs import Executor, chunks
from lstm_spec.study.results import CURVES, Journal, Results, Run
from lstm_spec.subjects.find import find as find_implementation

SIGNIFICANT = 4
"""Digits of a recorded figure: what documents print."""
SEEDS_WITH_CURVES, POINTS = 20, 20
"""Learning curves are kept of the first seeds, at this many epochs."""
SECONDS_PER_JOB, MOST_PER_JOB = 1.0, 24
SIDE_BY_SIDE = 8
"""Larger jobs are multiples of this, for implementations that train several seeds at once."""


@runtime_checkable
class WholeRuns(Protocol):
    """An implementation that trains a pipeline from start to end by itself."""

    def whole_runs(
        self, pipeline: Pipeline, seeds: Sequence[int], epochs: int | None = None
    ) -> list[Training]:
        """One trained network per seed."""
        ...


@dataclass(frozen=True)
class Job:
    """Some seeds of one study; can be sent to another process or machine."""

    pipeline: str
    implementation: str
    seeds: tuple[int, ...]
    epochs: int | None


def work(job: Job) -> tuple[str, list[Run]]:
    """Train and measure the seeds of one job; the name of the pipeline says whose they are."""
    pipeline, engine = find(job.pipeline), _engine(job.implementation)
    if isinstance(engine, WholeRuns):
        trainings = engine.whole_runs(pipeline, job.seeds, job.epochs)
    else:
        trainings = [train(pipeline, engine, seed=seed, epochs=job.epochs) for seed in job.seeds]
    runs = [record(training, seed) for training, seed in zip(trainings, job.seeds, strict=True)]
    return job.pipeline, runs


@cache
def _engine(name: str) -> Implementation:
    """Found once per process: looking through all installed packages takes longer than a run."""
    return find_implementation(name)


def record(training: Training, seed: int) -> Run:
    """Every figure of one run; nothing that depends on the time of day."""
    run: Run = {"seed": seed}
    run.update({name: _rounded(value) for name, value in training.measures().items()})
    if seed < SEEDS_WITH_CURVES:
        every = max(1, training.epochs // POINTS)
        run[CURVES] = {
            name: [_rounded(figure) for figure in series[every - 1 :: every]]
            for name, series in training.history.items()
        }
    return run


def _rounded(value: float) -> float:
    return float(f"{value:.{SIGNIFICANT}g}")


@dataclass(frozen=True)
class Study:
    """Which pipeline, trained by what, from how many seeds (0 to ``seeds`` - 1), how long."""

    pipeline: str
    seeds: int
    implementation: str = "jax"
    epochs: int | None = None

    def header(self, command: str) -> dict[str, Any]:
        """What the results are of, with the environment and the command."""
        pipeline, engine = find(self.pipeline), find_implementation(self.implementation)
        epochs = pipeline.schedule.epochs if self.epochs is None else self.epochs
        return {
            "study": pipeline.name,
            "implementation": engine.name,
            "version": engine.version,
            "backend": backend_of(engine),
            "epochs": epochs,
            "updates": epochs * pipeline.updates_per_epoch,
            "documented_epochs": pipeline.schedule.epochs,
            "environment": environment(),
            "command": command,
        }

    def jobs(self, done: Collection[int]) -> list[Job]:
        """The seeds that are left, in jobs of about a second."""
        size = max(1, min(MOST_PER_JOB, round(SECONDS_PER_JOB * 1e6 / self.microseconds)))
        if size > SIDE_BY_SIDE:
            size -= size % SIDE_BY_SIDE
        left = [seed for seed in range(self.seeds) if seed not in done]
        return [
            Job(self.pipeline, self.implementation, tuple(some), self.epochs)
            for some in chunks(left, size)
        ]

    @property
    def microseconds(self) -> float:
        """Roughly what one seed takes: only used to make jobs of equal size, longest first."""
        pipeline = find(self.pipeline)
        epochs = pipeline.schedule.epochs if self.epochs is None else self.epochs
        spec = pipeline.spec
        products = spec.parameter_count * (spec.time_steps or 1) * (spec.batch_size or 1)
        return epochs * pipeline.updates_per_epoch * (4.0 + products / 1e4)


def run(
    studies: Mapping[Path, Study],
    executor: Executor,
    *,
    command: str = "",
    progress: Callable[[Study, int], None] = lambda study, done: None,
) -> dict[Path, Results]:
    """Run what is left of these studies, all at once; the results, which are also in their files.

    A study whose last seed is done is written at once. Raises ValueError for fewer than one seed,
    two studies of one pipeline, an unknown name, or a file of another study.
    """
    journals: dict[str, Journal] = {}
    jobs: list[tuple[float, Job]] = []
    for file, study in studies.items():
        if study.seeds < 1:
            raise ValueError(f"seeds must be at least 1, got {study.seeds}")
        if study.pipeline in journals:
            raise ValueError(f"{study.pipeline} is named twice")
        journals[study.pipeline] = journal = Journal(file, study.header(command))
        journal.resume()
        jobs += [(study.microseconds, job) for job in study.jobs(journal.runs.keys())]
    named = {study.pipeline: (file, study) for file, study in studies.items()}
    found: dict[Path, Results] = {}

    def look(name: str) -> None:
        file, study = named[name]
        done = sum(seed in journals[name].runs for seed in range(study.seeds))
        progress(study, done)
        if done == study.seeds and file not in found:
            found[file] = journals[name].finish(range(study.seeds))

    for name in named:
        look(name)
    jobs.sort(key=lambda one: -one[0])
    for name, runs in executor(work, [job for _, job in jobs]):
        journals[name].append(runs)
        look(name)
    return found


def environment() -> dict[str, str]:
    """What the figures may depend on."""
    found = {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "lstm-spec": __version__,
    }
    for package in ("numpy", "jax", "jaxlib"):
        try:
            found[package] = installed_version(package)
        except PackageNotFoundError:
            continue
    return found
