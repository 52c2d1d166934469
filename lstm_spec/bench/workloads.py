"""What is timed: training of every pipeline, inference, single steps, and a sweep over sizes.

A workload is a name that a process can be sent; ``prepare`` makes it a function that does it
``count`` times over.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lstm_spec import contract
from lstm_spec.contract import Capability, Implementation
from lstm_spec.initial_weights import initial_weights
from lstm_spec.model import LSTM, Adam, Dense, ModelSpec
from lstm_spec.pipelines import PIPELINES, Pipeline, find
from lstm_spec.pipelines.training import Training, build, follow_schedule, needed
from lstm_spec.study.study import WholeRuns

Repeat = Callable[[int], None]

SWEEP_UNITS = (8, 32, 128, 512)
SWEEP_STEPS = (1, 8, 32)
SWEEP_BATCHES = (1, 16, 64)
SWEEP_FEATURES, SWEEP_UPDATES = 16, 20
STEPPING_UNITS, STEPPING_CALLS = 32, 50


@dataclass(frozen=True)
class Workload:
    """One thing to be timed. ``kind`` is train, predict, step or sweep."""

    kind: str
    pipeline: str = ""
    units: int = 0
    steps: int = 1
    batch_size: int = 1

    @property
    def name(self) -> str:
        """What it is called in the table."""
        if self.pipeline:
            return f"{self.kind} {self.pipeline}"
        return f"{self.kind} units {self.units}, steps {self.steps}, batch {self.batch_size}"

    @property
    def what(self) -> str:
        """What one piece of work is."""
        return {"train": "update", "sweep": "update", "predict": "batch", "step": "call"}[self.kind]

    @property
    def pieces(self) -> int:
        """Updates, batches or calls in one repetition."""
        if self.kind == "step":
            return STEPPING_CALLS
        return SWEEP_UPDATES if self.kind == "sweep" else find(self.pipeline).updates_per_epoch

    @property
    def sample_steps(self) -> int:
        """Time steps of all rows in one piece."""
        if self.kind in ("step", "sweep"):
            return self.steps * self.batch_size
        pipeline = find(self.pipeline)
        return (pipeline.spec.time_steps or 1) * min(pipeline.schedule.batch_size, pipeline.rows)

    @property
    def most(self) -> int:
        """Repetitions beyond which nothing more is learnt: the documented epochs."""
        return find(self.pipeline).schedule.epochs if self.kind == "train" else 10_000

    @property
    def needs(self) -> frozenset[Capability]:
        """What a subject must be able to do."""
        if self.kind == "step":
            return frozenset({Capability.PREDICT, Capability.STATEFUL, Capability.FORWARD})
        if self.kind == "sweep":
            return frozenset({Capability.FIT, Capability.LAYERS})
        return needed(find(self.pipeline))


def workloads(kinds: Sequence[str], pipelines: Sequence[str]) -> list[Workload]:
    """Those of the given kinds; ``pipelines`` are all eleven if none is named.

    Raises ValueError for an unknown kind or pipeline.
    """
    unknown = set(kinds) - {"train", "predict", "step", "sweep"}
    if unknown:
        raise ValueError(f"kinds are train, predict, step and sweep, not {', '.join(unknown)}")
    names = [find(name).name for name in pipelines] or list(PIPELINES)
    chosen = [
        Workload(kind, name) for kind in ("train", "predict") if kind in kinds for name in names
    ]
    if "step" in kinds:
        chosen.append(Workload("step", units=STEPPING_UNITS))
    if "sweep" in kinds:
        chosen += [Workload("sweep", "", units, 8, 16) for units in SWEEP_UNITS]
        chosen += [Workload("sweep", "", 32, steps, 16) for steps in SWEEP_STEPS if steps != 8]
        chosen += [Workload("sweep", "", 32, 8, size) for size in SWEEP_BATCHES if size != 16]
    return chosen


def prepare(workload: Workload, engine: Implementation) -> Repeat:
    """A function that does the workload ``count`` times: epochs, passes or rounds of calls."""
    if workload.kind == "train":
        return _training(find(workload.pipeline), engine)
    if workload.kind == "predict":
        return _predicting(find(workload.pipeline), engine)
    return _stepping(workload, engine) if workload.kind == "step" else _fitting(workload, engine)


def _training(pipeline: Pipeline, engine: Implementation) -> Repeat:
    """By the pipeline's own schedule; an engine that trains whole runs begins each time anew."""
    if isinstance(engine, WholeRuns):
        whole = engine

        def run(count: int) -> None:
            whole.whole_runs(pipeline, [0], count)

        return run
    rng = pipeline.rng(0)
    model = build(pipeline, engine, 0)
    training = Training(pipeline, model, pipeline.data(rng), rng, 1)

    def go_on(count: int) -> None:
        training.epochs = count
        follow_schedule(training, time.perf_counter())

    return go_on


def _predicting(pipeline: Pipeline, engine: Implementation) -> Repeat:
    model = build(pipeline, engine, 0)
    x = pipeline.data(pipeline.rng(0)).x
    size = pipeline.schedule.batch_size

    def run(count: int) -> None:
        for _ in range(count):
            model.predict(x, size)

    return run


def _stepping(workload: Workload, engine: Implementation) -> Repeat:
    spec = ModelSpec((LSTM(workload.units, stateful=True),), features=1, batch_size=1, time_steps=1)
    model = contract.build(engine, spec)
    model.set_weights(initial_weights(spec, 0))
    x = np.full((1, 1, 1), 0.5, np.float32)

    def run(count: int) -> None:
        for _ in range(count * STEPPING_CALLS):
            model.call(x)

    return run


def _fitting(workload: Workload, engine: Implementation) -> Repeat:
    spec = ModelSpec(
        (LSTM(workload.units), Dense(SWEEP_FEATURES)),
        features=SWEEP_FEATURES,
        time_steps=workload.steps,
        optimizer=Adam(),
    )
    model = contract.build(engine, spec)
    model.set_weights(initial_weights(spec, 0))
    rng = np.random.default_rng(0)
    rows = workload.batch_size * SWEEP_UPDATES
    x = rng.standard_normal((rows, workload.steps, SWEEP_FEATURES)).astype(np.float32)
    y = rng.standard_normal((rows, SWEEP_FEATURES)).astype(np.float32)

    def run(count: int) -> None:
        model.fit(x, y, batch_size=workload.batch_size, epochs=count, shuffle=False)

    return run
