"""A model in plain Python: batches, carried states and training, row by row."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lstm_spec.contract import Array, CallResult, Gradients, History, Metrics, States
from lstm_spec.model import ModelSpec, loss_facts
from lstm_spec.model.fit_options import check_options
from lstm_spec.model.json_form import to_json
from lstm_spec.model.training import refuse_training
from reference.scalar import fitting, lists_and_arrays, losses, optimizers, rules
from reference.scalar.calculus import Number, Value, differentiate, mean, number_of
from reference.scalar.dropout import NOTHING, Thrown
from reference.scalar.equations import State, prepare, run
from reference.scalar.lists_and_arrays import Nested, RowStates
from reference.scalar.rounding import kept, rounded
from reference.scalar.row import Row
from reference.scalar.weighting import weighed


class ScalarModel:
    """Weights as nested lists; the carried states of every row of the batch."""

    def __init__(self, spec: ModelSpec, weights: Sequence[Array]) -> None:
        spec.forms()  # refuses a layer that cannot read what it is given
        self.spec = spec
        self.weights = kept(spec, lists_and_arrays.weight_lists(spec, weights))
        self.optimizer = optimizers.optimizer(spec)
        self.shuffler = random.Random(0)
        self.logarithms = losses.reads_logarithms(spec)
        self.dice = Thrown.of(spec)
        self.reset_states()

    # Weights and states -------------------------------------------------------------------------

    def get_weights(self) -> list[Array]:
        """Copies, in the order of ``ModelSpec.weight_shapes``."""
        return [lists_and_arrays.array(weight) for weight in self.weights]

    def set_weights(self, weights: Sequence[Array]) -> None:
        """Copies the given arrays in; states and optimiser are left alone."""
        self.weights = kept(self.spec, lists_and_arrays.weight_lists(self.spec, weights))

    def reset_states(self) -> None:
        """Every carried h and c becomes zero."""
        self.carried = self.zero_states(self.spec.batch_size or 0)

    def reset_rows(self, rows: Sequence[int]) -> None:
        """The carried h and c of these rows become zero."""
        for row in rows:
            count = len(self.carried)
            lists_and_arrays.refuse(not 0 <= row < count, f"there is no row {row} of {count}")
        for row in rows:
            self.carried[row] = self.zero_states(1)[0]

    def zero_states(self, rows: int) -> RowStates:
        """Zero for every row and direction."""
        layers = self.spec.recurrent_layers
        return [
            [([0.0] * layer.width, [0.0] * layer.units) for layer in layers] for _ in range(rows)
        ]

    def get_states(self) -> States:
        """Copies of the states of the directions that carry one; none if the model is stateless."""
        if not self.spec.stateful:
            return []
        everything = lists_and_arrays.state_arrays(self.carried)
        layers = self.spec.recurrent_layers
        return [pair for pair, layer in zip(everything, layers, strict=True) if layer.stateful]

    def set_states(self, states: States) -> None:
        """Put these in place of what ``get_states`` gives."""
        layers = self.spec.recurrent_layers
        stateful = [layer for layer in layers if layer.stateful]
        rows = self.spec.batch_size or 0
        given = lists_and_arrays.state_rows(stateful, rows, states, "states")
        where = [index for index, layer in enumerate(layers) if layer.stateful]
        for row, pairs in enumerate(given):
            for index, pair in zip(where, pairs, strict=True):
                self.carried[row][index] = tuple(rounded(self.spec, list(pair)))

    # Running ------------------------------------------------------------------------------------

    def starting(self, rows: int, initial_state: States | None = None) -> RowStates:
        """The given states, or the carried ones of a stateful model, or zero."""
        if initial_state is not None:
            layers = self.spec.recurrent_layers
            given = lists_and_arrays.state_rows(layers, rows, initial_state, "initial_state")
            return [[tuple(rounded(self.spec, list(pair))) for pair in row] for row in given]
        return self.carried if self.spec.stateful else self.zero_states(rows)

    def run_rows(
        self,
        weights: list[Nested],
        x: Nested,
        masks: Sequence[list[bool] | None],
        starting: RowStates,
        logarithms: bool,
        dice: Thrown = NOTHING,
    ) -> tuple[list[Row], list[list[State]]]:
        """Every row by itself, and what a stateful model keeps of their final states.

        The penalty on the activity is left in ``self.activity``: its mean over the rows.
        """
        weights, x = rounded(self.spec, weights), rounded(self.spec, x)
        prepared = prepare(self.spec, weights)
        outputs: list[Row] = []
        final: list[list[State]] = []
        activity: list[Number] = []
        for steps, valid, states in zip(x, masks, starting, strict=True):
            row, ended, spent = run(prepared, Row(steps, valid), states, logarithms, dice)
            shown = row.steps if logarithms else rounded(self.spec, row.steps)
            outputs.append(Row(shown, row.valid, row.sequence))
            final.append(ended)
            activity.append(spent)
        self.activity = mean(activity)
        if self.spec.stateful:
            self.carried = [self.kept(states) for states in final]
        return outputs, final

    def kept(self, final: list[State]) -> list[tuple[Any, Any]]:
        """The final states of one row as plain numbers; zero where a direction carries none."""
        return [
            (lists_and_arrays.each(number_of, h), lists_and_arrays.each(number_of, c))
            if layer.stateful
            else ([0.0] * layer.width, [0.0] * layer.units)
            for (h, c), layer in zip(final, self.spec.recurrent_layers, strict=True)
        ]

    def call(
        self, x: Array, mask: Array | None = None, initial_state: States | None = None
    ) -> CallResult:
        """Run x (batch, time, features) once; mask (batch, time) is True at valid steps."""
        return self.called(x, mask, initial_state, NOTHING)

    def call_in_training(
        self, x: Array, mask: Array | None = None, initial_state: States | None = None
    ) -> CallResult:
        """The same with masks of dropout, drawn anew."""
        return self.called(x, mask, initial_state, self.dice)

    def called(
        self, x: Array, mask: Array | None, initial_state: States | None, dice: Thrown
    ) -> CallResult:
        """A direct call, with masks drawn by the dice."""
        rows = lists_and_arrays.input_rows(self.spec, x)
        lists_and_arrays.check_batch(self.spec, len(rows))
        masks = lists_and_arrays.mask_rows(rows, mask)
        starting = self.starting(len(rows), initial_state)
        outputs, final = self.run_rows(self.weights, rows, masks, starting, False, dice)
        plain: Any = final
        return CallResult(lists_and_arrays.outputs(outputs), lists_and_arrays.state_arrays(plain))

    def predict_on_batch(self, x: Array) -> Array:
        """Outputs for x as one batch."""
        return self.call(x).outputs

    def predict(self, x: Array, batch_size: int, steps: int | None = None) -> Array:
        """Outputs for consecutive batches of ``batch_size`` rows, or for the first ``steps``."""
        check_options({"steps": steps})
        rows = lists_and_arrays.input_rows(self.spec, x)
        lists_and_arrays.check_batches(self.spec, len(rows), batch_size)
        rows = rows[: batch_size * steps] if steps else rows
        outputs: list[Row] = []
        for start in range(0, len(rows), batch_size):
            batch = rows[start : start + batch_size]
            masks = lists_and_arrays.mask_rows(batch, None)
            outputs += self.run_rows(self.weights, batch, masks, self.starting(len(batch)), False)[
                0
            ]
        return lists_and_arrays.outputs(outputs)

    # Measuring and training ---------------------------------------------------------------------

    def metrics(self, loss: float, accuracy: float) -> Metrics:
        """The figures by name; accuracy belongs to cross-entropy."""
        if not loss_facts(self.spec.loss).accuracy:
            return {"loss": loss}
        return {"loss": loss, "accuracy": accuracy}

    def test_batch(self, x: Nested, y: Nested) -> Metrics:
        """The figures of one batch of checked rows."""
        masks = lists_and_arrays.mask_rows(x, None)
        starting = self.starting(len(x))
        outputs, _ = self.run_rows(self.weights, x, masks, starting, self.logarithms)
        loss, accuracy = losses.measure(self.spec, outputs, y)
        return self.metrics(number_of(loss + self.penalties(self.weights)), accuracy)

    def penalties(self, weights: list[Nested]) -> Number:
        """What weights and activity add to the loss of the batch that was run last."""
        return rules.on_weights(self.spec, weights) + self.activity

    def differentiate(
        self, x: Nested, y: Nested, starting: RowStates
    ) -> tuple[Metrics, list[Nested], Nested]:
        """The figures of one batch, and the slopes of its loss for every weight and for x."""
        weights = lists_and_arrays.each(Value, self.weights)
        inputs = lists_and_arrays.each(Value, x)
        masks = lists_and_arrays.mask_rows(x, None)
        outputs, _ = self.run_rows(weights, inputs, masks, starting, self.logarithms, self.dice)
        loss, accuracy = losses.measure(self.spec, outputs, y)
        loss = loss + self.penalties(weights)
        differentiate(loss)
        following = iter(lists_and_arrays.flat(rules.is_moved(self.spec)))
        slopes = lists_and_arrays.each(lambda value: next(following) * value.slope, weights)
        d_x = lists_and_arrays.each(lambda value: value.slope, inputs)
        return self.metrics(number_of(loss), accuracy), slopes, d_x

    def train_batch(self, x: Nested, y: Nested) -> Metrics:
        """One update from one batch of checked rows."""
        metrics, slopes, _ = self.differentiate(x, y, self.starting(len(x)))
        before = lists_and_arrays.flat(self.weights)
        after = self.optimizer.update(before, lists_and_arrays.flat(slopes))
        self.weights = kept(self.spec, rules.constrained(self.spec, self.where_moved(after)))
        return metrics

    def where_moved(self, after: list[float]) -> list[Nested]:
        """What an optimiser makes of the weights; those that are frozen are what they were."""
        before = lists_and_arrays.flat(self.weights)
        may = lists_and_arrays.flat(rules.is_moved(self.spec))
        chosen = iter(new if one else old for old, new, one in zip(before, after, may, strict=True))
        moved: list[Nested] = lists_and_arrays.each(lambda _: next(chosen), self.weights)
        return moved

    def checked(self, x: Array, y: Array, of: str = "", *weights: Any) -> tuple[Nested, Nested]:
        """X and y as nested lists that fit each other and the description, y with its weights."""
        rows = lists_and_arrays.input_rows(self.spec, x, f"{of}x")
        targets = lists_and_arrays.target_rows(self.spec, rows, y, f"{of}y")
        return rows, weighed(self.spec, targets, *weights)

    def test_on_batch(self, x: Array, y: Array, sample_weight: Array | None = None) -> Metrics:
        """Loss and metrics of one batch, without an update."""
        rows, targets = self.checked(x, y, "", sample_weight)
        lists_and_arrays.check_batch(self.spec, len(rows))
        return self.test_batch(rows, targets)

    def evaluate(
        self,
        x: Array,
        y: Array,
        batch_size: int,
        sample_weight: Array | None = None,
        steps: int | None = None,
    ) -> Metrics:
        """Loss and metrics over consecutive batches, or the first ``steps``, without an update."""
        check_options({"steps": steps})
        rows, targets = self.checked(x, y, "", sample_weight)
        lists_and_arrays.check_batches(self.spec, len(rows), batch_size)
        end = batch_size * steps if steps else None
        return fitting.through(self.test_batch, rows[:end], targets[:end], batch_size)

    def gradients(
        self,
        x: Array,
        y: Array,
        initial_state: States | None = None,
        sample_weight: Array | None = None,
    ) -> Gradients:
        """The loss of one batch and its gradients; weights stay, a carried state is a constant."""
        refuse_training(self.spec, "scalar", draws=True)
        rows, targets = self.checked(x, y, "", sample_weight)
        lists_and_arrays.check_batch(self.spec, len(rows))
        starting: Any = self.starting(len(rows), initial_state)
        if initial_state is not None:
            starting = [
                [(lists_and_arrays.each(Value, h), lists_and_arrays.each(Value, c)) for h, c in row]
                for row in starting
            ]
        metrics, slopes, d_x = self.differentiate(rows, targets, starting)
        weights = [lists_and_arrays.array(one) for one in slopes]
        start = None if initial_state is None else self.slopes_of(starting)
        return Gradients(metrics["loss"], weights, lists_and_arrays.array(d_x), start)

    def slopes_of(self, starting: Any) -> States:
        """The slopes of the numbers of a state, row by row."""
        return lists_and_arrays.state_arrays(
            [
                [
                    tuple(lists_and_arrays.each(lambda one: one.slope, part) for part in pair)
                    for pair in row
                ]
                for row in starting
            ]
        )

    def train_on_batch(
        self,
        x: Array,
        y: Array,
        sample_weight: Array | None = None,
        class_weight: Mapping[int, float] | None = None,
    ) -> Metrics:
        """One update; the metrics are those before the update."""
        refuse_training(self.spec, "scalar", draws=True)
        rows, targets = self.checked(x, y, "", sample_weight, class_weight)
        lists_and_arrays.check_batch(self.spec, len(rows))
        return self.train_batch(rows, targets)

    def fit(self, x: Array, y: Array, **how: Any) -> History:
        """Epochs of batches, validations and events; see ``reference.scalar.fitting``."""
        refuse_training(self.spec, "scalar", draws=True)
        return fitting.fit(self, x, y, **how)

    # Keeping ------------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write description, weights and the optimiser's memory to ``path`` + ".json"."""
        saved = {
            "spec": to_json(self.spec),
            "weights": self.weights,
            "optimizer": self.optimizer.memory(),
        }
        path = Path(path)
        path.with_name(path.name + ".json").write_text(json.dumps(saved), encoding="utf-8")

    def clone(self) -> ScalarModel:
        """The same architecture and weights; states of zero, an optimiser without memory."""
        return ScalarModel(self.spec, self.get_weights())
