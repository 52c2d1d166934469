"""Lockstep: subject and oracle train a documented pipeline side by side, update by update.

Both start from the same weights, get the same batches of the document's own data in the same order
and are reset together. Loss and weights must agree after every single update: whoever stays in
lockstep and then runs the same budget has been trained by the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation
from lstm_spec.initial_weights import initial_weights
from lstm_spec.model import AnyLayer, Dense
from lstm_spec.pipelines.pipeline import Data, Pipeline, Rng
from lstm_spec.tolerances import LOSS

WEIGHTS = 2e-5
"""Weights after up to 100 updates of Adam. Over all pipelines the largest float32 noise is 8e-7 for
NumPy and 1.8e-6 for Keras on TensorFlow; wrong conventions move weights by whole learning rates,
1e-3."""

NARROW_UNITS, NARROW_CLASSES, NARROW_UPDATES = 4, 10, 30


class Batch(NamedTuple):
    """One update: rows of x and y, and whether the document resets the state before it."""

    x: Array
    y: Array
    after_reset: bool
    where: str


def batches(
    pipeline: Pipeline, data_seed: int, order: np.random.Generator, updates: int
) -> Iterator[Batch]:
    """The first ``updates`` batches of the pipeline, epoch after epoch.

    Where the schedule shuffles, ``order`` permutes the rows of every epoch; where it draws fresh
    data, every epoch has its own.
    """
    schedule, rng = pipeline.schedule, pipeline.rng(data_seed)
    data = pipeline.data(rng)
    size, rows = schedule.batch_size, len(data.x)
    for update in range(updates):
        epoch, place = divmod(update, pipeline.updates_per_epoch)
        if place == 0:
            if schedule.fresh_data_each_epoch and epoch:
                data = pipeline.data(rng)
            permuted = order.permutation(rows) if schedule.shuffle else np.arange(rows)
        taken = permuted[place * size : (place + 1) * size]
        yield Batch(
            data.x[taken],
            data.y[taken],
            schedule.reset_each_epoch and place == 0,
            f"update {update + 1} (epoch {epoch + 1}, batch {place + 1})",
        )


def lockstep(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    pipeline: Pipeline,
    updates: int = 100,
) -> None:
    """Train both for the first ``updates``, or for three epochs if that is less, and compare.

    Raises ``Deviation`` at the first update whose loss, or whose weights afterwards, differ.
    """
    updates = min(updates, 3 * pipeline.updates_per_epoch)
    reachable = within_reach(pipeline, subject, oracle)
    narrowed = reachable is not pipeline
    if narrowed:
        pipeline, updates = reachable, min(updates, NARROW_UPDATES)
    trial.seen.where = (
        f"{updates} of {pipeline.budget:,} updates in lockstep"
        + (" on a narrow network, because one of the engines is slow" if narrowed else "")
        + "; the oracle's full runs replace the rest"
    )
    spec = pipeline.spec
    model, theirs = trial.twins(subject, oracle, spec, initial_weights(spec, trial.seed))
    for batch in batches(pipeline, trial.seed, trial.rng, updates):
        if batch.after_reset:
            model.reset_states()
            theirs.reset_states()
        got = model.train_on_batch(batch.x, batch.y)["loss"]
        expected = theirs.train_on_batch(batch.x, batch.y)["loss"]
        trial.assert_close(np.array(got), np.array(expected), f"loss of {batch.where}", LOSS)
        what = f"after {batch.where}, weights"
        trial.assert_weights_close(spec, model.get_weights(), theirs.get_weights(), what, WEIGHTS)


def within_reach(pipeline: Pipeline, *engines: Implementation) -> Pipeline:
    """The pipeline, or a narrow version of it if an engine computes in pure Python.

    Such an engine says so with an attribute ``slow``. One update of the documented encoder-decoders
    is a hundred million multiplications, which would take it an hour.
    """
    if any(getattr(engine, "slow", False) for engine in engines):
        return narrow(pipeline)
    return pipeline


def narrow(pipeline: Pipeline) -> Pipeline:
    """The same data, schedule and layers, but few units, and 100 classes folded onto 10.

    Every rule that the documented width shows is shown by the narrow one as well.
    """
    spec = pipeline.spec
    folds = spec.features > NARROW_CLASSES

    def narrowed(layer: AnyLayer) -> AnyLayer:
        if isinstance(layer, Dense) and folds:
            return replace(layer, units=NARROW_CLASSES)
        return layer.with_cells(lambda cell: replace(cell, units=NARROW_UNITS))

    def data(rng: Rng) -> Data:
        drawn = pipeline.data(rng)
        return Data(folded(drawn.x), folded(drawn.y), drawn.test, drawn.patterns)

    layers = tuple(narrowed(layer) for layer in spec.layers)
    if not folds:
        return replace(pipeline, spec=replace(spec, layers=layers))
    few = replace(spec, layers=layers, features=NARROW_CLASSES)
    if few.forms()[-1].width != NARROW_CLASSES:
        raise ValueError(f"{pipeline.id} ends in {spec.layers[-1]!r}, which has no narrow version")
    return replace(pipeline, spec=few, data=data)


def folded(encoded: Array) -> Array:
    """One-hot numbers (..., 100) as one-hot last digits (..., 10)."""
    tens = encoded.reshape(*encoded.shape[:-1], -1, NARROW_CLASSES)
    return np.asarray(tens.sum(axis=-2), encoded.dtype)
