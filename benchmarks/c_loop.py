"""The hand-written C loop as something that ``lstm_spec.bench`` can time beside ``reference.jax``.

It trains the alphabet pipelines with batch size 1 and today's gates, and nothing else: a yardstick,
not an implementation of the contract. ``benchmarks.acceptance`` holds its losses against the
oracle's before anything is timed.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lstm_spec.contract import Array, Capability, Unsupported
from lstm_spec.initial_weights import initial_weights
from lstm_spec.model import Adam, ModelSpec
from lstm_spec.pipelines import Pipeline
from lstm_spec.pipelines.training import Training
from reference import numpy

SOURCE = Path(__file__).with_name("c") / "lstm_training.c"
FLAGS = ("-O3", "-march=native", "-ffast-math", "-fPIC")


class Settings(ctypes.Structure):
    """``Settings`` of the C source."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("units", "steps", "features", "classes")),
        *((name, ctypes.c_int) for name in ("stateful", "reset_every")),
        *((name, ctypes.c_float) for name in ("learning_rate", "beta_1", "beta_2", "epsilon")),
    )


@cache
def library() -> Any:
    """The compiled loop. Raises OSError where there is no C compiler or it fails."""
    return compiled(SOURCE, "-mprefer-vector-width=512")


def compiled(source: Path, *more: str) -> Any:
    """A C source as a library, compiled for this machine.

    Raises OSError where there is no C compiler (``cc``, or what ``CC`` names) or it fails.
    """
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if compiler is None:
        raise OSError("no C compiler: install one, or name it in CC")
    folder = Path(tempfile.mkdtemp(prefix="lstm-training-"))
    part, file = str(folder / "part.o"), str(folder / "library.so")
    compiling = [compiler, *FLAGS, *more, "-c", str(source), "-o", part]
    # Linked without -ffast-math, which would have the library take subnormal numbers for zero in
    # the whole process from the moment it is loaded.
    linking = [compiler, "-shared", part, "-o", file, "-lm"]
    try:
        for command in (compiling, linking):
            done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
            if done.returncode:
                raise OSError(f"{compiler} failed: {done.stderr.strip()}")
        return ctypes.CDLL(file)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class CLoop:
    """Trains whole runs; see the module."""

    name = "c"
    version = "of benchmarks/c"
    backend = "hand-written C, one thread"
    capabilities = frozenset(
        {Capability.FIT, Capability.PREDICT, Capability.LAYERS, Capability.EVALUATE}
        | {Capability.STATEFUL}
    )

    def build(self, model: ModelSpec) -> Any:
        """Nothing: it only trains."""
        raise Unsupported("the C loop only trains whole runs")

    def whole_runs(
        self, pipeline: Pipeline, seeds: Sequence[int], epochs: int | None = None
    ) -> list[Training]:
        """One trained network per seed, on the rows and from the weights of the oracle."""
        count = pipeline.schedule.epochs if epochs is None else epochs
        return [self._run(pipeline, seed, count) for seed in seeds]

    def _run(self, pipeline: Pipeline, seed: int, epochs: int) -> Training:
        spec, schedule = pipeline.spec, pipeline.schedule
        plain = [(one.activation, one.recurrent_activation) for one in spec.recurrent_layers]
        if (
            schedule.batch_size != 1
            or plain != [("tanh", "sigmoid")]
            or spec.loss != "categorical_crossentropy"
            or not isinstance(spec.optimizer, Adam)
            or schedule.fresh_data_each_epoch
        ):
            raise Unsupported("the C loop trains the alphabet with batch size 1")
        started = time.perf_counter()
        rng = pipeline.rng(seed)
        data = pipeline.data(rng)
        rows = len(data.x)
        shuffler = np.random.default_rng(seed)
        orders = [
            shuffler.permutation(rows) if schedule.shuffle else np.arange(rows)
            for _ in range(epochs)
        ]
        weights = initial_weights(spec, seed)
        flat, losses = _train(pipeline, weights, data.x, data.y, np.concatenate(orders))
        model = numpy.implementation_float32.build(spec)
        ends = np.cumsum([one.size for one in weights])[:-1]
        parts = np.split(flat, ends)
        model.set_weights([p.reshape(w.shape) for p, w in zip(parts, weights, strict=True)])
        history = {"loss": [float(one) for one in losses.reshape(epochs, rows).mean(axis=1)]}
        seconds = time.perf_counter() - started
        return Training(pipeline, model, data, rng, epochs, history, seconds)


def _train(
    pipeline: Pipeline, weights: Sequence[Array], x: Array, y: Array, order: Array
) -> tuple[Array, Array]:
    """The trained parameters in one vector, and the loss before every update."""
    spec, adam = pipeline.spec, pipeline.spec.optimizer
    assert isinstance(adam, Adam)
    settings = Settings(
        spec.recurrent_layers[0].units,
        x.shape[1],
        x.shape[2],
        y.shape[1],
        int(spec.stateful),
        len(x) if pipeline.schedule.reset_each_epoch else 0,
        adam.learning_rate,
        adam.beta_1,
        adam.beta_2,
        adam.epsilon,
    )
    t = np.arange(1, len(order) + 1)
    rates = adam.learning_rate * np.sqrt(1 - adam.beta_2**t) / (1 - adam.beta_1**t)
    flat = np.concatenate([np.ravel(one) for one in weights]).astype(np.float32)
    losses = np.zeros(len(order), np.float32)
    arrays = (
        order.astype(np.int32),
        np.ascontiguousarray(x, np.float32),
        y.argmax(axis=-1).astype(np.int32),
        rates.astype(np.float32),
    )
    kinds = (ctypes.c_int, ctypes.c_float, ctypes.c_int, ctypes.c_float)
    pointers = [
        array.ctypes.data_as(ctypes.POINTER(kind))
        for array, kind in zip(
            (*arrays, flat, losses), (*kinds, *[ctypes.c_float] * 2), strict=True
        )
    ]
    if library().train(ctypes.byref(settings), len(order), *pointers):
        raise MemoryError("the C loop found no memory")
    return flat, losses


implementation = CLoop()
