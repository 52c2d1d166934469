"""A model of Keras 1, of Keras 2, or of tf.keras 1.15: drawn as a graph."""

import contextlib

import numpy as np

from lstm_spec.contract import CallResult, Gradients, Unsupported
from reference.adapters.support.keras_layers import (
    canonical,
    directions,
    is_bidirectional,
    is_recurrent,
    twin_of,
)
from reference.adapters.support.keras_model import KerasModel, flat


class GraphModel(KerasModel):
    """These generations have no call with arrays: ``predict_on_batch`` is one batch through.

    Explicit states and masks are inputs of a second model, in which the same layers are drawn once
    more. Were a stateful layer among them, Keras would run the updates of both graphs together: so
    that one has a twin, which gets its weights and states before each run and hands the states
    back.
    """

    def __init__(self, library, model, dtype, room=None):
        KerasModel.__init__(self, library, model, dtype, room)
        self._explicit = {}

    def call(self, x, mask=None, initial_state=None):
        """``predict_on_batch``, or the graph of twins where states or a mask are explicit."""
        with self.at_work():
            shows = self.library.shows_final_states
            if mask is None and initial_state is None and (self._all_stateful or not shows):
                outputs = self.model.predict_on_batch(x)
                return CallResult(outputs, self._carried() if self._all_stateful else None)
            twins, drawn = self._with_explicit(mask is not None, initial_state is not None)
            given = [x] + ([] if mask is None else [mask.astype(self.dtype)])
            for layer, twin in zip(self._layers, twins):
                if twin is not layer:
                    twin.set_weights(layer.get_weights())
            carried = [one for one in directions(twins) if one.stateful]
            self._copy_states(self._stateful, carried)
            results = drawn.predict_on_batch(given + flat(initial_state))
            results = results if isinstance(results, list) else [results]
            self._copy_states(carried, self._stateful)
            final = results[1:]
            if shows or self._all_stateful:
                if not shows:
                    final = flat(self._carried())
                return CallResult(results[0], list(zip(final[::2], final[1::2])))
            return CallResult(results[0], None)

    def gradients(self, x, y, initial_state=None):
        """``K.gradients`` of the compiled loss, with the updates of the states."""
        K = self.library.K
        with self.at_work():
            if initial_state is not None:
                raise Unsupported("gradients of a graph with states as inputs")
            if "gradients" not in self._explicit:
                inner = self._compiled
                feeds = list(inner.inputs) + self._targets(inner) + self._sample_weights(inner)
                variables = inner.trainable_weights
                wanted = list(variables) + [inner.inputs[0]]
                found = K.gradients(inner.total_loss, wanted)
                self._explicit["gradients"] = K.function(
                    feeds, [inner.total_loss] + list(found), updates=self._state_updates(inner)
                )
            ones = [np.ones(len(x), self.dtype) for _ in self._sample_weights(self._compiled)]
            results = self._explicit["gradients"]([x, y.astype(self.dtype)] + ones)
            loss, found = results[0], results[1:]
            weights = canonical(self.library, self._layers, found[:-1])
            return Gradients(float(loss), weights, found[-1])

    @property
    def _compiled(self):
        """The functional model in which Keras 1 and early Keras 2 keep what was compiled."""
        inner = getattr(self.model, "model", None)
        return self.model if inner is None else inner

    def _targets(self, inner):
        return list(getattr(inner, "_targets", None) or inner.targets)

    def _sample_weights(self, inner):
        """The weight of each row; tf.keras 1.15 has none where none was asked for."""
        given = getattr(inner, "sample_weights", None) or inner._sample_weights
        return [one for one in given if one is not None]

    def _state_updates(self, inner):
        return list(inner.state_updates)

    def _copy_states(self, ones, others):
        """The states of some layers into others."""
        K = self.library.K
        for one, other in zip(ones, others):
            for source, target in zip(one.states, other.states):
                K.set_value(target, K.get_value(source))

    def _with_explicit(self, mask, states):
        """Twins of the layers, and the Keras model of x, the mask and the states in their graph."""
        key = (mask, states)
        if key not in self._explicit:
            self._explicit[key] = self._draw(mask, states)
        return self._explicit[key]

    def _draw(self, mask, states):
        library = self.library
        new = library.keras.layers.Input
        shape = tuple(self.model.input_shape)
        inputs = [new(batch_shape=shape, dtype=self.dtype)]
        value, final, twins = inputs[0], [], []
        if mask:
            inputs.append(new(batch_shape=shape[:2], dtype=self.dtype))
            value = given_mask(library)(inputs)
        for layer in self._layers:
            twin = twin_of(library, layer) if getattr(layer, "stateful", False) else layer
            twins.append(twin)
            if not is_recurrent(layer):
                value = twin(value)
                continue
            arguments = {}
            if states:
                if not library.takes_initial_states:
                    raise Unsupported("an LSTM of Keras 1 takes no initial state")
                mine = [
                    new(batch_shape=(shape[0], one.units), dtype=self.dtype)
                    for one in directions([layer])
                    for _ in ("h", "c")
                ]
                inputs += mine
                arguments["initial_state"] = mine
            with showing_states(library, twin):
                value = twin(value, **arguments)
            if isinstance(value, (list, tuple)):
                final, value = final + list(value[1:]), value[0]
        return twins, library.keras.models.Model(inputs, [value] + final)


@contextlib.contextmanager
def showing_states(library, layer):
    """Inside, a call of the layer draws its final states as well: the ``return_state`` of Keras."""
    parts = [layer] + (directions([layer]) if is_bidirectional(layer) else [])
    for part in parts:
        part.return_state = library.shows_final_states
    yield
    for part in parts:
        part.return_state = False


def given_mask(library):
    """A layer that hands on its first input, with its second as the mask."""
    K = library.K

    class GivenMask(library.keras.layers.Layer):
        supports_masking = True

        def call(self, inputs, mask=None):
            return inputs[0] * 1.0

        def compute_mask(self, inputs, mask=None):
            return K.not_equal(inputs[1], 0.0)

        def compute_output_shape(self, shapes):
            return shapes[0]

        get_output_shape_for = compute_output_shape  # its name in Keras 1

    return GivenMask()
