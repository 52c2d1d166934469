"""Keras doing one work in one way, in the interpreter that has it.

    python -m benchmarks.keras_at_work

answers requests, one JSON object a line, until its input ends; ``benchmarks.keras_process`` sends
them. Only NumPy, Keras and this project need to be importable there.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.keras_ways import LETTERS, PIPELINES, PLAIN, STEPPING, Way
from lstm_spec.bench.documented import Documented
from lstm_spec.contract import Array, Unsupported
from lstm_spec.model import ModelSpec
from reference.keras3 import implementation
from reference.keras3.engine import import_keras
from reference.keras3.recurrent import loops


@dataclass(frozen=True)
class Begun:
    """What came of the first repetitions of a way."""

    first_seconds: float
    """Building, compiling, and these repetitions."""
    losses: list[float]
    """Of every epoch, of which a way may make one of all; none for an inference."""
    numbers: list[Array]
    """The trained weights, or the outputs of the last pass."""
    updates: int = 0
    """As the optimizer counts them; none for an inference."""


@dataclass(frozen=True)
class Task:
    """What every way of one work begins with."""

    work: str

    @cached_property
    def documented(self) -> Documented:
        """The pipeline, in the order of its rows."""
        return Documented(PIPELINES[self.work], stepping=self.work == STEPPING)

    @cached_property
    def data(self) -> tuple[Array, ...]:
        """The rows x and y; for an inference x alone."""
        rows = self.documented.parts[0]
        return (rows[0][:LETTERS],) if self.work == STEPPING else rows

    @property
    def repetitions(self) -> int:
        """Epochs or passes whose numbers are compared."""
        return self.documented.repetitions_compared

    @property
    def pieces(self) -> int:
        """Rows of an epoch, or steps of a pass."""
        return len(self.data[0])

    def spec(self, way: Way) -> ModelSpec:
        """The network of the pipeline, in the precision of the way."""
        return replace(self.documented.documented.spec, precision=way.precision)


class AtWork:
    """A network that does its work in one way, from the documented weights on.

    Raises Unsupported where this Keras does not do what the way asks for.
    """

    def __init__(self, way: Way) -> None:
        self.way, self.task = way, Task(way.work)
        engine = implementation.on(way.path) if way.path else implementation
        self.built = engine.build(self.task.spec(way))
        self.built.set_weights(self.task.documented.weights)
        self.model = self.built.model
        if way.compiled and way.does != "compiled_call":
            self._compile_once_more()

    def repeat(self, count: int) -> list[Any]:
        """So many epochs, whose losses are returned, or passes: the outputs of the last one."""
        found: list[Any] = getattr(self, f"by_{self.way.does}")(count)
        return found

    def by_fit(self, count: int) -> list[Any]:
        x, y = self.task.data
        fitted = self.model.fit(
            x, y, batch_size=self.way.batch_size, epochs=count, shuffle=False, verbose=0
        )
        return [float(one) for one in fitted.history["loss"]]

    def by_fit_in_one_epoch(self, count: int) -> list[Any]:
        """The rows of all epochs one after the other; the loss is the mean over all of them."""
        x, y = (np.concatenate([one] * count) for one in self.task.data)
        fitted = self.model.fit(x, y, batch_size=self.way.batch_size, shuffle=False, verbose=0)
        return [float(one) for one in fitted.history["loss"]]

    def by_train_on_batch(self, count: int) -> list[Any]:
        x, y = self.task.data
        losses = []
        for _ in range(count):
            total = 0.0
            for row in range(len(x)):
                batch = slice(row, row + 1)
                total += self.model.train_on_batch(x[batch], y[batch], return_dict=True)["loss"]
            losses.append(float(total / len(x)))
        return losses

    def by_predict(self, count: int) -> list[Any]:
        predict = self.model.predict
        return self._step_by_step(count, lambda x: predict(x, batch_size=1, verbose=0))

    def by_predict_on_batch(self, count: int) -> list[Any]:
        return self._step_by_step(count, self.model.predict_on_batch)

    def by_call(self, count: int) -> list[Any]:
        numbers = import_keras().ops.convert_to_numpy
        return self._step_by_step(count, lambda x: numbers(self.model(x)))

    def by_compiled_call(self, count: int) -> list[Any]:
        return self._step_by_step(count, *self.compiled_step)

    def _step_by_step(
        self,
        count: int,
        step: Callable[[Array], Any],
        reset: Callable[[], None] | None = None,
    ) -> list[Any]:
        (x,) = self.task.data
        found: list[Any] = []
        for _ in range(count):
            found = [np.asarray(step(x[row : row + 1])) for row in range(len(x))]
            (reset or self.built.reset_states)()
        return found

    def numbers(self, last: list[Any]) -> list[Array]:
        """What is compared."""
        if self.way.work == STEPPING:
            return [np.asarray(one, np.float32) for one in last]
        return self.built.get_weights()

    @property
    def updates(self) -> int:
        """As many as the optimizer has made."""
        if self.way.work == STEPPING:
            return 0
        return int(self.built.model.optimizer.iterations)

    def _compile_once_more(self) -> None:
        """With the loss, the optimizer and the metric of the document, and what the way adds."""
        model = self.model
        told = {"loss": model.loss, "optimizer": model.optimizer, "metrics": ["accuracy"]}
        model.compile(**{**told, **self.way.compiled})
        if self.way.compiled.get("jit_compile") and not model.jit_compile:
            raise Unsupported("Keras does not compile this network as a whole: it says so")

    @cached_property
    def compiled_step(self) -> tuple[Callable[[Array], Any], Callable[[], None]]:
        """One step as a function that the backend has compiled, and what resets its state."""
        model, backend = self.model, self.way.backend
        if backend == "tensorflow":
            import tensorflow as tf

            call = tf.function(
                lambda x: model(x, training=False), jit_compile=self.way.compiled.get("jit_compile")
            )
            return lambda x: call(tf.constant(x, tf.float32)).numpy(), self.built.reset_states
        if backend != "jax":
            raise Unsupported(f"no compiled step is written for {backend}")
        import jax

        keras = import_keras()
        carried = [state for layer in loops(model.layers) for state in layer.states]

        def pure(values: list[Any], x: Any) -> tuple[Any, list[Any]]:
            given = list(zip(carried, values, strict=True))
            with keras.StatelessScope(state_mapping=given) as scope:
                outputs = model(x, training=False)
                return outputs, [scope.get_current_value(state) for state in carried]

        compiled = jax.jit(pure)
        beginning = [state.value for state in carried]
        values = beginning

        def step(x: Array) -> Any:
            nonlocal values
            outputs, values = compiled(values, x)
            return outputs

        def reset() -> None:
            nonlocal values
            values = beginning

        return step, reset


class Keras:
    """The Keras of this process, which does several works by turns.

    Methods raise what Keras raises, and Unsupported.
    """

    def __init__(self) -> None:
        self.keras = import_keras()
        self.working: dict[str, AtWork] = {}

    def versions(self) -> str:
        """Of Keras and of its backend."""
        backend = self.keras.backend.backend()
        below = import_module(backend).__version__
        return f"Keras {self.keras.__version__} on {backend} {below}"

    def begin(self, way: Way) -> Begun:
        """Build the network and do the first repetitions."""
        started = time.perf_counter()
        work = AtWork(way)
        last = work.repeat(work.task.repetitions)
        seconds = time.perf_counter() - started
        self.working[way.name] = work
        losses = [] if way.work == STEPPING else last
        return Begun(seconds, losses, work.numbers(last), work.updates)

    def time(self, way: Way, count: int) -> float:
        """Seconds for so many repetitions more."""
        work = self.working[way.name]
        started = time.perf_counter()
        work.repeat(count)
        return time.perf_counter() - started

    def forget(self, way: Way) -> None:
        """Let the network go."""
        self.working.pop(way.name, None)
        gc.collect()

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request, as plain data."""
        if asked["do"] == "open":
            return {"versions": self.versions()}
        way = Way(**asked["way"])
        if asked["do"] == "begin":
            begun = self.begin(way)
            return {**vars(begun), "numbers": [one.tolist() for one in begun.numbers]}
        if asked["do"] == "time":
            return {"seconds": self.time(way, asked["count"])}
        self.forget(way)
        return {}


def warm() -> None:
    """Do both works once, so that what happens once in a process is in no figure."""
    for way in PLAIN:
        AtWork(way).repeat(1)


def main() -> None:
    """Answer requests until there are no more; what Keras prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    here = Keras()
    warm()
    for line in sys.stdin:
        try:
            answer = here.answer(json.loads(line))
        except Exception as error:
            cannot = isinstance(error, Unsupported)
            answer = {"cannot": str(error) if cannot else f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
