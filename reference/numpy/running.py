"""The layers in a row, their weights, and the states that are carried from batch to batch.

All weights are views into one flat vector of parameters, all gradients into another, so that an
optimiser works on a whole model at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from lstm_spec.contract import Array, CallResult, States
from lstm_spec.model import LSTM, LSTMState, ModelSpec
from lstm_spec.model.fit_options import check_options
from lstm_spec.model.training import draws_masks
from reference.numpy import checks
from reference.numpy.layers import drawing_in
from reference.numpy.lstm import State

if TYPE_CHECKING:
    from reference.numpy.implementation import NumpyImplementation


class RunningModel:
    """What a model does without a loss: it holds weights and states, and runs."""

    def __init__(self, spec: ModelSpec, engine: NumpyImplementation) -> None:
        self.spec, self.engine, self.dtype = spec, engine, engine.dtype
        self.rounding = engine.rounding_class(spec.precision)
        self.parameters = np.zeros(spec.parameter_count, self.dtype)
        self.gradient = np.zeros_like(self.parameters)
        self.weights = self.views(self.parameters)
        self.layers = engine.layers(spec, self.weights, self.views(self.gradient))
        self.draws = draws_masks(spec)
        self.carrying = [layer.stateful for layer in spec.recurrent_layers]
        self.states: list[State | None] = [None] * len(self.carrying)
        self.reset_states()

    def views(self, flat: Array) -> list[Array]:
        """The flat vector cut into arrays of ``spec.weight_shapes``."""
        views, start = [], 0
        for shape in self.spec.weight_shapes:
            stop = start + math.prod(shape)
            views.append(flat[start:stop].reshape(shape))
            start = stop
        return views

    # Weights and states -------------------------------------------------------------------------

    def get_weights(self) -> list[Array]:
        """Copies, in the order of ``ModelSpec.weight_shapes``."""
        return [weight.copy() for weight in self.weights]

    def set_weights(self, weights: Sequence[Array]) -> None:
        """Copies the given arrays in; states and optimiser are left alone."""
        given = [checks.as_array(weight, self.dtype, "a weight") for weight in weights]
        checks.check_weights(self.spec, given)
        for weight, value in zip(self.weights, given, strict=True):
            weight[...] = self.rounding.weight(value)

    def reset_states(self) -> None:
        """Every carried h and c becomes zero."""
        for index, layer in enumerate(self.spec.recurrent_layers):
            if self.carrying[index]:
                assert self.spec.batch_size is not None  # ModelSpec sees to it
                self.states[index] = self.zero_state(layer, self.spec.batch_size)

    def reset_rows(self, rows: Sequence[int]) -> None:
        """The carried h and c of these rows become zero; ValueError for a row that is not there."""
        chosen = [int(row) for row in rows]
        for row in chosen:
            if not 0 <= row < (self.spec.batch_size or 0):
                raise ValueError(f"there is no row {row} in a batch of {self.spec.batch_size}")
        for index, state in enumerate(self.states):
            if state is not None:
                self.states[index] = self.without_rows(state, chosen)

    def without_rows(self, state: State, rows: Sequence[int]) -> State:
        """A copy of a state in which these rows are zero."""
        h, c = state[0].copy(), state[1].copy()
        h[rows], c[rows] = 0, 0
        return LSTMState(h, c)

    def zero_state(self, layer: LSTM, rows: int) -> State:
        """The (h, c) of rows that have seen nothing."""
        h, c = (np.zeros(shape, self.dtype) for shape in layer.state_shapes(rows))
        return LSTMState(h, c)

    def get_states(self) -> States:
        """Copies of the states of the directions that carry one; none if the model is stateless."""
        return [
            LSTMState(state[0].copy(), state[1].copy())
            for state in self.states
            if state is not None
        ]

    def set_states(self, states: States) -> None:
        """Put these in place of what ``get_states`` gives."""
        layers = [layer for layer in self.spec.recurrent_layers if layer.stateful]
        given = self.checked_states(states, "states")
        checks.check_states(given, layers, self.spec.batch_size or 0, "states")
        following = iter(given)
        self.states = [next(following) if carries else None for carries in self.carrying]

    def checked_states(self, states: States, what: str) -> list[State]:
        """Copies of the given states in the engine's dtype."""
        return [
            LSTMState(
                self.rounding.number(checks.as_array(h, self.dtype, f"{what}, h").copy()),
                self.rounding.number(checks.as_array(c, self.dtype, f"{what}, c").copy()),
            )
            for h, c in states
        ]

    # Running ------------------------------------------------------------------------------------

    def call(
        self, x: Array, mask: Array | None = None, initial_state: States | None = None
    ) -> CallResult:
        """Run x (batch, time, features) once; mask (batch, time) is True at valid steps."""
        x = self.checked_input(x)
        checks.check_batch(self.spec, len(x))
        if mask is not None:
            mask = np.asarray(mask)
            checks.check_mask(x, mask)
        starting = self.starting_states(len(x), initial_state)
        outputs, _, final = self.run(x, mask, starting)
        return CallResult(np.array(outputs), [LSTMState(h.copy(), c.copy()) for h, c in final])

    def call_in_training(
        self, x: Array, mask: Array | None = None, initial_state: States | None = None
    ) -> CallResult:
        """The same with masks of dropout, drawn anew."""
        with self.dropping(len(x)):
            return self.call(x, mask, initial_state)

    @contextmanager
    def dropping(self, rows: int) -> Iterator[None]:
        """Inside, the layers have masks of dropout for one pass over so many rows."""
        drawing = [one for layer in self.layers for one in drawing_in(layer)] if self.draws else []
        for one in drawing:
            one.draw_masks(rows)
        try:
            yield
        finally:
            for one in drawing:
                one.drop_nothing()

    def checked_input(self, x: Array, what: str = "x") -> Array:
        """X as numbers of the engine's dtype, in the shape that the description asks for."""
        x = checks.as_array(x, self.dtype, what)
        checks.check_input(self.spec, x, what)
        return self.rounding.number(x)

    def starting_states(self, rows: int, initial_state: States | None = None) -> list[State]:
        """The given states; else the carried ones, and zero for directions that carry none."""
        layers = self.spec.recurrent_layers
        if initial_state is not None:
            given = self.checked_states(initial_state, "initial_state")
            checks.check_states(given, layers, rows, "initial_state")
            return given
        return [
            self.zero_state(layer, rows) if state is None else state
            for layer, state in zip(layers, self.states, strict=True)
        ]

    def run(
        self, x: Array, mask: Array | None, starting: list[State]
    ) -> tuple[Array, Array | None, list[State]]:
        """All layers once: outputs, the mask that goes with them, final states; carries them."""
        final: list[State] = []
        with self.rounding.used(self.parameters):
            for layer in self.layers:
                x, mask, ended = layer.forward(x, mask, starting[len(final) :])
                final += ended
        self.carry(final)
        return self.rounding.number(x), mask, final

    def carry(self, final: list[State]) -> None:
        """After every batch the final state of slot i is kept for slot i of the next one."""
        for index, carries in enumerate(self.carrying):
            if carries:
                self.states[index] = final[index]

    def predict_on_batch(self, x: Array) -> Array:
        """Outputs for x as one batch."""
        return self.call(x).outputs

    def predict(self, x: Array, batch_size: int, steps: int | None = None) -> Array:
        """Outputs for consecutive batches of ``batch_size`` rows, or for the first ``steps``."""
        x = self.checked_input(x)
        checks.check_batches(self.spec, len(x), batch_size)
        x = x[self.of_steps(steps, batch_size)]
        outputs = [
            self.run(x[rows], None, self.starting_states(len(x[rows])))[0]
            for rows in self.batches(len(x), batch_size)
        ]
        return np.concatenate(outputs)

    def of_steps(self, steps: int | None, batch_size: int) -> slice:
        """The rows of the first ``steps`` batches, or all rows."""
        check_options({"steps": steps})
        return slice(None if steps is None else steps * batch_size)

    def batches(self, count: int, batch_size: int) -> Iterator[slice]:
        """Consecutive slices of ``batch_size`` rows; the last may be smaller."""
        for start in range(0, count, batch_size):
            yield slice(start, min(start + batch_size, count))
