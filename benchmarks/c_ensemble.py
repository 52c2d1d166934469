"""Eight networks side by side in C: what studies of a thousand seeds of the alphabet are run with.

    lstm-spec study alphabet-one-char --implementation benchmarks.c_ensemble:implementation

Same rows in the same order from the same weights as ``reference.jax``, seed by seed; only the
arithmetic lies otherwise, with the seeds as the innermost axis. ``tests/fast_reference`` holds its
losses against the oracle's. It trains the alphabet family, both generations, and nothing else.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.c_loop import compiled
from lstm_spec.contract import Array, Capability, History, Unsupported
from lstm_spec.initial_weights import initial_weights
from lstm_spec.model import LSTM, Adam, Dense, ModelSpec
from lstm_spec.pipelines import Pipeline
from lstm_spec.pipelines.training import Training
from reference import numpy

SOURCE = Path(__file__).with_name("c") / "lstm_ensemble.c"
LANES = 8
GATES = {"sigmoid": 0, "hard_sigmoid_keras2": 1}


class Settings(ctypes.Structure):
    """``Settings`` of the C source."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("units", "steps", "features", "classes", "batch")),
        *((name, ctypes.c_int) for name in ("stateful", "reset_every", "hard_sigmoid")),
        *((name, ctypes.c_float) for name in ("learning_rate", "beta_1", "beta_2", "epsilon")),
    )


@cache
def library() -> Any:
    """The compiled ensemble. Raises OSError where there is no C compiler or it fails."""
    return compiled(SOURCE, "-mprefer-vector-width=256")


class CEnsemble:
    """Trains whole runs of many seeds; see the module."""

    name = "c-ensemble"
    version = "of benchmarks/c"
    backend = f"hand-written C, one thread, {LANES} seeds side by side"
    capabilities = frozenset(
        {Capability.FIT, Capability.PREDICT, Capability.LAYERS, Capability.EVALUATE}
        | {Capability.STATEFUL, Capability.HARD_SIGMOID}
    )

    def build(self, model: ModelSpec) -> Any:
        """Nothing: it only trains."""
        raise Unsupported("the C ensemble only trains whole runs")

    def whole_runs(
        self, pipeline: Pipeline, seeds: Sequence[int], epochs: int | None = None
    ) -> list[Training]:
        """One trained network per seed.

        Raises Unsupported for a pipeline that is not of the alphabet family.
        """
        _check(pipeline)
        count = pipeline.schedule.epochs if epochs is None else epochs
        found: list[Training] = []
        for start in range(0, len(seeds), LANES):
            found += _side_by_side(pipeline, list(seeds[start : start + LANES]), count)
        return found


def _check(pipeline: Pipeline) -> None:
    spec, schedule = pipeline.spec, pipeline.schedule
    match spec.layers:
        case (LSTM(activation="tanh") as lstm, Dense(activation="softmax")):
            known = lstm.recurrent_activation in GATES and lstm.use_bias
        case _:
            known = False
    if (
        not known
        or pipeline.data_seed is None
        or schedule.fresh_data_each_epoch
        or pipeline.rows % schedule.batch_size
        or (spec.stateful and schedule.batch_size != 1)
        or not isinstance(spec.optimizer, Adam)
    ):
        raise Unsupported("the C ensemble trains the alphabet family")


def _side_by_side(pipeline: Pipeline, seeds: list[int], epochs: int) -> list[Training]:
    started = time.perf_counter()
    spec, schedule, rows = pipeline.spec, pipeline.schedule, pipeline.rows
    lanes = [*seeds, *[seeds[-1]] * (LANES - len(seeds))]
    data = pipeline.data(pipeline.rng(seeds[0]))
    order = np.empty((epochs * rows, LANES), np.int32)
    for lane, seed in enumerate(lanes):
        shuffler = np.random.default_rng(seed)
        order[:, lane] = np.concatenate(
            [
                shuffler.permutation(rows) if schedule.shuffle else np.arange(rows)
                for _ in range(epochs)
            ]
        )
    drawn = [initial_weights(spec, seed) for seed in lanes]
    flat = np.stack([np.concatenate([np.ravel(w) for w in one]) for one in drawn], axis=-1)
    flat = np.ascontiguousarray(flat, np.float32)
    figures = _train(pipeline, flat, data.x, data.y, order)
    seconds = (time.perf_counter() - started) / len(seeds)
    ends = np.cumsum([one.size for one in drawn[0]])[:-1]
    found = []
    for lane, seed in enumerate(seeds):
        rng = pipeline.rng(seed)
        own = pipeline.data(rng)
        model = numpy.implementation_float32.build(spec)
        parts = zip(np.split(flat[:, lane], ends), drawn[lane], strict=True)
        model.set_weights([part.reshape(weight.shape) for part, weight in parts])
        history: History = {
            name: np.asarray(values[:, lane], np.float64).reshape(epochs, rows).mean(1).tolist()
            for name, values in figures.items()
        }
        found.append(Training(pipeline, model, own, rng, epochs, history, seconds))
    return found


def _train(pipeline: Pipeline, flat: Array, x: Array, y: Array, order: Array) -> dict[str, Array]:
    """Train ``flat`` (parameters, lanes) in place; loss and accuracy of every row before it."""
    spec, schedule, adam = pipeline.spec, pipeline.schedule, pipeline.spec.optimizer
    assert isinstance(adam, Adam)
    lstm = spec.recurrent_layers[0]
    updates = len(order) // schedule.batch_size
    settings = Settings(
        lstm.units,
        x.shape[1],
        x.shape[2],
        y.shape[1],
        schedule.batch_size,
        int(spec.stateful),
        len(x) if schedule.reset_each_epoch else 0,
        GATES[lstm.recurrent_activation],
        adam.learning_rate,
        adam.beta_1,
        adam.beta_2,
        adam.epsilon,
    )
    t = np.arange(1, updates + 1)
    rates = adam.learning_rate * np.sqrt(1 - adam.beta_2**t) / (1 - adam.beta_1**t)
    losses, hits = np.zeros(order.shape, np.float32), np.zeros(order.shape, np.float32)
    arrays = (
        (np.ascontiguousarray(order, np.int32), ctypes.c_int),
        (np.ascontiguousarray(x, np.float32), ctypes.c_float),
        (y.argmax(axis=-1).astype(np.int32), ctypes.c_int),
        (rates.astype(np.float32), ctypes.c_float),
        *((one, ctypes.c_float) for one in (flat, losses, hits)),
    )
    pointers = [array.ctypes.data_as(ctypes.POINTER(kind)) for array, kind in arrays]
    if library().train(ctypes.byref(settings), updates, *pointers):
        raise MemoryError("the C ensemble found no memory")
    return {"accuracy": hits, "loss": losses}


implementation = CEnsemble()
