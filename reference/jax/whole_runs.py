"""A documented pipeline from its first update to its last in one compiled program.

Resets, shuffled orders and fresh data are inside the program or drawn beforehand, in the same order
as ``lstm_spec.pipelines.training`` draws them: from one seed, this and the NumPy oracle train on
the same rows from the same weights. Seeds run one after the other through the same program: an
ensemble by ``vmap`` was measured and costs as much per seed, because small matrix products in
batches are no longer fused.

The trained weights are handed over in a NumPy model of float32: what is then measured is measured
by other code than that which trained.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lstm_spec.contract import Array, History
from lstm_spec.initial_weights import initial_weights
from lstm_spec.model import LSTM
from lstm_spec.pipelines import Data, Pipeline
from lstm_spec.pipelines.pipeline import Rng
from lstm_spec.pipelines.training import Training
from reference import numpy
from reference.jax.model import JaxModel
from reference.jax.programs import Rounds

if TYPE_CHECKING:
    from reference.jax import JaxImplementation


def whole_runs(
    engine: JaxImplementation,
    pipeline: Pipeline,
    seeds: Sequence[int],
    epochs: int | None = None,
) -> list[Training]:
    """One trained network per seed, at the documented budget or for ``epochs``.

    Raises ValueError for fewer than one epoch.
    """
    count = pipeline.schedule.epochs if epochs is None else epochs
    if count < 1:
        raise ValueError(f"epochs must be at least 1, got {count}")
    return [_whole_run(replace(engine, seed=seed), pipeline, count) for seed in seeds]


def _whole_run(engine: JaxImplementation, pipeline: Pipeline, epochs: int) -> Training:
    schedule, rng = pipeline.schedule, pipeline.rng(engine.seed)
    started = time.perf_counter()
    model = JaxModel(pipeline.spec, engine, initial_weights(pipeline.spec, engine.seed))
    data, x, y, y_labels = _rows(pipeline, rng, epochs)
    test = data.test if schedule.validate else None
    rounds = Rounds(
        schedule.batch_size,
        schedule.shuffle,
        schedule.reset_each_epoch,
        schedule.fresh_data_each_epoch,
        y_labels=y_labels,
        cold=schedule.reset_each_epoch and pipeline.updates_per_epoch == 1 and test is None,
    )
    rows = len(data.x)
    order = model.orders(rows, epochs) if schedule.shuffle else None
    history: History = model.train(rounds, x, y, order, epochs, rows, test)
    trained = numpy.implementation_float32.build(pipeline.spec)
    trained.set_weights(model.get_weights())
    seconds = time.perf_counter() - started
    return Training(pipeline, trained, data, rng, epochs, history, seconds)


def _rows(pipeline: Pipeline, rng: Rng, epochs: int) -> tuple[Data, Array, Array, bool]:
    """The last epoch's data; x and y for the program, and whether y is labels.

    Fresh data of all epochs are stacked. One-hot rows are kept as labels: 5000 sequences of the
    echo would be 400 MB.
    """
    data = pipeline.data(rng)
    if not pipeline.schedule.fresh_data_each_epoch:
        return data, data.x, data.y, False
    reads_labels = isinstance(pipeline.spec.layers[0], LSTM)
    labels = reads_labels and _is_one_hot(data.x), _is_one_hot(data.y)
    stacked: tuple[list[Array], list[Array]] = ([], [])
    for epoch in range(epochs):
        if epoch:
            data = pipeline.data(rng)
        for kept, part, as_label in zip(stacked, (data.x, data.y), labels, strict=True):
            kept.append(part.argmax(axis=-1).astype(np.int32) if as_label else part)
    return data, np.stack(stacked[0]), np.stack(stacked[1]), labels[1]


def _is_one_hot(array: Array) -> bool:
    """Whether every row along the last axis is a single one among zeros."""
    return bool(np.isin(array, (0, 1)).all() and (array.sum(axis=-1) == 1).all())
