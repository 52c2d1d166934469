"""A model in NumPy: the layers in a row, the carried state, and training as Keras does it.

All weights are views into one flat vector of parameters, all gradients into another, so that an
optimiser works on a whole model at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lstm_spec.contract import Array, CallResult, Gradients, History, Metrics, States
from lstm_spec.model import ModelSpec
from reference.numpy import checks, storage
from reference.numpy.losses import accuracy, share
from reference.numpy.lstm import State

if TYPE_CHECKING:
    from reference.numpy.implementation import NumpyImplementation


class NumpyModel:
    """One built model; what each of its parts is made of, the implementation says."""

    def __init__(self, spec: ModelSpec, engine: NumpyImplementation) -> None:
        checks.check_layers(spec)
        self.spec, self.engine, self.dtype = spec, engine, engine.dtype
        self.parameters = np.zeros(spec.parameter_count, self.dtype)
        self.gradient = np.zeros_like(self.parameters)
        self.weights = self.views(self.parameters)
        self.layers = engine.layers(spec, self.weights, self.views(self.gradient))
        self.last = self.layers[-1]
        self.loss = engine.loss(spec)
        self.optimizer = engine.optimizer(spec, self.parameters)
        self.shuffler = np.random.default_rng(engine.seed)
        self.carrying = [layer.stateful for layer in spec.recurrent_layers]
        self.states: list[State | None] = [None] * len(self.carrying)
        self.reset_states()

    def views(self, flat: Array) -> list[Array]:
        """The flat vector cut into arrays of ``spec.weight_shapes``."""
        views, start = [], 0
        for shape in self.spec.weight_shapes:
            stop = start + int(np.prod(shape))
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
            weight[...] = value

    def reset_states(self) -> None:
        """Every carried h and c becomes zero."""
        for index, layer in enumerate(self.spec.recurrent_layers):
            if self.carrying[index]:
                assert self.spec.batch_size is not None  # ModelSpec sees to it
                self.states[index] = self.zero_state(layer.units, self.spec.batch_size)

    def zero_state(self, units: int, rows: int) -> State:
        """The (h, c) of rows that have seen nothing."""
        return np.zeros((rows, units), self.dtype), np.zeros((rows, units), self.dtype)

    def get_states(self) -> States:
        """Copies of the states of the directions that carry one; none if the model is stateless."""
        return [(state[0].copy(), state[1].copy()) for state in self.states if state is not None]

    def set_states(self, states: States) -> None:
        """Put these in place of what ``get_states`` gives."""
        layers = [layer for layer in self.spec.recurrent_layers if layer.stateful]
        given = self.checked_states(states, "states")
        checks.check_states(given, layers, self.spec.batch_size or 0, "states")
        following = iter(given)
        self.states = [next(following) if carries else None for carries in self.carrying]

    def checked_states(self, states: States, what: str) -> States:
        """Copies of the given states in the engine's dtype."""
        return [
            (
                checks.as_array(h, self.dtype, f"{what}, h").copy(),
                checks.as_array(c, self.dtype, f"{what}, c").copy(),
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
        return CallResult(np.array(outputs), [(h.copy(), c.copy()) for h, c in final])

    def checked_input(self, x: Array, what: str = "x") -> Array:
        """X as numbers of the engine's dtype, in the shape that the description asks for."""
        x = checks.as_array(x, self.dtype, what)
        checks.check_input(self.spec, x, what)
        return x

    def starting_states(self, rows: int, initial_state: States | None = None) -> list[State]:
        """The given states; else the carried ones, and zero for directions that carry none."""
        layers = self.spec.recurrent_layers
        if initial_state is not None:
            given = self.checked_states(initial_state, "initial_state")
            checks.check_states(given, layers, rows, "initial_state")
            return given
        return [
            self.zero_state(layer.units, rows) if state is None else state
            for layer, state in zip(layers, self.states, strict=True)
        ]

    def run(
        self, x: Array, mask: Array | None, starting: list[State]
    ) -> tuple[Array, Array | None, list[State]]:
        """All layers once: outputs, the mask that goes with them, final states; carries them."""
        final: list[State] = []
        for layer in self.layers:
            first = len(final)
            x, mask, ended = layer.forward(x, mask, starting[first : first + layer.directions])
            final += ended
        self.carry(final)
        return x, mask, final

    def carry(self, final: list[State]) -> None:
        """After every batch the final state of slot i is kept for slot i of the next one."""
        for index, carries in enumerate(self.carrying):
            if carries:
                self.states[index] = final[index]

    def predict_on_batch(self, x: Array) -> Array:
        """Outputs for x as one batch."""
        return self.call(x).outputs

    def predict(self, x: Array, batch_size: int) -> Array:
        """Outputs for consecutive batches of ``batch_size`` rows."""
        x = self.checked_input(x)
        checks.check_batches(self.spec, len(x), batch_size)
        outputs = [
            self.run(x[rows], None, self.starting_states(len(x[rows])))[0]
            for rows in self.batches(len(x), batch_size)
        ]
        return np.concatenate(outputs)

    def batches(self, count: int, batch_size: int) -> Iterator[slice]:
        """Consecutive slices of ``batch_size`` rows; the last may be smaller."""
        for start in range(0, count, batch_size):
            yield slice(start, min(start + batch_size, count))

    # Measuring ----------------------------------------------------------------------------------

    def checked_pair(self, x: Array, y: Array, of: str = "") -> tuple[Array, Array]:
        """X and y as numbers, y in the shape of the outputs for x."""
        x = self.checked_input(x, f"{of}x")
        y = checks.as_array(y, self.dtype, f"{of}y")
        checks.check_target(self.spec, x, y, f"{of}y")
        return x, y

    def test_step(self, x: Array, y: Array) -> Metrics:
        """The metrics of one batch that has been checked."""
        outputs, valid, _ = self.run(x, None, self.starting_states(len(x)))
        return self.measure(outputs, y, valid)

    def measure(self, outputs: Array, y: Array, valid: Array | None) -> Metrics:
        """The loss, and for cross-entropy the accuracy, as means over the valid positions."""
        counts = share(outputs, valid)
        metrics = {"loss": self.mean(self.loss.per_position(self.compared(outputs), y), counts)}
        if self.spec.loss == "categorical_crossentropy":
            metrics["accuracy"] = self.mean(accuracy(outputs, y), counts)
        return metrics

    def mean(self, per_position: Array, counts: Array | float) -> float:
        """The sum over positions (...,), each counting its share."""
        if isinstance(counts, float):
            return float(per_position.sum()) * counts
        return float((per_position * counts[..., 0]).sum())

    def compared(self, outputs: Array) -> Array:
        """What the loss reads: the outputs, or what went into the last softmax."""
        if self.loss.on_logits:
            logits: Array = self.last.preactivation  # type: ignore[attr-defined]
            return logits
        return outputs

    def test_on_batch(self, x: Array, y: Array) -> Metrics:
        """Loss and metrics of one batch, without an update."""
        x, y = self.checked_pair(x, y)
        checks.check_batch(self.spec, len(x))
        return self.test_step(x, y)

    def evaluate(self, x: Array, y: Array, batch_size: int) -> Metrics:
        """Loss and metrics over consecutive batches, without an update."""
        x, y = self.checked_pair(x, y)
        checks.check_batches(self.spec, len(x), batch_size)
        return self.over_batches(self.test_step, x, y, batch_size)

    def over_batches(
        self, step: Callable[[Array, Array], Metrics], x: Array, y: Array, batch_size: int
    ) -> Metrics:
        """The means of the metrics of consecutive batches, weighted by their rows."""
        totals: Metrics = {}
        for rows in self.batches(len(x), batch_size):
            weight = (rows.stop - rows.start) / len(x)
            for name, figure in step(x[rows], y[rows]).items():
                totals[name] = totals.get(name, 0.0) + weight * figure
        return totals

    # Training -----------------------------------------------------------------------------------

    def differentiate(
        self, x: Array, y: Array, starting: list[State], wants_dx: bool
    ) -> tuple[Metrics, Array | None]:
        """Metrics of one batch; the gradients of the weights are left in ``self.gradient``."""
        outputs, valid, _ = self.run(x, None, starting)
        metrics = self.measure(outputs, y, valid)
        compared = self.compared(outputs)
        d: Array | None = self.loss.gradient(compared, y) * share(compared, valid)
        self.gradient.fill(0)
        for index in range(len(self.layers) - 1, -1, -1):
            layer, wanted = self.layers[index], wants_dx or index > 0
            assert d is not None  # every layer but the first is asked for it
            if self.loss.on_logits and layer is self.last:
                d = layer.backward_from_preactivation(d, wanted)  # type: ignore[attr-defined]
            else:
                d = layer.backward(d, wanted)
        return metrics, d

    def gradients(self, x: Array, y: Array, initial_state: States | None = None) -> Gradients:
        """The loss of one batch and its gradients; weights stay, a carried state is a constant."""
        x, y = self.checked_pair(x, y)
        checks.check_batch(self.spec, len(x))
        starting = self.starting_states(len(x), initial_state)
        metrics, d_x = self.differentiate(x, y, starting, wants_dx=True)
        assert d_x is not None
        copies = [gradient.copy() for gradient in self.views(self.gradient)]
        return Gradients(metrics["loss"], copies, d_x)

    def train_step(self, x: Array, y: Array) -> Metrics:
        """One update from a batch that has been checked; the metrics are those before it."""
        metrics, _ = self.differentiate(x, y, self.starting_states(len(x)), wants_dx=False)
        self.update()
        return metrics

    def update(self) -> None:
        """The optimiser moves the parameters."""
        self.optimizer.update(self.parameters, self.gradient)

    def train_on_batch(self, x: Array, y: Array) -> Metrics:
        """One update; the metrics are those before the update."""
        x, y = self.checked_pair(x, y)
        checks.check_batch(self.spec, len(x))
        return self.train_step(x, y)

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
        """``epochs`` passes over consecutive batches, rows permuted first with ``shuffle``.

        Validation follows every epoch with the same batch size and through the same state.
        """
        x, y = self.checked_pair(x, y)
        checks.check_batches(self.spec, len(x), batch_size)
        validation = None
        if validation_data is not None:
            validation = self.checked_pair(*validation_data, of="validation ")
            checks.check_batches(self.spec, len(validation[0]), batch_size, "validation x")
        if epochs < 1:
            raise ValueError(f"epochs must be at least 1, got {epochs}")
        history: History = {}
        for _ in range(epochs):
            order = self.order(len(x), shuffle)
            figures = self.over_batches(self.train_step, x[order], y[order], batch_size)
            if validation is not None:
                figures |= self.validate(*validation, batch_size)
            for name, figure in figures.items():
                history.setdefault(name, []).append(figure)
        return history

    def order(self, count: int, shuffle: bool) -> Array:
        """In which order an epoch takes the rows."""
        return self.shuffler.permutation(count) if shuffle else np.arange(count)

    def validate(self, x: Array, y: Array, batch_size: int) -> Metrics:
        """The figures of the validation rows, which run through the same state."""
        figures = self.over_batches(self.test_step, x, y, batch_size)
        return {f"val_{name}": figure for name, figure in figures.items()}

    # Keeping ------------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write description, weights and the optimiser's memory to ``path`` + ".npz"."""
        storage.write(path, self.spec, self.weights, self.optimizer.memory())

    def clone(self) -> NumpyModel:
        """The same architecture and weights; states of zero, an optimiser without memory."""
        twin = type(self)(self.spec, self.engine)
        twin.set_weights(self.weights)
        return twin
