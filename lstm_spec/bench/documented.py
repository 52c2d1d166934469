"""What every library is timed at: the documented pipelines, and inference one step at a time.

All subjects get the same weights, the same rows in the same order and the documented batch size.
A document that shuffles is trained in the order of its rows here, since each library shuffles in
its own way; validation inside ``fit`` is left out, since it is no update.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from lstm_spec import contract
from lstm_spec.comparison.training_speed import Work
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.initial_weights import initial_weights
from lstm_spec.model import ModelSpec
from lstm_spec.pipelines import Pipeline, find
from lstm_spec.study.study import WholeRuns
from lstm_spec.subjects.worker import Timed

PIPELINES = (
    "alphabet-one-char",
    "alphabet-time-steps",
    "alphabet-whole-batch",
    "alphabet-stateful",
    "echo-whole-sequence",
    "echo-encoder-decoder",
    "moving-average:input_len=63",  # the first 50 updates of an epoch of 800
)
STEPPED = "alphabet-stateful"
"""The pipeline whose network answers one letter at a time."""

STEPS = 10
"""Letters of a pass."""

SEED = 0
COMPARED_UPDATES = 50
"""About so many updates are compared with those of the oracle, and at least two epochs, so that a
reset is among them."""
FRESH_EPOCHS = 8
"""So many epochs are drawn where every epoch has its own data; timing takes them in turn."""

STEPPING = frozenset({Capability.FORWARD, Capability.INITIAL_STATE, Capability.FINAL_STATE})
"""What it takes to be given back the state that a call returned."""


class Observed(NamedTuple):
    """What came of the first repetitions, before anything is timed."""

    first_seconds: float
    """Building, compiling, and these repetitions."""
    losses: list[float]
    """Of every epoch; none for an inference."""
    numbers: list[Array]
    """The trained weights, or the outputs of the last pass."""


@dataclass(frozen=True)
class Documented:
    """One thing that is timed: training a pipeline, or stepping through its network."""

    pipeline: str
    stepping: bool = False

    @property
    def name(self) -> str:
        """The pipeline; an inference says that it is one."""
        return f"step by step: {self.pipeline}" if self.stepping else self.pipeline

    @cached_property
    def documented(self) -> Pipeline:
        """The pipeline in the order of its rows and without validation."""
        pipeline = find(self.pipeline)
        schedule = replace(pipeline.schedule, shuffle=False, validate=False)
        return replace(pipeline, schedule=schedule)

    @property
    def repetitions_compared(self) -> int:
        """Epochs, or passes, that are compared with the oracle's."""
        schedule = self.documented.schedule
        if self.stepping:
            return 2
        if schedule.fresh_data_each_epoch:
            return FRESH_EPOCHS
        return max(2, COMPARED_UPDATES // self.documented.updates_per_epoch)

    @property
    def fits_each_epoch(self) -> bool:
        """Whether a repetition costs what it costs alone: a ``fit`` of its own, or a pass."""
        return self.stepping or self.documented.schedule.one_fit_per_epoch

    @property
    def most(self) -> int:
        """Repetitions beyond which nothing more is learnt: the documented epochs."""
        return self.documented.schedule.epochs

    @property
    def as_work(self) -> Work:
        """In the form of the file of figures."""
        pipeline = self.documented
        rows = 1 if self.stepping else min(pipeline.schedule.batch_size, pipeline.rows)
        pieces = STEPS if self.stepping else pipeline.updates_per_epoch
        steps = rows * (pipeline.spec.time_steps or 1)
        what = "step" if self.stepping else "update"
        return Work(self.name, what, pieces, steps, pieces * self.repetitions_compared)

    @cached_property
    def parts(self) -> list[tuple[Array, ...]]:
        """The pairs (x, y) of the epochs; for an inference the one x."""
        pipeline = self.documented
        rng = pipeline.rng(SEED)
        count = FRESH_EPOCHS if pipeline.schedule.fresh_data_each_epoch else 1
        drawn = [pipeline.data(rng) for _ in range(count)]
        return [(one.x[:STEPS],) if self.stepping else (one.x, one.y) for one in drawn]

    @cached_property
    def weights(self) -> list[Array]:
        """The first ones."""
        return initial_weights(self.documented.spec, SEED)

    def way(self, capabilities: Collection[str]) -> str:
        """How a subject with these capabilities does it; empty if it cannot."""
        if self.stepping:
            if {Capability.PREDICT, Capability.STATEFUL} <= set(capabilities):
                return "predict"
            return "call" if set(capabilities) >= STEPPING else ""
        if Capability.FIT in capabilities:
            return "fit"
        return "train_on_batch" if Capability.TRAIN in capabilities else ""

    def spec(self, way: str) -> ModelSpec:
        """The network; one that is given its states back carries none by itself."""
        spec = self.documented.spec
        if way != "call":
            return spec
        return replace(spec.with_cells(lambda cell: replace(cell, stateful=False)), batch_size=None)

    def missing(self, capabilities: Collection[str]) -> list[str]:
        """What a subject with these capabilities lacks."""
        way = self.way(capabilities)
        if not way:
            return ["predict and stateful, or a state that is returned and given back"
                    if self.stepping else "fit and train"]  # fmt: skip
        return sorted(self.spec(way).needs - set(capabilities))

    def request(self, way: str) -> dict[str, Any]:
        """The work as the worker is told it."""
        schedule = self.documented.schedule
        return {
            "way": way,
            "parts": self.parts,
            "batch_size": 1 if self.stepping else schedule.batch_size,
            "reset": schedule.reset_each_epoch,
        }


def chosen(names: Sequence[str]) -> list[Documented]:
    """Training of the named pipelines, or of all seven, and one step at a time.

    Raises ValueError for a pipeline that there is not.
    """
    training = [Documented(find(name).name) for name in names or PIPELINES]
    return [*training, Documented(STEPPED, stepping=True)] if not names else training


def begin(work: Documented, engine: Implementation) -> tuple[Callable[[int], Any], str, Observed]:
    """Do the first repetitions in this process: a function that does more, the way, what came.

    An engine that trains whole runs does so, and begins each time anew. Raises Unsupported.
    """
    started = time.perf_counter()
    count = work.repetitions_compared
    if isinstance(engine, WholeRuns) and not work.stepping:
        whole = engine

        def run(count: int) -> Any:
            (training,) = whole.whole_runs(work.documented, [SEED], count)
            return training

        first = run(count)
        seconds = time.perf_counter() - started
        return (
            run,
            "whole runs",
            Observed(seconds, first.history["loss"], first.model.get_weights()),
        )
    way = work.way(engine.capabilities)
    model = contract.build(engine, work.spec(way))
    model.set_weights(work.weights)
    asked = work.request(way)
    timed = Timed(model, way, asked["parts"], asked["batch_size"], asked["reset"])
    found = timed.run(count)
    seconds = time.perf_counter() - started
    if work.stepping:
        return timed.run, way, Observed(seconds, [], [np.asarray(found)])
    return timed.run, way, Observed(seconds, found, model.get_weights())
