"""From a model description to a compiled ``Sequential`` of Keras 1 or 2, and from its layers on."""

import numpy as np

from lstm_spec.contract import Unsupported
from lstm_spec.model import (
    LSTM,
    Bidirectional,
    Dense,
    Masking,
    RepeatVector,
    TimeDistributed,
)
from reference.adapters.support import keras_optimizers

LSTM_FIELDS = """units activation recurrent_activation use_bias forget_bias return_sequences
    go_backwards stateful"""
ACTIVATIONS = "linear tanh sigmoid relu softmax hard_sigmoid_keras2 hard_sigmoid_keras3"

MAPS = {
    "ModelSpec": "layers features batch_size time_steps loss optimizer dtype".split(),
    "LSTM": LSTM_FIELDS.split(),
    "Bidirectional": ["layer", "merge_mode"],
    "Bidirectional.merge_mode": ["concat", "sum", "mul", "ave"],
    "Masking": ["mask_value"],
    "RepeatVector": ["n"],
    "TimeDistributed": ["layer"],
    "Dense": ["units", "activation"],
    "activation": ACTIVATIONS.split(),
    "loss": ["categorical_crossentropy", "mse"],
    "dtype": ["float32", "float64"],
}
MAPS.update(keras_optimizers.MAPS)
"""What is translated here: every argument that is not listed would be lost on the way to Keras."""


def sequential(library, spec):
    """A compiled ``Sequential``; the shape of the input is an argument of its first layer."""
    model = library.keras.models.Sequential()
    shape = {"batch_input_shape": (spec.batch_size, spec.time_steps, spec.features)}
    for layer in spec.layers:
        model.add(keras_layer(library, layer, **shape))
        shape = {}
    compile_model(library, model, spec.loss, spec.optimizer)
    return model


def compile_model(library, model, loss, optimizer):
    """Loss, optimiser, and the accuracy where the loss is one of classification.

    A function of TensorFlow 2 that makes variables is traced twice, so the metric is given as an
    object and the moments are made here: both exist before the first update then, as after it.
    """
    chosen, metrics = keras_optimizers.keras_optimizer(library, optimizer), []
    if loss == "categorical_crossentropy":
        metrics = ["accuracy"]
        if library.eager:
            metrics = [library.keras.metrics.CategoricalAccuracy(name="accuracy")]
    model.compile(loss=loss, optimizer=chosen, metrics=metrics)
    if library.eager:
        make = getattr(chosen, "build", None) or getattr(chosen, "_create_all_weights", None)
        if make:
            make(model.trainable_variables)


def keras_layer(library, layer, **shape):
    """The Keras layer of the same meaning."""
    layers = library.keras.layers
    if isinstance(layer, LSTM):
        return layers.LSTM(layer.units, **dict(lstm_arguments(library, layer), **shape))
    if isinstance(layer, Bidirectional):
        return layers.Bidirectional(
            keras_layer(library, layer.layer), merge_mode=layer.merge_mode, **shape
        )
    if isinstance(layer, Masking):
        return layers.Masking(layer.mask_value, **shape)
    if isinstance(layer, RepeatVector):
        return layers.RepeatVector(layer.n, **shape)
    if isinstance(layer, TimeDistributed):
        return layers.TimeDistributed(keras_layer(library, layer.layer), **shape)
    if isinstance(layer, Dense):
        return layers.Dense(layer.units, activation=activation(layer.activation), **shape)
    raise Unsupported("Keras has no layer for %r" % (layer,))


def lstm_arguments(library, layer):
    """The arguments of an LSTM: Keras 1 had other names for some, and no ``use_bias``."""
    arguments = {
        "activation": activation(layer.activation),
        "return_sequences": layer.return_sequences,
        "go_backwards": layer.go_backwards,
        "stateful": layer.stateful,
    }
    gate = activation(layer.recurrent_activation)
    if library.first:
        if not layer.use_bias:
            raise Unsupported("an LSTM of Keras 1 always has a bias")
        forget = "one" if layer.forget_bias else "zero"
        return dict(arguments, inner_activation=gate, forget_bias_init=forget)
    return dict(
        arguments,
        recurrent_activation=gate,
        use_bias=layer.use_bias,
        unit_forget_bias=layer.forget_bias,
    )


def activation(name):
    """Keras' own name; the gate of Keras 3 is a custom function here."""
    return "hard_sigmoid" if name == "hard_sigmoid_keras2" else name


# The layers of a model ----------------------------------------------------------------------------


def is_bidirectional(layer):
    """Whether this Keras layer is a ``Bidirectional``."""
    return hasattr(layer, "backward_layer")


def is_recurrent(layer):
    """Whether this Keras layer is an LSTM or a ``Bidirectional``."""
    return is_bidirectional(layer) or type(layer).__name__ == "LSTM"


def directions(layers):
    """Every Keras LSTM in order; a ``Bidirectional`` counts as two, forward first."""
    found = []
    for layer in layers:
        if is_bidirectional(layer):
            found += [layer.forward_layer, layer.backward_layer]
        elif is_recurrent(layer):
            found.append(layer)
    return found


def twin_of(library, layer, **changes):
    """A fresh layer of the same configuration but for ``changes`` of the LSTM."""
    if is_bidirectional(layer):
        twin = twin_of(library, layer.forward_layer, **changes)
        return type(layer)(twin, merge_mode=layer.merge_mode)
    config = dict(layer.get_config(), **(changes if is_recurrent(layer) else {}))
    for stale in ("name", "batch_input_shape"):
        config.pop(stale, None)
    return type(layer).from_config(config)


# Weights ------------------------------------------------------------------------------------------

GATES_OF_KERAS_1 = (0, 2, 1, 3)
"""Keras 1 stored input, cell, forget, output; a kernel, a recurrent kernel and a bias for each."""


def canonical(library, layers, arrays):
    """Arrays as ``get_weights`` gave them, as kernel, recurrent kernel and bias per direction."""
    if not library.first:
        return list(arrays)
    left, found = list(arrays), []
    for layer in layers:
        count = len(layer.get_weights())
        mine, left = left[:count], left[count:]
        while is_recurrent(layer) and mine:
            twelve, mine = mine[:12], mine[12:]
            for kind in range(3):
                gates = [twelve[3 * place + kind] for place in GATES_OF_KERAS_1]
                found.append(np.concatenate(gates, axis=-1))
        found += mine
    return found


def as_keras_stores(library, layers, weights):
    """The inverse of ``canonical``."""
    if not library.first:
        return list(weights)
    left, stored = list(weights), []
    for layer in layers:
        if not is_recurrent(layer):
            count = len(layer.get_weights())
            stored, left = stored + left[:count], left[count:]
            continue
        for _ in directions([layer]):
            three, left = left[:3], left[3:]
            blocks = [np.split(array, 4, axis=-1) for array in three]
            for gate in GATES_OF_KERAS_1:
                stored += [block[gate] for block in blocks]
    return stored + left
