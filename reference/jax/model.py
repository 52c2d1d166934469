"""A compiled model under the contract: it keeps weights, moments and states; programs do the rest.

What it is given is checked before anything moves, by the same checks as in the NumPy oracle; not a
line of arithmetic is shared with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_spec.contract import Array, CallResult, Gradients, History, Metrics, States
from lstm_spec.model import LSTMState, ModelSpec
from reference.jax.one_thread import jax_on_one_thread
from reference.numpy import checks, storage

jax = jax_on_one_thread()

from reference.jax import programs  # noqa: E402 (jax must be started first)
from reference.jax.descent import rates  # noqa: E402

if TYPE_CHECKING:
    from reference.jax import JaxImplementation

single_update = programs.compiled(programs.update, static_argnums=0)


class JaxModel:
    """One built model; a stateful one carries its states through every method that runs it."""

    def __init__(
        self, spec: ModelSpec, engine: JaxImplementation, weights: Sequence[Array]
    ) -> None:
        self.spec, self.engine = spec, engine
        self.dtype = np.dtype(spec.dtype)
        self.weights: tuple[Any, ...] = ()
        self.updates = 0
        self.moments: Any = tuple(
            tuple(np.zeros(shape, self.dtype) for shape in spec.weight_shapes) for _ in range(2)
        )
        self.shuffler = np.random.default_rng(engine.seed)
        self.set_weights(weights)
        self.reset_states()

    def precision(self) -> AbstractContextManager[Any]:
        """Inside, jax computes in the dtype of the description."""
        context: AbstractContextManager[Any] = jax.enable_x64(self.dtype == np.float64)
        return context

    # Weights and states -------------------------------------------------------------------------

    def get_weights(self) -> list[Array]:
        """Copies, in the order of ``ModelSpec.weight_shapes``."""
        return [np.array(weight) for weight in self.weights]

    def set_weights(self, weights: Sequence[Array]) -> None:
        """Copies the given arrays in; states and optimiser are left alone."""
        given = [np.array(checks.as_array(one, self.dtype, "a weight")) for one in weights]
        checks.check_weights(self.spec, given)
        self.weights = tuple(given)

    def reset_states(self) -> None:
        """Every carried h and c becomes zero."""
        self.starts: tuple[Any, ...] = tuple(
            tuple(np.zeros((self.spec.batch_size or 0, layer.units), self.dtype) for _ in "hc")
            if layer.stateful
            else None
            for layer in self.spec.recurrent_layers
        )

    def get_states(self) -> States:
        """Copies of the states of the directions that carry one."""
        return [
            LSTMState(np.array(start[0]), np.array(start[1]))
            for start in self.starts
            if start is not None
        ]

    def set_states(self, states: States) -> None:
        """Put these in place of what ``get_states`` gives."""
        layers = [layer for layer in self.spec.recurrent_layers if layer.stateful]
        given = self.checked_states(states, "states")
        checks.check_states(given, layers, self.spec.batch_size or 0, "states")
        following = iter(given)
        self.starts = tuple(None if start is None else next(following) for start in self.starts)

    def checked_states(self, states: States, what: str) -> States:
        """Copies of the given states in the model's dtype, as the plain pairs of the programs.

        To jax a named pair is another structure: it would be compiled apart, and the derivative of
        ``equations.recurrence`` has plain ones.
        """
        return [
            (
                checks.as_array(h, self.dtype, f"{what}, h").copy(),
                checks.as_array(c, self.dtype, f"{what}, c").copy(),
            )
            for h, c in states
        ]

    def starting(self, rows: int, initial_state: States | None) -> tuple[Any, ...]:
        """The given states, else the carried ones; None where a direction starts from zero."""
        if initial_state is None:
            return self.starts
        given = self.checked_states(initial_state, "initial_state")
        checks.check_states(given, self.spec.recurrent_layers, rows, "initial_state")
        return tuple(given)

    def carry(self, final: Sequence[Any]) -> None:
        """After every batch the final state of a stateful direction is kept."""
        self.starts = programs.carried(self.spec, self.starts, final)

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
        outputs, final = self.run(x, mask, self.starting(len(x), initial_state))
        return CallResult(outputs, [LSTMState(np.array(h), np.array(c)) for h, c in final])

    def checked_input(self, x: Array, what: str = "x") -> Array:
        """X as numbers of the model's dtype, in the shape that the description asks for."""
        x = checks.as_array(x, self.dtype, what)
        checks.check_input(self.spec, x, what)
        return x

    def run(self, x: Array, mask: Array | None, starts: tuple[Any, ...]) -> tuple[Array, Any]:
        """One batch that has been checked: outputs and final states, which are carried."""
        with self.precision():
            outputs, final = programs.run(self.spec, self.weights, x, mask, starts)
        self.carry(final)
        return np.array(outputs), final

    def predict_on_batch(self, x: Array) -> Array:
        """Outputs for x as one batch."""
        return self.call(x).outputs

    def predict(self, x: Array, batch_size: int) -> Array:
        """Outputs for consecutive batches of ``batch_size`` rows."""
        x = self.checked_input(x)
        checks.check_batches(self.spec, len(x), batch_size)
        return np.concatenate(
            [self.run(x[rows], None, self.starts)[0] for rows in batches(len(x), batch_size)]
        )

    # Measuring ----------------------------------------------------------------------------------

    def checked_pair(self, x: Array, y: Array, of: str = "") -> tuple[Array, Array]:
        """X and y as numbers, y in the shape of the outputs for x."""
        x = self.checked_input(x, f"{of}x")
        y = checks.as_array(y, self.dtype, f"{of}y")
        checks.check_target(self.spec, x, y, f"{of}y")
        return x, y

    def test_on_batch(self, x: Array, y: Array) -> Metrics:
        """Loss and metrics of one batch, without an update."""
        x, y = self.checked_pair(x, y)
        checks.check_batch(self.spec, len(x))
        return self.test(x, y)

    def test(self, x: Array, y: Array) -> Metrics:
        """The metrics of one batch that has been checked."""
        with self.precision():
            figures, final = programs.measure(self.spec, self.weights, x, y, self.starts)
        self.carry(final)
        return {name: float(value) for name, value in figures.items()}

    def evaluate(self, x: Array, y: Array, batch_size: int) -> Metrics:
        """Loss and metrics over consecutive batches, without an update."""
        x, y = self.checked_pair(x, y)
        checks.check_batches(self.spec, len(x), batch_size)
        totals: Metrics = {}
        for rows in batches(len(x), batch_size):
            share = (rows.stop - rows.start) / len(x)
            for name, figure in self.test(x[rows], y[rows]).items():
                totals[name] = totals.get(name, 0.0) + share * figure
        return totals

    def gradients(self, x: Array, y: Array, initial_state: States | None = None) -> Gradients:
        """The loss of one batch and its gradients; weights stay, a carried state is a constant."""
        x, y = self.checked_pair(x, y)
        checks.check_batch(self.spec, len(x))
        starts = self.starting(len(x), initial_state)
        with self.precision():
            loss, (of_weights, of_x), final = programs.differentiate(
                self.spec, self.weights, x, y, starts
            )
        self.carry(final)
        return Gradients(float(loss), [np.array(one) for one in of_weights], np.array(of_x))

    # Training -----------------------------------------------------------------------------------

    def train_on_batch(self, x: Array, y: Array) -> Metrics:
        """One update; the metrics are those before the update."""
        x, y = self.checked_pair(x, y)
        checks.check_batch(self.spec, len(x))
        rate = rates(self.spec.optimizer, self.updates, 1).astype(self.dtype)[0]
        with self.precision():
            learner, figures = single_update(self.spec, self.learner(), rate, x, y)
        self.learned(learner, 1)
        return {name: float(value) for name, value in figures.items()}

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

        All of it is one program. Validation follows every epoch with the same batch size and
        through the same state.
        """
        x, y = self.checked_pair(x, y)
        checks.check_batches(self.spec, len(x), batch_size)
        test = None
        if validation_data is not None:
            test = self.checked_pair(*validation_data, of="validation ")
            checks.check_batches(self.spec, len(test[0]), batch_size, "validation x")
        if epochs < 1:
            raise ValueError(f"epochs must be at least 1, got {epochs}")
        order = self.orders(len(x), epochs) if shuffle else None
        rounds = programs.Rounds(batch_size, shuffle)
        return self.train(rounds, x, y, order, epochs, len(x), test)

    def orders(self, rows: int, epochs: int) -> Array:
        """In which order every epoch takes the rows, (epochs, rows)."""
        drawn = [self.shuffler.permutation(rows) for _ in range(epochs)]
        return np.array(drawn, np.int32)

    def train(
        self,
        rounds: programs.Rounds,
        x: Array,
        y: Array,
        order: Array | None,
        epochs: int,
        rows: int,
        test: tuple[Array, Array] | None = None,
    ) -> History:
        """Run the program of whole epochs; the history, one figure per epoch."""
        rounds = rounds._replace(first=self.updates == 0)
        per_epoch = -(-rows // rounds.batch_size)
        sizes = rates(self.spec.optimizer, self.updates, epochs * per_epoch)
        steps = sizes.astype(self.dtype).reshape(epochs, per_epoch)
        with self.precision():
            learner, figures = programs.epochs(
                self.spec, rounds, self.learner(), programs.EpochData(x, y, order, steps, test)
            )
        self.learned(learner, epochs * per_epoch)
        return {
            name: epoch_means(
                np.asarray(values, np.float64),
                len(test[0]) if test is not None and name.startswith("val_") else rows,
                rounds.batch_size,
            )
            for name, values in figures.items()
        }

    def learner(self) -> programs.Learner:
        """What an update changes."""
        return programs.Learner(self.weights, self.moments, self.starts)

    def learned(self, learner: programs.Learner, updates: int) -> None:
        """Keep what came of ``updates`` more updates."""
        self.weights, self.moments, self.starts = learner
        self.updates += updates

    # Keeping ------------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write description, weights and the optimiser's memory to ``path`` + ".npz"."""
        m, v = (np.concatenate([np.ravel(part) for part in moment]) for moment in self.moments)
        memory = {"t": np.array(self.updates), "m": m, "v": v}
        storage.write(path, self.spec, self.get_weights(), memory)

    def restore(self, memory: Mapping[str, Array]) -> None:
        """Put back the optimiser's memory as ``save`` wrote it."""
        self.updates = int(memory["t"])
        ends = np.cumsum([np.prod(shape) for shape in self.spec.weight_shapes])[:-1]
        self.moments = tuple(
            tuple(
                part.reshape(shape)
                for part, shape in zip(
                    np.split(memory[name], ends), self.spec.weight_shapes, strict=True
                )
            )
            for name in "mv"
        )

    def clone(self) -> JaxModel:
        """The same architecture and weights; states of zero, an optimiser without memory."""
        return JaxModel(self.spec, self.engine, self.get_weights())


def batches(count: int, batch_size: int) -> Iterator[slice]:
    """Consecutive slices of ``batch_size`` rows; the last may be smaller."""
    for start in range(0, count, batch_size):
        yield slice(start, min(start + batch_size, count))


def epoch_means(figures: Array, rows: int, batch_size: int) -> list[float]:
    """Means over (epochs, batches), every batch weighted by its rows."""
    sizes = [batch.stop - batch.start for batch in batches(rows, batch_size)]
    return [float(mean) for mean in np.average(figures, axis=1, weights=sizes)]
