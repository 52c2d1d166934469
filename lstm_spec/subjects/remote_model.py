"""A model in another process; ``lstm_spec.contract.Model`` says what its methods do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lstm_spec.contract import Array, CallResult, Gradients, History, Metrics, States
from lstm_spec.subjects import answers
from lstm_spec.subjects.process import Child
from lstm_spec.subjects.protocol import SubjectLost, write_array, write_states

if TYPE_CHECKING:
    from lstm_spec.subjects.remote import RemoteImplementation

T = TypeVar("T")


class RemoteModel:
    """A model over there; it is lost together with the process that built it."""

    def __init__(self, implementation: RemoteImplementation, child: Child, handle: int) -> None:
        self._implementation, self._child, self._handle = implementation, child, handle

    def __del__(self) -> None:
        self._implementation.drop(self._child, self._handle)

    def get_weights(self) -> list[Array]:
        return self._ask("get_weights", answers.weights)

    def set_weights(self, weights: Sequence[Array]) -> None:
        self._ask("set_weights", answers.nothing, weights=[write_array(one) for one in weights])

    def call(
        self, x: Array, mask: Array | None = None, initial_state: States | None = None
    ) -> CallResult:
        return self._ask(
            "call",
            answers.call_result,
            x=write_array(x),
            mask=None if mask is None else write_array(mask),
            initial_state=write_states(initial_state),
        )

    def predict(self, x: Array, batch_size: int) -> Array:
        return self._ask("predict", answers.outputs, x=write_array(x), batch_size=int(batch_size))

    def predict_on_batch(self, x: Array) -> Array:
        return self._ask("predict_on_batch", answers.outputs, x=write_array(x))

    def evaluate(self, x: Array, y: Array, batch_size: int) -> Metrics:
        given = {"x": write_array(x), "y": write_array(y), "batch_size": int(batch_size)}
        return self._ask("evaluate", answers.metrics, **given)

    def test_on_batch(self, x: Array, y: Array) -> Metrics:
        return self._ask("test_on_batch", answers.metrics, x=write_array(x), y=write_array(y))

    def train_on_batch(self, x: Array, y: Array) -> Metrics:
        return self._ask("train_on_batch", answers.metrics, x=write_array(x), y=write_array(y))

    def gradients(self, x: Array, y: Array, initial_state: States | None = None) -> Gradients:
        return self._ask(
            "gradients",
            answers.gradients,
            x=write_array(x),
            y=write_array(y),
            initial_state=write_states(initial_state),
        )

    def fit(
        self,
        x: Array,
        y: Array,
        *,
        batch_size: int,
        epochs: int,
        shuffle: bool,
        validation_data: tuple[Array, Array] | None = None,
    ) -> History:
        return self._ask(
            "fit",
            answers.history,
            x=write_array(x),
            y=write_array(y),
            batch_size=int(batch_size),
            epochs=int(epochs),
            shuffle=bool(shuffle),
            validation_data=validation_data and [write_array(one) for one in validation_data],
        )

    def reset_states(self) -> None:
        self._ask("reset_states", answers.nothing)

    def get_states(self) -> States:
        return self._ask("get_states", answers.states)

    def set_states(self, states: States) -> None:
        self._ask("set_states", answers.nothing, states=write_states(states))

    def save(self, path: Path) -> None:
        self._ask("save", answers.nothing, path=str(path))

    def clone(self) -> RemoteModel:
        return RemoteModel(self._implementation, self._child, self._ask("clone", answers.handle))

    def _ask(self, op: str, read: Callable[[answers.Ok], T], **fields: Any) -> T:
        if self._implementation.process is not self._child:
            raise SubjectLost(f"{op} on a model that was lost with the process that built it")
        return self._implementation.ask(op, read, model=self._handle, **fields)
