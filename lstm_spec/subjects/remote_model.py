"""A model in another process; ``lstm_spec.contract.Model`` says what its methods do."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from lstm_spec.contract import Array, CallResult, Gradients, History, Metrics, States
from lstm_spec.subjects import answers
from lstm_spec.subjects.process import Child
from lstm_spec.subjects.protocol import SubjectLost, write_array

if TYPE_CHECKING:
    from lstm_spec.subjects.remote import RemoteImplementation

T = TypeVar("T")


class RemoteModel:
    """A model over there; it is lost together with the process that built it."""

    def __init__(
        self,
        implementation: RemoteImplementation,
        child: Child,
        handle: int,
        dtype: str | None = None,
    ) -> None:
        self._implementation, self._child, self._handle = implementation, child, handle
        self._dtype = dtype

    def __del__(self) -> None:
        self._implementation.drop(self._child, self._handle)

    def get_weights(self) -> list[Array]:
        return self._ask("get_weights", answers.weights)

    def set_weights(self, weights: Sequence[Array]) -> None:
        self._ask("set_weights", answers.nothing, weights=[self._numbers(one) for one in weights])

    def call(
        self, x: Array, mask: Array | None = None, initial_state: States | None = None
    ) -> CallResult:
        return self._called("call", x, mask, initial_state)

    def call_in_training(
        self, x: Array, mask: Array | None = None, initial_state: States | None = None
    ) -> CallResult:
        return self._called("call_in_training", x, mask, initial_state)

    def _called(
        self, op: str, x: Array, mask: Array | None, initial_state: States | None
    ) -> CallResult:
        return self._ask(
            op,
            answers.call_result,
            x=self._numbers(x),
            mask=None if mask is None else write_array(mask),
            initial_state=self._states(initial_state),
        )

    def predict(self, x: Array, batch_size: int, **counting: Any) -> Array:
        given = {"x": self._numbers(x), "batch_size": int(batch_size), **self._counting(counting)}
        return self._ask("predict", answers.outputs, **given)

    def predict_on_batch(self, x: Array) -> Array:
        return self._ask("predict_on_batch", answers.outputs, x=self._numbers(x))

    def evaluate(self, x: Array, y: Array, batch_size: int, **counting: Any) -> Metrics:
        given = {"x": self._numbers(x), "y": self._numbers(y), "batch_size": int(batch_size)}
        return self._ask("evaluate", answers.metrics, **given, **self._counting(counting))

    def test_on_batch(self, x: Array, y: Array, **counting: Any) -> Metrics:
        given = {"x": self._numbers(x), "y": self._numbers(y), **self._counting(counting)}
        return self._ask("test_on_batch", answers.metrics, **given)

    def train_on_batch(self, x: Array, y: Array, **counting: Any) -> Metrics:
        given = {"x": self._numbers(x), "y": self._numbers(y), **self._counting(counting)}
        return self._ask("train_on_batch", answers.metrics, **given)

    def gradients(
        self, x: Array, y: Array, initial_state: States | None = None, **counting: Any
    ) -> Gradients:
        return self._ask(
            "gradients",
            answers.gradients,
            x=self._numbers(x),
            y=self._numbers(y),
            initial_state=self._states(initial_state),
            **self._counting(counting),
        )

    def fit(
        self,
        x: Array,
        y: Array,
        *,
        batch_size: int,
        epochs: int,
        shuffle: bool,
        validation_data: tuple[Array, ...] | None = None,
        **counting: Any,
    ) -> History:
        return self._ask(
            "fit",
            answers.history,
            x=self._numbers(x),
            y=self._numbers(y),
            batch_size=int(batch_size),
            epochs=int(epochs),
            shuffle=bool(shuffle),
            validation_data=validation_data and [self._numbers(one) for one in validation_data],
            **self._counting(counting),
        )

    def reset_states(self) -> None:
        self._ask("reset_states", answers.nothing)

    def reset_rows(self, rows: Sequence[int]) -> None:
        self._ask("reset_rows", answers.nothing, rows=[int(row) for row in rows])

    def get_states(self) -> States:
        return self._ask("get_states", answers.states)

    def set_states(self, states: States) -> None:
        self._ask("set_states", answers.nothing, states=self._states(states))

    def save(self, path: Path) -> None:
        self._ask("save", answers.nothing, path=str(path))

    def time(self, repetitions: int, work: Mapping[str, Any] | None = None) -> answers.Timing:
        """How long it takes to repeat the work over there, where no pipe is in between.

        ``work`` says what it is (``docs/contract.md``); later requests repeat the same.
        """
        given = {} if work is None else {"work": self._work(work)}
        return self._ask("time", answers.timing, repetitions=int(repetitions), **given)

    def _work(self, work: Mapping[str, Any]) -> dict[str, Any]:
        parts = [[self._numbers(one) for one in part] for part in work["parts"]]
        return {**work, "parts": parts}

    def clone(self) -> RemoteModel:
        return RemoteModel(
            self._implementation, self._child, self._ask("clone", answers.handle), self._dtype
        )

    def _numbers(self, values: Array) -> dict[str, Any]:
        """The values in the dtype of the description, in which the protocol promises them."""
        with contextlib.suppress(
            TypeError, ValueError
        ):  # what no number type holds is refused below
            values = values if self._dtype is None else np.asarray(values, self._dtype)
        return write_array(values)

    def _counting(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Weights of rows and of classes, and options of fit, as far as they are given."""
        found: dict[str, Any] = {}
        for name, weights in given.items():
            if name == "class_weight" and weights is not None:
                found[name] = {str(one): float(weight) for one, weight in weights.items()}
            elif name == "sample_weight" and weights is not None:
                found[name] = self._numbers(weights)
            elif weights is not None:
                found[name] = weights
        return found

    def _states(self, states: States | None) -> list[list[dict[str, Any]]] | None:
        if states is None:
            return None
        return [[self._numbers(h), self._numbers(c)] for h, c in states]

    def _ask(self, op: str, read: Callable[[answers.Ok], T], **fields: Any) -> T:
        if self._implementation.process is not self._child:
            raise SubjectLost(f"{op} on a model that was lost with the process that built it")
        return self._implementation.ask(op, read, model=self._handle, **fields)
