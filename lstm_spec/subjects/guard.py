"""Between a check and a subject: what comes back has the form of the contract.

Only the form is judged here (arrays of numbers, pairs of states, finite losses in a dict). Whether
the numbers and their shapes are right is for the clauses to say.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lstm_spec.contract import (
    Array,
    CallResult,
    Capability,
    Gradients,
    History,
    LSTMState,
    Metrics,
    Model,
    States,
    build,
)
from lstm_spec.evidence import BrokenAdapter
from lstm_spec.model import ModelSpec


def array(value: Any, what: str) -> Array:
    """The value as an independent array of real numbers."""
    try:
        made = np.array(value)
    except Exception as error:
        raise BrokenAdapter(f"{what} is no array: {error}") from error
    if made.dtype.kind not in "fiub":
        raise BrokenAdapter(f"{what} has dtype {made.dtype}, expected real numbers")
    return made


def states(value: Any, what: str) -> States:
    """The value as a list of (h, c)."""
    try:
        pairs = [LSTMState(array(h, f"{what}, h"), array(c, f"{what}, c")) for h, c in value]
    except (TypeError, ValueError) as error:
        raise BrokenAdapter(f"{what} is no list of pairs (h, c): {error}") from error
    for h, c in pairs:
        if h.ndim != 2 or c.ndim != 2:
            raise BrokenAdapter(
                f"{what}: h and c must be (batch, units), got shapes {h.shape} and {c.shape}"
            )
    return pairs


def metrics(value: Any, what: str) -> Metrics:
    """The value as a dict of floats with a loss."""
    if not isinstance(value, dict) or "loss" not in value:
        raise BrokenAdapter(f"{what} must return a dict with 'loss', got {value!r:.80}")
    return {str(name): float(figure) for name, figure in value.items()}


class Once:
    """Whatever is asked comes back once, in the process that asked.

    A subject may start a copy of this process (``fork``), but a copy that returns from the subject
    would judge, too: it ends here.
    """

    def __init__(self, asked: Any) -> None:
        self._asked, self._process = asked, os.getpid()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._asked, name)
        if not callable(found):
            return found

        def ask(*arguments: Any, **named: Any) -> Any:
            try:
                return found(*arguments, **named)
            finally:
                if os.getpid() != self._process:
                    os._exit(0)

        return ask


class GuardedModel:
    """A model whose results have been brought into the form of the contract."""

    def __init__(self, model: Model, spec: ModelSpec | None, states_can_be_read: bool) -> None:
        self._model, self._asked, self._spec = model, Once(model), spec
        self.states_can_be_read = states_can_be_read

    def __getattr__(self, name: str) -> Any:
        method: Callable[..., Any] = getattr(self._asked, name)
        return method

    def get_weights(self) -> list[Array]:
        return [array(weight, "get_weights") for weight in self._asked.get_weights()]

    def set_weights(self, weights: Sequence[Array]) -> None:
        dtype = self._spec.dtype if self._spec else None
        self._asked.set_weights([np.array(weight, dtype) for weight in weights])

    def call(
        self, x: Array, mask: Array | None = None, initial_state: States | None = None
    ) -> CallResult:
        return self._called("call", x, mask, initial_state)

    def call_in_training(
        self, x: Array, mask: Array | None = None, initial_state: States | None = None
    ) -> CallResult:
        return self._called("call_in_training", x, mask, initial_state)

    def _called(
        self, how: str, x: Array, mask: Array | None, initial_state: States | None
    ) -> CallResult:
        if mask is not None and not mask.flags.writeable:
            mask = mask.copy()  # a constant of the suite: other checks use it as well
        result = getattr(self._asked, how)(x, mask=mask, initial_state=initial_state)
        try:
            outputs, final = result
        except (TypeError, ValueError) as error:
            raise BrokenAdapter(f"{how} must return (outputs, states or None)") from error
        return CallResult(self._outputs(outputs, how), final and states(final, "final state"))

    def predict(self, x: Array, batch_size: int, **how: Any) -> Array:
        return self._outputs(self._asked.predict(x, batch_size, **how), "predict")

    def predict_on_batch(self, x: Array) -> Array:
        return self._outputs(self._asked.predict_on_batch(x), "predict_on_batch")

    def evaluate(self, x: Array, y: Array, batch_size: int, **counting: Any) -> Metrics:
        return metrics(self._asked.evaluate(x, y, batch_size, **counting), "evaluate")

    def test_on_batch(self, x: Array, y: Array, **counting: Any) -> Metrics:
        return metrics(self._asked.test_on_batch(x, y, **counting), "test_on_batch")

    def train_on_batch(self, x: Array, y: Array, **counting: Any) -> Metrics:
        return metrics(self._asked.train_on_batch(x, y, **counting), "train_on_batch")

    def gradients(
        self, x: Array, y: Array, initial_state: States | None = None, **counting: Any
    ) -> Gradients:
        result = self._asked.gradients(x, y, initial_state=initial_state, **counting)
        loss, weights, inputs, *more = result
        start = more[0] if more else None
        return Gradients(
            float(loss),
            [array(weight, "gradients") for weight in weights],
            array(inputs, "gradient with respect to x"),
            start and states(start, "gradient with respect to the initial state"),
        )

    def fit(self, x: Array, y: Array, **how: Any) -> History:
        history = self._asked.fit(x, y, **how)
        if not isinstance(history, dict) or "loss" not in history:
            raise BrokenAdapter(f"fit must return a dict with 'loss', got {history!r:.80}")
        return {name: [float(figure) for figure in series] for name, series in history.items()}

    def get_states(self) -> States:
        return states(self._asked.get_states(), "get_states")

    def clone(self) -> GuardedModel:
        return GuardedModel(self._asked.clone(), self._spec, self.states_can_be_read)

    def _outputs(self, value: Any, what: str) -> Array:
        made = array(value, f"{what}: outputs")
        expected = self._spec.output_shape(1, 1) if self._spec else made.shape
        if made.ndim != len(expected):
            raise BrokenAdapter(
                f"{what} returned outputs of shape {made.shape}, expected {len(expected)} axes"
            )
        return made


class Guarded:
    """An implementation whose models are guarded; everything else is the implementation's own."""

    def __init__(self, implementation: Any) -> None:
        self._implementation, self._asked = implementation, Once(implementation)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._implementation, name)

    def build(self, model: ModelSpec) -> GuardedModel:
        return GuardedModel(build(self._asked, model), model, self._states_can_be_read)

    def load(self, path: Any) -> GuardedModel:
        return GuardedModel(self._asked.load(path), None, self._states_can_be_read)

    def on(self, path: str) -> Guarded:
        return Guarded(self._asked.on(path))

    @property
    def _states_can_be_read(self) -> bool:
        return Capability.STATE_ACCESS in self._implementation.capabilities


def unguarded(model: Model) -> Model:
    """The subject's own model: for clauses that ask whether its arrays are shared or copied.

    The guard copies whatever passes, so behind it a shared array could not be noticed.
    """
    return model._model if isinstance(model, GuardedModel) else model
