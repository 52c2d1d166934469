"""Training a pipeline on any implementation, the way its document does: fits, resets, new data."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass, replace

from lstm_spec import contract
from lstm_spec.contract import Capability, History, Implementation, Model
from lstm_spec.initial_weights import initial_weights
from lstm_spec.model import loss_facts
from lstm_spec.pipelines.pipeline import Data, Measures, Pipeline, Rng

REPORTS = 50
"""A single long fit is cut into about this many fits, so that progress can be seen.

This changes nothing: without a reset in between, k fits of one epoch are one fit of k epochs.
"""


@dataclass(frozen=True)
class Progress:
    """Where training stands after some epochs."""

    epoch: int
    epochs: int
    loss: float
    accuracy: float | None
    seconds: float

    @property
    def seconds_left(self) -> float:
        """At the speed so far."""
        return self.seconds / self.epoch * (self.epochs - self.epoch)


@dataclass
class Training:
    """A trained network, what was recorded of every epoch, and the generator as it stands."""

    pipeline: Pipeline
    model: Model
    data: Data
    rng: Rng
    epochs: int
    history: History = field(default_factory=dict)
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    """Of this process, all its threads: what a busy machine does not change."""

    @property
    def updates(self) -> int:
        """How many updates the optimiser has made."""
        return self.epochs * self.pipeline.updates_per_epoch

    def measures(self) -> Measures:
        """The figures that the pipeline's claims are about, those of the last epoch included."""
        last = {f"last_{name}": series[-1] for name, series in self.history.items()}
        return {**self.pipeline.measure(self.model, self.data, self.rng), **last}


def needed(pipeline: Pipeline) -> frozenset[Capability]:
    """What an implementation must be able to do to train and demonstrate the pipeline."""
    measured = {Capability.EVALUATE} if loss_facts(pipeline.spec.loss).accuracy else set()
    return pipeline.spec.needs | {Capability.FIT, Capability.PREDICT} | measured


def build(
    pipeline: Pipeline, implementation: Implementation, seed: int, own_weights: bool = False
) -> Model:
    """The pipeline's model, with the weights drawn from ``seed``.

    With ``own_weights`` the implementation keeps the weights it drew itself. An implementation
    that is a dataclass with a ``seed`` takes this one, so that its shuffling follows it as well.
    """
    model = contract.build(seeded(implementation, seed), pipeline.spec)
    if not own_weights:
        model.set_weights(initial_weights(pipeline.spec, seed))
    return model


def seeded(implementation: Implementation, seed: int) -> Implementation:
    """The implementation with its own randomness on this seed, where it offers that."""
    if is_dataclass(implementation) and not isinstance(implementation, type):
        names = {one.name for one in fields(implementation)}
        return replace(implementation, seed=seed) if "seed" in names else implementation
    return implementation


def train(
    pipeline: Pipeline,
    implementation: Implementation,
    *,
    seed: int = 0,
    epochs: int | None = None,
    own_weights: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Training:
    """Train at the documented budget, or for ``epochs``.

    ``seed`` fixes the initial weights and, where the document fixes no data, the data; the order
    of shuffled rows only where the implementation can be seeded. Raises ValueError for fewer than
    one epoch and for an implementation that lacks what the pipeline needs.
    """
    epochs = pipeline.schedule.epochs if epochs is None else epochs
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, got {epochs}")
    missing = sorted(needed(pipeline) - frozenset(implementation.capabilities))
    if missing:
        raise ValueError(
            f"{implementation.name} cannot train {pipeline.name}: it lacks {', '.join(missing)}"
        )
    rng = pipeline.rng(seed)
    started, busy = time.perf_counter(), time.process_time()
    model = build(pipeline, implementation, seed, own_weights)
    training = Training(pipeline, model, pipeline.data(rng), rng, epochs)
    follow_schedule(training, started, progress)
    training.seconds = time.perf_counter() - started
    training.cpu_seconds = time.process_time() - busy
    return training


def follow_schedule(
    training: Training, started: float, progress: Callable[[Progress], None] | None = None
) -> None:
    """Run the epochs of the schedule on the model, recording the history.

    The first epoch uses the data that ``training`` holds; a schedule with fresh data draws new
    ones before every later epoch.
    """
    schedule, model = training.pipeline.schedule, training.model
    chunk = 1 if schedule.one_fit_per_epoch else max(1, training.epochs // REPORTS)
    done = 0
    while done < training.epochs:
        if schedule.fresh_data_each_epoch and done:
            training.data = training.pipeline.data(training.rng)
        count = min(chunk, training.epochs - done)
        history = model.fit(
            training.data.x,
            training.data.y,
            batch_size=schedule.batch_size,
            epochs=count,
            shuffle=schedule.shuffle,
            validation_data=training.data.test if schedule.validate else None,
        )
        if schedule.reset_each_epoch:
            model.reset_states()
        for name, figures in history.items():
            training.history.setdefault(name, []).extend(figures)
        done += count
        if progress is not None:
            accuracy = history.get("accuracy")
            seconds = time.perf_counter() - started
            progress(
                Progress(
                    done,
                    training.epochs,
                    history["loss"][-1],
                    accuracy[-1] if accuracy else None,
                    seconds,
                )
            )
