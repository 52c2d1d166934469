"""A model of tf.keras 2 or tf_keras, which can be called with arrays."""

from lstm_spec.contract import CallResult, Gradients, Unsupported
from reference.adapters.support.keras_layers import directions, is_recurrent, twin_of
from reference.adapters.support.keras_model import KerasModel, flat


class EagerModel(KerasModel):
    """The final state of a stateless layer shows only with ``return_state``: so a twin has it.

    A state can be given to a layer, not to a ``Sequential``, so what has to do with explicit states
    calls one layer after the other.
    """

    def __init__(self, library, model, dtype, room=None):
        KerasModel.__init__(self, library, model, dtype, room)
        self._showing_states = None

    def call(self, x, mask=None, initial_state=None):
        """The direct call: ``model(x, mask=...)``, or layer by layer for explicit states."""
        with self.at_work():
            if mask is not None:
                mask = self.library.K.constant(mask, "bool")  # 2.4 takes no NumPy array for a mask
            if self._all_stateful and initial_state is None:
                outputs = self.model(x, mask=mask).numpy()
                return CallResult(outputs, self._carried())
            outputs, final = run(self._twins(), x, mask, self._given(initial_state))
            states = [state.numpy() for state in final]
            return CallResult(outputs.numpy(), list(zip(states[::2], states[1::2])))

    def gradients(self, x, y, initial_state=None):
        """``tf.GradientTape`` around the compiled loss."""
        import tensorflow as tf

        with self.at_work():
            layers = self._layers if initial_state is None else self._twins()
            variables = [one for layer in layers for one in layer.trainable_variables]
            value, target = tf.constant(x, self.dtype), tf.constant(y, self.dtype)
            with tf.GradientTape() as tape:
                tape.watch(value)
                if initial_state is None:
                    outputs = self.model(value, training=True)
                else:
                    outputs = run(layers, value, None, self._given(initial_state), training=True)[0]
                loss = self._loss(value, target, outputs)
            found = tape.gradient(loss, variables + [value])
            return Gradients(float(loss), [one.numpy() for one in found[:-1]], found[-1].numpy())

    def _loss(self, x, target, outputs):
        """The compiled loss, in the way of the version."""
        if hasattr(self.model, "compute_loss"):
            return self.model.compute_loss(x=x, y=target, y_pred=outputs)
        if hasattr(self.model, "compiled_loss"):
            return self.model.compiled_loss(target, outputs)
        if any(type(layer).__name__ == "Masking" for layer in self._layers):
            raise Unsupported("a masked loss outside training: TensorFlow 2.1 has no name for it")
        return self.model.loss_functions[0](target, outputs)

    def _given(self, states):
        """h, c, h, c, ... as tensors: a layer takes nothing else."""
        return [self.library.K.constant(array, self.dtype) for array in flat(states)]

    def _twins(self):
        """The layers, with twins of the stateless recurrent ones that have today's weights."""
        if self._showing_states is None:
            self._showing_states = [
                twin_of(self.library, layer, return_state=True)
                if is_recurrent(layer) and not layer.stateful
                else layer
                for layer in self._layers
            ]
        for layer, twin in zip(self._layers, self._showing_states):
            if twin is not layer:
                if not twin.built:
                    twin.build(layer.input_shape)
                twin.set_weights(layer.get_weights())
        return self._showing_states


def run(layers, x, mask=None, states=(), **how):
    """Call one layer after the other; the outputs, and h, c of every direction at the end.

    ``mask`` is given to the first recurrent layer, ``states`` (h, c, h, c, ...) to all of them;
    whatever else the layers hand on is Keras' own doing.
    """
    value, given, final = x, list(states), []
    for layer in layers:
        if not is_recurrent(layer):
            value = layer(value)
            continue
        arguments = dict(how)
        if given:
            count = 2 * len(directions([layer]))
            arguments["initial_state"], given = given[:count], given[count:]
        if mask is not None:
            arguments["mask"], mask = mask, None
        value = layer(value, **arguments)
        returned = []
        if isinstance(value, (list, tuple)):
            returned, value = list(value[1:]), value[0]
        if layer.stateful:
            returned = [state for one in directions([layer]) for state in one.states]
        final += returned
    return value, final
