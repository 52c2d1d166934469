"""A declared model built in the Keras that is at hand, with its drawn weights."""

import numpy as np

from reference.saved_models.in_keras import rows
from reference.saved_models.in_keras.wording import NotHere, worded

GATES_OF_KERAS_1 = (0, 2, 1, 3)
"""Keras 1 stores input, cell, forget, output; a kernel, a recurrent kernel and a bias for each."""


def layer(library, declared, **first):
    """One Keras layer; ``first`` are the arguments that only the first of a model gets."""
    kind, arguments = declared[:2]
    layers = library.keras.layers
    if kind == "Activation":
        return layers.Activation(arguments, **first)
    name, arguments = worded(library, kind, arguments)
    for word, value in arguments.items():
        if word == "layer":
            arguments[word] = layer(library, value)
        elif word.endswith("regularizer"):
            arguments[word] = library.keras.regularizers.l2(value["l2"])
    if not hasattr(layers, name):
        raise NotHere("there is no layer %s" % name)
    arguments.update(first)
    if name == "CuDNNLSTM":
        layers.CuDNNLSTM._process_batch = without_arithmetic
    return getattr(layers, name)(**arguments)


def without_arithmetic(layer, inputs, initial_state):
    """In place of what needs a GPU: a CuDNN layer is built and saved here, and never asked."""
    return initial_state[0], initial_state


def build(library, name, model):
    """The model with its weights. Raises NotHere, or whatever this Keras raises."""
    style = model["style"]
    if style == "deferred" and library.generation < (2, 2):
        raise NotHere("a Sequential needs an input shape before Keras 2.2")
    if style in ("functional", "two inputs"):
        built = functional(library, model, twice=style == "two inputs")
    else:
        built = sequential(library, name, model)
    set_weights(library, name, model, built)
    return built


def sequential(library, name, model):
    """A Sequential, with the shape of its input where its generation says it."""
    built = library.keras.models.Sequential()
    first = {}
    if model["style"] != "deferred":
        if library.generation[0] == 3:
            built.add(library.keras.layers.Input(batch_shape=batch_shape(model)))
        elif model["batch"]:
            first = {"batch_input_shape": batch_shape(model)}
        elif model["inputs"] == "tokens":
            first = {"input_length": model["shape"][0]}
        else:
            first = {"input_shape": tuple(model["shape"])}
    for declared in model["layers"]:
        built.add(layer(library, declared, **first))
        first = {}
    if model["style"] == "deferred":
        library.predict(built, rows.inputs(name, model)["A"], None)
    return built


def functional(library, model, twice):
    """A model of the functional interface; ``twice``: two LSTM layers with an input for each."""
    layers, declared = library.keras.layers, model["layers"]
    x = given = layers.Input(batch_shape=batch_shape(model))
    if twice:
        other = layers.Input(batch_shape=batch_shape(model))
        sides = [layer(library, declared[0])(x), layer(library, declared[0])(other)]
        given, declared = [given, other], declared[1:]
        if library.generation[0] == 1:
            x = layers.merge(sides, mode="concat")
        else:
            x = layers.concatenate(sides)
    for one in declared:
        made, call = layer(library, one), one[2] if len(one) > 2 else {}
        if call and library.generation[0] == 1:
            raise NotHere("layers of Keras 1 are not called with training=")
        x = made(x, **call)
    old = library.generation[0] == 1
    words = ("input", "output") if old else ("inputs", "outputs")
    return library.keras.models.Model(**dict(zip(words, (given, x))))


def batch_shape(model):
    """Shape of the input with the batch axis."""
    return (model["batch"],) + tuple(model["shape"])


def set_weights(library, name, model, built):
    """Draw arrays for each layer in the layout of Keras 2, and set them in this Keras' own."""
    draw = rows.generator("weights of " + name)
    for one in built.layers:
        stored = one.get_weights()
        if not stored:
            continue
        kind = type(one).__name__
        if library.generation[0] == 1:
            shapes = [array.shape for array in from_keras_1(kind, stored)]
        else:
            shapes = [array.shape for array in stored]
        drawn = rows.weights(draw, kind, shapes, model["scale"])
        if library.generation[0] == 1:
            drawn = to_keras_1(kind, drawn, [array.shape for array in stored])
        one.set_weights([array.astype(model["float"]) for array in drawn])


def from_keras_1(kind, stored):
    """Arrays of a layer of Keras 1 in the layout of Keras 2."""
    if kind in ("LSTM", "Bidirectional") and len(stored) % 12 == 0:
        found = []
        for start in range(0, len(stored), 12):
            for part in range(3):
                gates = [stored[start + 3 * place + part] for place in GATES_OF_KERAS_1]
                found.append(np.concatenate(gates, axis=-1))
        return found
    if "Convolution1D" in kind:
        return [stored[0][:, 0]] + list(stored[1:])
    return list(stored)


def to_keras_1(kind, arrays, shapes):
    """The inverse of ``from_keras_1``, towards arrays of these shapes."""
    if kind in ("LSTM", "Bidirectional") and len(shapes) % 12 == 0:
        stored = []
        for start in range(0, len(arrays), 3):
            blocks = [np.split(array, 4, axis=-1) for array in arrays[start : start + 3]]
            stored += [block[gate] for gate in GATES_OF_KERAS_1 for block in blocks]
        return stored
    return [array.reshape(shape) for array, shape in zip(arrays, shapes)]
