"""A NumPy model that measures and trains as Keras does: batches, epochs, validation, shuffle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_spec.contract import Array, Gradients, History, Metrics, States
from lstm_spec.model import LSTMState, ModelSpec, loss_facts, meant
from lstm_spec.model.fit_events import FitEvent
from lstm_spec.model.fit_options import check_options
from lstm_spec.model.training import refuse_training
from reference.numpy import checks, storage
from reference.numpy.fitting import EarlyStopping
from reference.numpy.fused import FusedUpdates, serves
from reference.numpy.layers import loops_of
from reference.numpy.losses import accuracy_of, reduced, share
from reference.numpy.lstm import State
from reference.numpy.running import RunningModel
from reference.numpy.weighting import weighted, weights_of

if TYPE_CHECKING:
    from reference.numpy.implementation import NumpyImplementation


class NumpyModel(RunningModel):
    """One built model; what each of its parts is made of, the implementation says."""

    def __init__(self, spec: ModelSpec, engine: NumpyImplementation) -> None:
        super().__init__(spec, engine)
        self.last = self.layers[-1]
        self.loss = engine.loss(spec)
        self.optimizer = engine.optimizer(spec, self.parameters)
        loops = [loop for layer in self.layers for loop in loops_of(layer)]
        gradients = self.views(self.gradient)
        self.rules = engine.rules_class(spec, self.weights, gradients, loops)
        self.shuffler = np.random.default_rng(engine.seed)
        short = engine.fuses and serves(spec) and engine.is_unaltered(self)
        self.fused = FusedUpdates(spec, self.parameters, self.gradient) if short else None
        self.reset_at: FitEvent | None = None

    # Measuring ----------------------------------------------------------------------------------

    def checked_pair(self, x: Array, y: Array, of: str = "", *weights: Any) -> tuple[Array, Array]:
        """X and y as numbers, y in the shape of the outputs for x; it carries weights, if any."""
        x = self.checked_input(x, f"{of}x")
        y = checks.as_array(y, self.dtype, f"{of}y")
        checks.check_target(self.spec, x, y, f"{of}y")
        checks.check_kind_of_target(self.spec, y, f"{of}y")
        return x, weighted(self.spec, y, *weights)

    def test_step(self, x: Array, y: Array) -> Metrics:
        """The metrics of one batch that has been checked."""
        outputs, valid, _ = self.run(x, None, self.starting_states(len(x)))
        return self.measure(outputs, y, valid)

    def measure(self, outputs: Array, y: Array, valid: Array | None) -> Metrics:
        """The loss, and for cross-entropy the accuracy, as means over the valid positions.

        Weights multiply the losses; they are no part of the accuracy, nor of what is divided by.
        """
        counts, asked = share(outputs, valid), share(outputs, self.asked(y, valid))
        losses = self.loss.per_position(self.compared(outputs), y)
        metrics = {"loss": self.mean(losses, self.weighed(asked, y)) + self.rules.penalty()}
        if loss_facts(self.spec.loss).accuracy:
            metrics["accuracy"] = self.mean(accuracy_of(self.spec, outputs, y), counts)
        return metrics

    def asked(self, y: Array, valid: Array | None) -> Array | None:
        """The valid positions without those whose label is to be ignored."""
        ignored = getattr(meant(self.spec.loss), "ignore_class", None)
        if ignored is None:
            return valid
        asked: Array = np.asarray(y != ignored)
        return asked if valid is None else asked & valid

    def weighed(self, counts: Array | float, y: Array) -> Array | float:
        """What each position counts in the loss: its share times its weight, in a mean."""
        weights = weights_of(y)
        shares = counts if weights is None else counts * weights[..., None]
        return reduced(self.spec.reduction, counts, shares)

    def mean(self, per_position: Array, counts: Array | float) -> float:
        """The sum over positions (...,), each counting its share."""
        if isinstance(counts, float):
            return float(np.add.reduce(per_position, axis=None)) * counts
        return float((per_position * counts[..., 0]).sum())

    def compared(self, outputs: Array) -> Array:
        """What the loss reads: the outputs, or what went into the last softmax."""
        if self.loss.on_logits:
            logits: Array = self.last.preactivation  # type: ignore[attr-defined]
            return logits
        return outputs

    def test_on_batch(self, x: Array, y: Array, sample_weight: Array | None = None) -> Metrics:
        """Loss and metrics of one batch, without an update."""
        x, y = self.checked_pair(x, y, "", sample_weight)
        checks.check_batch(self.spec, len(x))
        return self.test_step(x, y)

    def evaluate(
        self,
        x: Array,
        y: Array,
        batch_size: int,
        sample_weight: Array | None = None,
        steps: int | None = None,
    ) -> Metrics:
        """Loss and metrics over consecutive batches, or the first ``steps``, without an update."""
        x, y = self.checked_pair(x, y, "", sample_weight)
        checks.check_batches(self.spec, len(x), batch_size)
        rows = self.of_steps(steps, batch_size)
        return self.over_batches(self.test_step, x[rows], y[rows], batch_size)

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

    def differentiate(self, x: Array, y: Array, starting: list[State]) -> tuple[Metrics, Array]:
        """Metrics of one batch, and the gradient of x; those of the weights: ``self.gradient``."""
        with self.dropping(len(x)), self.rounding.used(self.parameters):
            return self.there_and_back(x, y, starting)

    def there_and_back(self, x: Array, y: Array, starting: list[State]) -> tuple[Metrics, Array]:
        """The same with whatever masks the layers have."""
        outputs, valid, _ = self.run(x, None, starting)
        metrics = self.measure(outputs, y, valid)
        compared = self.compared(outputs)
        d: Array = np.asarray(self.loss.gradient(compared, y))
        d = d * self.weighed(share(compared, self.asked(y, valid)), y)
        self.gradient.fill(0)
        self.rules.before_the_way_back()
        for layer in reversed(self.layers):
            if self.loss.on_logits and layer is self.last:
                d = layer.backward_from_preactivation(d)  # type: ignore[attr-defined]
            else:
                d = layer.backward(d)
        self.rules.after_the_way_back()
        return metrics, d

    def gradients(
        self,
        x: Array,
        y: Array,
        initial_state: States | None = None,
        sample_weight: Array | None = None,
    ) -> Gradients:
        """The loss of one batch and its gradients; weights stay, a carried state is a constant."""
        refuse_training(self.spec, self.engine.name, draws=True)
        x, y = self.checked_pair(x, y, "", sample_weight)
        checks.check_batch(self.spec, len(x))
        starting = self.starting_states(len(x), initial_state)
        metrics, d_x = self.differentiate(x, y, starting)
        copies = [gradient.copy() for gradient in self.views(self.gradient)]
        return Gradients(metrics["loss"], copies, d_x, self.d_states(initial_state))

    def d_states(self, initial_state: States | None) -> States | None:
        """The gradient of the given state, direction by direction; None without one."""
        if initial_state is None:
            return None
        loops = [loop for layer in self.layers for loop in loops_of(layer)]
        return [LSTMState(*loop.d_start) for loop in loops]

    def train_step(self, x: Array, y: Array) -> Metrics:
        """One update from a batch that has been checked; the metrics are those before it."""
        if self.fused is not None and weights_of(y) is None:
            metrics, ended = self.fused.differentiate(x, y, self.states[0])
            self.carry([ended.final_state()])
        else:
            metrics, _ = self.differentiate(x, y, self.starting_states(len(x)))
        self.update()
        return metrics

    def update(self) -> None:
        """The optimiser moves the parameters, which then obey their constraints."""
        kept = self.rules.kept()
        self.optimizer.update(self.parameters, self.gradient)
        self.rules.after_an_update(kept)
        self.parameters[...] = self.rounding.weight(self.parameters)

    def finish(self) -> None:
        """The end of a fit: the optimiser may put averages in place of the weights."""
        kept = self.rules.kept()
        self.optimizer.finish(self.parameters)
        self.rules.put_back(kept)

    def train_on_batch(
        self,
        x: Array,
        y: Array,
        sample_weight: Array | None = None,
        class_weight: Mapping[int, float] | None = None,
    ) -> Metrics:
        """One update; the metrics are those before the update."""
        refuse_training(self.spec, self.engine.name, draws=True)
        x, y = self.checked_pair(x, y, "", sample_weight, class_weight)
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
        validation_data: tuple[Array, ...] | None = None,
        sample_weight: Array | None = None,
        class_weight: Mapping[int, float] | None = None,
        **options: Any,
    ) -> History:
        """``epochs`` passes over consecutive batches, rows permuted first with ``shuffle``.

        Validation follows every epoch, through the same state. ``options`` are those of
        ``FitOptions``.
        """
        refuse_training(self.spec, self.engine.name, draws=True)
        check_options({"epochs": epochs})
        asked = self.engine.fit_options_class(**options)
        if asked.validation_split and validation_data is None:
            parts: Any = asked.parted([x, y, sample_weight])
            (x, y, sample_weight), validation_data = parts
        x, y = self.checked_pair(x, y, "", sample_weight, class_weight)
        checks.check_batches(self.spec, len(x), batch_size)
        validation, size = None, asked.validation_batch_size or batch_size
        if validation_data is not None:
            of_x, of_y, *weights = validation_data
            validation = self.checked_pair(of_x, of_y, "validation ", *weights)
            checks.check_batches(self.spec, len(validation[0]), size, "validation x")
            held = self.of_steps(asked.validation_steps, size)
            validation = validation[0][held], validation[1][held]
        history: History = {}
        self.reset_at = asked.reset_at
        self.happens("training begin")
        orders = (self.order(len(x), shuffle) for _ in range(epochs))
        portions = asked.portions(orders, batch_size)
        stopping = EarlyStopping(asked.patience)
        for epoch in range(asked.initial_epoch, epochs):
            rows = next(portions)
            self.happens("epoch begin")
            figures = self.over_batches(self.trained_between, x[rows], y[rows], batch_size)
            if validation is not None and asked.validates_after(epoch):
                self.happens("validation begin")
                figures |= self.validate(*validation, size)
                self.happens("validation end")
            for name, figure in figures.items():
                history.setdefault(name, []).append(figure)
            self.happens("epoch end")
            if stopping.stops(figures, self.get_weights()):
                break
        self.finish()
        if stopping.weights:
            self.set_weights(stopping.weights)
        self.happens("training end")
        return history

    def happens(self, event: FitEvent) -> None:
        """Where a callback may reset the states."""
        if event == self.reset_at:
            self.reset_states()

    def trained_between(self, x: Array, y: Array) -> Metrics:
        """An update between the events of its batch."""
        self.happens("batch begin")
        figures = self.train_step(x, y)
        self.happens("batch end")
        return figures

    def tested_between(self, x: Array, y: Array) -> Metrics:
        """The measuring of a batch of the validation between its events."""
        self.happens("validation batch begin")
        figures = self.test_step(x, y)
        self.happens("validation batch end")
        return figures

    def order(self, count: int, shuffle: bool) -> Array:
        """In which order an epoch takes the rows."""
        return self.shuffler.permutation(count) if shuffle else np.arange(count)

    def validate(self, x: Array, y: Array, batch_size: int) -> Metrics:
        """The figures of the validation rows, which run through the same state."""
        figures = self.over_batches(self.tested_between, x, y, batch_size)
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
