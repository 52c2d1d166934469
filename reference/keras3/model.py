"""A Keras model under the names of the contract. Only layout and spelling change on the way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lstm_spec.contract import (
    Array,
    CallResult,
    Gradients,
    History,
    Metrics,
    Refused,
    States,
)
from lstm_spec.model.fit_events import FitEvent, check_event
from reference.keras3.callbacks import calling
from reference.keras3.engine import keras_for
from reference.keras3.feeding import ENDING, counted, fed, refuse_what_is_fed
from reference.keras3.gradients import loss_and_gradients
from reference.keras3.recurrent import BY_HAND, loops, pairs
from reference.keras3.showing import run, showing_states


class KerasModel:
    """A compiled ``keras.Sequential``.

    Keras shows the final state of a stateful layer as ``layer.states``, and that of a stateless one
    only if the layer was made with ``return_state``; a state can be given to a layer, not to a
    ``Sequential``. So what has to do with explicit states calls one layer after the other, with
    twins of the stateless recurrent layers that share configuration and weights and return states.
    """

    def __init__(self, model: Any, dtype: str, path: str = "") -> None:
        self.model, self.dtype, self.path = model, dtype, path
        self._showing_states: list[Any] = []

    def get_weights(self) -> list[Array]:
        """``model.get_weights()``; on OpenVINO the model is given back what was read.

        There a fresh weight is a graph, which every read compiles and runs anew: minutes for the
        orthogonal start of 300 units.
        """
        with keras_for(self.dtype) as keras:
            weights: list[Array] = self.model.get_weights()
            if keras.backend.backend() == "openvino":
                self.model.set_weights(weights)
        return [wide(one) for one in weights]

    def set_weights(self, weights: Sequence[Array]) -> None:
        """``model.set_weights(...)``."""
        with keras_for(self.dtype):
            self.model.set_weights(list(weights))

    def call(
        self, x: Array, mask: Array | None = None, initial_state: States | None = None
    ) -> CallResult:
        """The direct call: ``model(x, mask=...)``, or layer by layer for explicit states."""
        return self._called(x, mask, initial_state, {})

    def call_in_training(
        self, x: Array, mask: Array | None = None, initial_state: States | None = None
    ) -> CallResult:
        """The same with ``training=True``."""
        return self._called(x, mask, initial_state, {"training": True})

    def _called(
        self, x: Array, mask: Array | None, initial_state: States | None, how: dict[str, bool]
    ) -> CallResult:
        with keras_for(self.dtype) as keras:
            numbers = keras.ops.convert_to_numpy
            if self._all_stateful and initial_state is None:
                outputs = self.model(x, mask=mask, **how)
                return CallResult(whole(keras, outputs), self._carried(keras))
            layers = self._layers_showing_states(keras)
            outputs, final = run(keras, layers, x, mask, flat(initial_state), self.path, **how)
            states = [wide(numbers(state)) for state in final]
            return CallResult(
                whole(keras, outputs), list(zip(states[::2], states[1::2], strict=True))
            )

    def predict(self, x: Array, batch_size: int, steps: int | None = None) -> Array:
        """``model.predict(x)``."""
        with keras_for(self.dtype) as keras:
            given = fed(keras, self.path, [x], batch_size)
            count = counted(self.path, len(x), batch_size, steps)
            return whole(keras, self.model.predict(**given, steps=count, verbose=0))

    def predict_on_batch(self, x: Array) -> Array:
        """``model.predict_on_batch(x)``."""
        with keras_for(self.dtype) as keras:
            return whole(keras, self.model.predict_on_batch(x))

    def evaluate(
        self,
        x: Array,
        y: Array,
        batch_size: int,
        sample_weight: Array | None = None,
        steps: int | None = None,
    ) -> Metrics:
        """``model.evaluate(x, y)``."""
        with keras_for(self.dtype) as keras:
            given = fed(keras, self.path, [x, self._targets(y), sample_weight], batch_size)
            count = counted(self.path, len(x), batch_size, steps)
            metrics: Metrics = self.model.evaluate(
                **given, steps=count, verbose=0, return_dict=True
            )
        return self._figures(metrics)

    def test_on_batch(self, x: Array, y: Array, **counting: Any) -> Metrics:
        """``model.test_on_batch(x, y)``; ``counting`` is sample_weight, here and below."""
        with keras_for(self.dtype):
            metrics: Metrics = self.model.test_on_batch(
                x, self._targets(y), return_dict=True, **counting
            )
        return self._figures(metrics)

    def train_on_batch(self, x: Array, y: Array, **counting: Any) -> Metrics:
        """``model.train_on_batch(x, y)``; ``counting`` may be class_weight as well."""
        with keras_for(self.dtype):
            self.build_optimizer()
            metrics: Metrics = self.model.train_on_batch(
                x, self._targets(y), return_dict=True, **counting
            )
        return self._figures(metrics)

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
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        reset_at: FitEvent | None = None,
        patience: int | None = None,
        **asked: Any,
    ) -> History:
        """``model.fit(x, y)``; Keras validates with the batch size of the training."""
        callbacks: list[Any] = []
        refuse_what_is_fed(self.path, shuffle, asked)
        check_event(reset_at)
        with keras_for(self.dtype) as keras:
            self.build_optimizer()
            if reset_at is not None:
                callbacks.append(calling(keras, reset_at, self.reset_states))
            if patience is not None:
                best = {"patience": patience, "restore_best_weights": True}
                callbacks.append(keras.callbacks.EarlyStopping("val_loss", **best))
            held: Any = validation_data
            if held is not None:
                held = (held[0], self._targets(held[1]), *held[2:])
            if self.path in ENDING and held is not None:
                size = validation_batch_size or batch_size
                held, validation_batch_size = fed(keras, self.path, held, size)["x"], None
            history: History = self.model.fit(
                **fed(keras, self.path, [x, self._targets(y), sample_weight], batch_size),
                epochs=epochs,
                shuffle=shuffle,
                steps_per_epoch=counted(self.path, len(x), batch_size, steps_per_epoch),
                validation_data=held,
                validation_steps=validation_steps,
                validation_batch_size=validation_batch_size,
                verbose=0,
                callbacks=callbacks,
                **asked,
            ).history
        return history

    def build_optimizer(self) -> None:
        """``optimizer.build``, which Keras would call inside the first update.

        Variables made there have TensorFlow trace the whole update a second time: most of the time
        of a short training.
        """
        if not self.model.optimizer.built:
            self.model.optimizer.build(self.model.trainable_variables)

    def gradients(
        self,
        x: Array,
        y: Array,
        initial_state: States | None = None,
        sample_weight: Array | None = None,
    ) -> Gradients:
        """The compiled loss, differentiated by the backend; see ``reference.keras3.gradients``."""
        with keras_for(self.dtype) as keras:
            if initial_state is None and (self._stateful or self.path != BY_HAND):
                return loss_and_gradients(
                    keras,
                    self.model,
                    self.model.layers,
                    lambda x, _: self.model(x, training=True),
                    (x, ()),
                    y,
                    sample_weight,
                )
            layers = self.model.layers
            return loss_and_gradients(
                keras,
                self.model,
                layers,
                lambda x, states: run(keras, layers, x, None, states, self.path, training=True)[0],
                (x, flat(initial_state)),
                y,
                sample_weight,
            )

    def _targets(self, y: Array) -> Any:
        """As many arrays as there are outputs: two of a bidirectional layer that does not merge."""
        last = self.model.layers[-1]
        if getattr(last, "merge_mode", "") is not None:
            return y
        width = last.forward_layer.units
        return [np.asarray(y)[..., :width], np.asarray(y)[..., width:]]

    def _figures(self, metrics: Metrics) -> Metrics:
        """Without those of single outputs, which Keras tells where there are two."""
        two = getattr(self.model.layers[-1], "merge_mode", "") is None
        return {"loss": metrics["loss"]} if two else metrics

    def reset_states(self) -> None:
        """``layer.reset_states()`` of every stateful layer: a Keras 3 model has no reset."""
        with keras_for(self.dtype):
            for layer in self.model.layers:
                if getattr(layer, "stateful", False):
                    layer.reset_states()

    def reset_rows(self, rows: Sequence[int]) -> None:
        """``assign`` of every state with zeros in these rows: no Keras layer resets single rows."""
        states = self.get_states()
        for part in (part for pair in states for part in pair):
            for row in rows:
                if not 0 <= row < len(part):
                    raise Refused(f"there is no row {row} in a batch of {len(part)}")
                part[row] = 0
        self.set_states(states)

    def get_states(self) -> States:
        """``layer.states`` of every stateful LSTM; none for a stateless model."""
        with keras_for(self.dtype) as keras:
            return self._carried(keras)

    def set_states(self, states: States) -> None:
        """``layer.states[i].assign(...)`` for h and c of every stateful LSTM.

        Keras sets one variable at a time, so the loop is this adapter's: it is all or nothing.
        """
        with keras_for(self.dtype) as keras:
            before = self._carried(keras)
            try:
                self._assign(states)
            except Exception:
                self._assign(before)
                raise

    def _assign(self, states: States) -> None:
        carried = [pair for layer in self._stateful for pair in pairs(layer.states)]
        for variables, values in zip(carried, states, strict=True):
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)

    def save(self, path: Path) -> None:
        """``model.save(...)`` to a file ``.keras``."""
        with keras_for(self.dtype):
            self.model.save(path.with_name(path.name + ".keras"))

    def clone(self) -> KerasModel:
        """``keras.models.clone_model``, compiled the same way."""
        with keras_for(self.dtype) as keras:
            twin = keras.models.clone_model(self.model)
            twin.compile_from_config(self.model.get_compile_config())
            return KerasModel(twin, self.dtype, self.path)

    @property
    def _stateful(self) -> list[Any]:
        """The stateful loops in the order of the contract."""
        return [layer for layer in loops(self.model.layers) if layer.stateful]

    @property
    def _all_stateful(self) -> bool:
        return all(layer.stateful for layer in loops(self.model.layers))

    def _carried(self, keras: Any) -> States:
        numbers = keras.ops.convert_to_numpy
        return [
            (wide(numbers(h)), wide(numbers(c)))
            for layer in self._stateful
            for h, c in pairs(layer.states)
        ]

    def _layers_showing_states(self, keras: Any) -> list[Any]:
        """The layers, with twins of the stateless recurrent ones that have today's weights."""
        if not self._showing_states:
            self._showing_states = showing_states(keras, self.model.layers)
        for layer, twin in zip(self.model.layers, self._showing_states, strict=True):
            if twin is not layer:
                twin.set_weights(layer.get_weights())
        return self._showing_states


def whole(keras: Any, outputs: Any) -> Array:
    """The outputs as one array: two of a bidirectional layer that does not merge side by side."""
    numbers = keras.ops.convert_to_numpy
    if isinstance(outputs, list | tuple):
        return wide(np.concatenate([numbers(one) for one in outputs], axis=-1))
    return wide(numbers(outputs))


def wide(values: Array) -> Array:
    """A copy in a type that NumPy has by itself: what has sixteen bits is the same in float32."""
    return np.array(values, np.float32 if values.dtype.itemsize == 2 else None)


def flat(states: States | None) -> list[Array]:
    """h, c, h, c, ..."""
    return [array for pair in states or [] for array in pair]
