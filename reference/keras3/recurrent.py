"""The recurrent layers of Keras 3, in each of the ways in which Keras can compute them.

``layers.LSTM`` is one way. Others that its documentation offers must give the same: the loop over
the steps unrolled, one matrix product for each gate, the loop that is not cuDNN's, an ``LSTMCell``
in an ``RNN``, several cells as one layer in place of a stack, a cell that is called step by step,
and a model that is not compiled into a graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from inspect import signature
from typing import Any

from lstm_spec.contract import Unsupported
from lstm_spec.model import LSTM, AnyInitializer, AnyLayer, InitializerWithSettings
from lstm_spec.model.form import Form
from reference.keras3.activations import keras_activation
from reference.keras3.rules import of_the_weights, regularizer

UNROLLED = "unrolled"
BY_GATE = "implementation 1"
WITHOUT_CUDNN = "without cuDNN"
CELL = "a cell in an RNN"
STACKED = "stacked cells"
BY_HAND = "a cell step by step"
EAGER = "eagerly"
OWN_FUNCTIONS = "functions of one's own"
WITH_CUDNN = "with cuDNN"

PATHS = (UNROLLED, BY_GATE, WITHOUT_CUDNN, CELL, STACKED, BY_HAND, EAGER, OWN_FUNCTIONS, WITH_CUDNN)
"""The names of the ways besides the usual one."""


def in_groups(layers: Sequence[AnyLayer], path: str) -> Iterator[tuple[AnyLayer, ...]]:
    """The layers one by one; on the path of stacked cells, those together that one RNN can be.

    One RNN reads in one direction, and carries all of its states or none.
    """
    group: list[AnyLayer] = []
    for layer in layers:
        if group and not (path == STACKED and continues(group[-1], layer)):
            yield tuple(group)
            group = []
        group.append(layer)
    yield tuple(group)


def continues(below: AnyLayer, above: AnyLayer) -> bool:
    """Whether two layers can be cells of one RNN, which has no penalty on what the first gives."""
    if not isinstance(below, LSTM) or not isinstance(above, LSTM):
        return False
    if below.activity_regularizer is not None:
        return False
    backwards = below.go_backwards or above.go_backwards
    return below.return_sequences and not backwards and below.stateful == above.stateful


def keras_recurrent(keras: Any, layers: Sequence[LSTM], given: Form, path: str) -> Any:
    """One layer for an LSTM, or for several that are one RNN, on the path; ``given`` is its input.

    A path that this version of Keras does not have cannot be taken: it is the usual one.
    """
    cells = [of_the_cell(keras, one) for one in layers]
    if path == OWN_FUNCTIONS:
        cells = [as_functions(keras, one) for one in cells]
    around = of_the_loop(keras, layers[-1])
    if path == UNROLLED and given.axes[0] is not None:
        around["unroll"] = True
    if path == CELL or len(layers) > 1:
        made = [keras.layers.LSTMCell(**one) for one in cells]
        cell = made[0] if len(made) == 1 else keras.layers.StackedRNNCells(made)
        return keras.layers.RNN(cell, **around)
    if path == BY_GATE:
        around["implementation"] = 1
    if path == WITHOUT_CUDNN:
        around["autocast"] = False  # no path of its own: each is compiled for every clause on paths
        if "use_cudnn" in signature(keras.layers.LSTM).parameters:
            around["use_cudnn"] = False
    if path == WITH_CUDNN:
        if "use_cudnn" not in signature(keras.layers.LSTM).parameters:
            raise Unsupported(f"Keras {keras.__version__} has no argument use_cudnn")
        around["use_cudnn"] = True
    return keras.layers.LSTM(**cells[0], **around)


def of_the_cell(keras: Any, layer: LSTM) -> dict[str, Any]:
    """The arguments that say what a step computes."""
    return {
        "units": layer.units,
        "activation": keras_activation(keras, layer.activation),
        "recurrent_activation": keras_activation(keras, layer.recurrent_activation),
        "use_bias": layer.use_bias,
        "unit_forget_bias": layer.forget_bias,
        "dropout": layer.dropout,
        "recurrent_dropout": layer.recurrent_dropout,
        "seed": layer.seed,
        "kernel_initializer": initializer(keras, layer.kernel_initializer),
        "recurrent_initializer": initializer(keras, layer.recurrent_initializer),
        "bias_initializer": initializer(keras, layer.bias_initializer),
        **of_the_weights(keras, layer),
    }


def as_functions(keras: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    """The same arguments, with a function of the caller for everything that may be one."""
    kinds = {
        "activation": keras.activations,
        "initializer": keras.initializers,
        "regularizer": keras.regularizers,
        "constraint": keras.constraints,
    }

    def of_ones_own(kind: Any, named: Any) -> Any:
        does = kind.get(named)
        return None if does is None else lambda *given, **more: does(*given, **more)

    return {
        name: of_ones_own(kinds[name.split("_")[-1]], value)
        if name.split("_")[-1] in kinds
        else value
        for name, value in arguments.items()
    }


def initializer(keras: Any, word: AnyInitializer) -> Any:
    """Keras' own name, which is the same in one word; settings have the same names as well."""
    if isinstance(word, InitializerWithSettings):
        return getattr(keras.initializers, type(word).__name__)(**vars(word))
    return keras.initializers.Constant(0.5) if word == "halves" else word.replace(" ", "_")


def of_the_loop(keras: Any, layer: LSTM) -> dict[str, Any]:
    """The arguments that say how the steps follow each other."""
    return {
        "return_sequences": layer.return_sequences,
        "go_backwards": layer.go_backwards,
        "stateful": layer.stateful,
        "zero_output_for_mask": layer.zero_output_for_mask,
        "activity_regularizer": regularizer(keras, layer.activity_regularizer),
    }


def is_bidirectional(layer: Any) -> bool:
    """Whether this Keras layer is a ``Bidirectional``."""
    return hasattr(layer, "backward_layer")


def is_recurrent(layer: Any) -> bool:
    """Whether this Keras layer is an LSTM, another RNN or a ``Bidirectional``."""
    return is_bidirectional(layer) or hasattr(layer, "cell")


def loops(layers: Sequence[Any]) -> list[Any]:
    """Every Keras RNN in order; a ``Bidirectional`` counts as two, forward first."""
    found: list[Any] = []
    for layer in layers:
        if is_bidirectional(layer):
            found += [layer.forward_layer, layer.backward_layer]
        elif is_recurrent(layer):
            found.append(layer)
    return found


def pairs(states: Sequence[Any]) -> list[Sequence[Any]]:
    """The states of a Keras RNN as pairs (h, c): one, or one for each of its stacked cells."""
    nested = isinstance(states[0], list | tuple)
    return list(states) if nested else [states]


def cells_in(layer: Any) -> int:
    """How many pairs (h, c) a recurrent Keras layer has."""
    return sum(len(getattr(one.cell, "cells", (one.cell,))) for one in loops([layer]))


def nested(layer: Any, states: Sequence[Any]) -> list[Any]:
    """``h, c, h, c, ...`` in the form that a recurrent Keras layer takes: nested for stacked cells.

    What does not come in pairs is handed on as it is, for Keras to judge.
    """
    if hasattr(getattr(layer, "cell", None), "cells") and len(states) % 2 == 0:
        return [list(states[place : place + 2]) for place in range(0, len(states), 2)]
    return list(states)


def step_by_step(keras: Any, layer: Any, x: Any, states: Sequence[Any], **how: Any) -> Any:
    """The cell of an LSTM called once for each step of x, as a loop of one's own would.

    Outputs (batch, time, units) or those of the last step, and [h, c]. Without ``states`` it starts
    with ``cell.get_initial_state``.
    """
    state = list(states) or layer.cell.get_initial_state(batch_size=x.shape[0])
    outputs = []
    steps = range(x.shape[1])
    for step in reversed(steps) if layer.go_backwards else steps:
        output, state = layer.cell(x[:, step], state, **how)
        outputs.append(output)
    layer.cell.reset_dropout_mask()  # which the layer does after its own loop
    layer.cell.reset_recurrent_dropout_mask()
    made = keras.ops.stack(outputs, axis=1) if layer.return_sequences else outputs[-1]
    return made, list(state)
