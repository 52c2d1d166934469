"""From a ``ModelSpec`` to a compiled Keras model, and from its layers to one that shows states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, assert_never

from lstm_spec.contract import Unsupported
from lstm_spec.model import (
    LOSSES,
    LSTM,
    SGD,
    VOCABULARIES,
    Activation,
    Adam,
    AnyLayer,
    AnyOptimizer,
    Bidirectional,
    Dense,
    ForwardOnly,
    Maps,
    Masking,
    ModelSpec,
    RepeatVector,
)

SPELLED: Mapping[str, str] = {
    "hard_sigmoid_keras3": "hard_sigmoid",
    "sparsemax_keras3": "sparsemax",
}
"""Activations whose name says which generation's they are; Keras 3 has them under another."""

MAPS: Maps = {
    "ModelSpec": (
        "layers",
        "features",
        "batch_size",
        "time_steps",
        "loss",
        "optimizer",
        "dtype",
    ),
    "LSTM": (
        "units",
        "activation",
        "recurrent_activation",
        "use_bias",
        "forget_bias",
        "return_sequences",
        "go_backwards",
        "stateful",
        "dropout",
        "recurrent_dropout",
        "zero_output_for_mask",
    ),
    "Bidirectional": ("layer", "merge_mode"),
    "Bidirectional.merge_mode": ("concat", "sum", "mul", "ave"),
    "Masking": ("mask_value",),
    "RepeatVector": ("n",),
    "Dense": ("units", "activation"),
    "activation": VOCABULARIES["activation"],
    "loss": ("categorical_crossentropy", "mse"),
    "dtype": ("float32", "float64"),
    "SGD": ("learning_rate",),
    "Adam": ("learning_rate", "beta_1", "beta_2", "epsilon"),
}
"""What is translated here: every argument that is not listed would be lost on the way to Keras."""


def sequential(keras: Any, spec: ModelSpec) -> Any:
    """A compiled ``keras.Sequential``; its input is (batch, time, features)."""
    shape = (spec.batch_size, spec.time_steps, spec.features)
    layers = [keras_layer(keras, layer) for layer in spec.layers]
    model = keras.Sequential([keras.Input(batch_shape=shape), *layers])
    # "accuracy" stands for this metric; given as an object it exists before the first update, whose
    # function TensorFlow would otherwise trace twice.
    metric = keras.metrics.CategoricalAccuracy(name="accuracy")
    model.compile(
        loss=spec.loss,
        optimizer=keras_optimizer(keras, spec.optimizer),
        metrics=[metric] if LOSSES[spec.loss].accuracy else None,
    )
    return model


def refuse_other_layers(config: Any, maps: Maps) -> None:
    """Raise ``Unsupported`` for the first layer in a saved configuration that is not mapped."""
    for layer in config["layers"] if "layers" in config else [config["layer"]]:
        kind = layer["class_name"]
        if kind not in maps and kind != "InputLayer":
            raise Unsupported(f"the adapter of Keras 3 maps no layer {kind}, which is in this file")
        if "layer" in layer["config"]:
            refuse_other_layers(layer["config"], maps)


def keras_layer(keras: Any, layer: AnyLayer) -> Any:
    """The Keras layer of the same meaning."""
    match layer:
        case LSTM():
            return keras.layers.LSTM(
                layer.units,
                activation=keras_activation(keras, layer.activation),
                recurrent_activation=keras_activation(keras, layer.recurrent_activation),
                use_bias=layer.use_bias,
                unit_forget_bias=layer.forget_bias,
                return_sequences=layer.return_sequences,
                go_backwards=layer.go_backwards,
                stateful=layer.stateful,
                dropout=layer.dropout,
                recurrent_dropout=layer.recurrent_dropout,
                zero_output_for_mask=layer.zero_output_for_mask,
            )
        case Bidirectional():
            return keras.layers.Bidirectional(
                keras_layer(keras, layer.layer), merge_mode=layer.merge_mode
            )
        case Masking():
            return keras.layers.Masking(layer.mask_value)
        case RepeatVector():
            return keras.layers.RepeatVector(layer.n)
        case Dense():
            return keras.layers.Dense(
                layer.units, activation=keras_activation(keras, layer.activation)
            )
        case ForwardOnly():
            raise Unsupported(f"this adapter does not build a {type(layer).__name__}")
    assert_never(layer)


def keras_activation(keras: Any, activation: Activation) -> str | Callable[[Any], Any]:
    """Keras' own name; the gate of Keras 2 as a function, since Keras 3 gave its name away.

    Raises ``Unsupported`` for one that this version does not have yet.
    """
    if activation == "hard_sigmoid_keras2":
        return hard_sigmoid_keras2(keras)
    name = SPELLED.get(activation, activation)
    if not hasattr(keras.activations, name):
        raise Unsupported(f"Keras {keras.__version__} has no activation {name}")
    return name


@cache
def hard_sigmoid_keras2(keras: Any) -> Callable[[Any], Any]:
    """clip(0.2 x + 0.5, 0, 1), registered so that saved models find it again."""

    @keras.saving.register_keras_serializable(package="lstm_spec")  # type: ignore[untyped-decorator]
    def hard_sigmoid_keras2(x: Any) -> Any:
        return keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)

    function: Callable[[Any], Any] = hard_sigmoid_keras2
    return function


def keras_optimizer(keras: Any, optimizer: AnyOptimizer) -> Any:
    """The Keras optimiser with every default that has ever changed stated."""
    match optimizer:
        case SGD():
            return keras.optimizers.SGD(learning_rate=optimizer.learning_rate)
        case Adam():
            return keras.optimizers.Adam(
                learning_rate=optimizer.learning_rate,
                beta_1=optimizer.beta_1,
                beta_2=optimizer.beta_2,
                epsilon=optimizer.epsilon,
            )
    assert_never(optimizer)


def is_bidirectional(layer: Any) -> bool:
    """Whether this Keras layer is a ``Bidirectional``."""
    return hasattr(layer, "backward_layer")


def is_recurrent(layer: Any) -> bool:
    """Whether this Keras layer is an LSTM or a ``Bidirectional``."""
    return is_bidirectional(layer) or hasattr(layer, "cell")


def directions(layers: Sequence[Any]) -> list[Any]:
    """Every Keras LSTM in order; a ``Bidirectional`` counts as two, forward first."""
    found: list[Any] = []
    for layer in layers:
        if is_bidirectional(layer):
            found += [layer.forward_layer, layer.backward_layer]
        elif is_recurrent(layer):
            found.append(layer)
    return found


def showing_states(keras: Any, layers: Sequence[Any]) -> list[Any]:
    """The same layers, but a built twin with ``return_state`` for every stateless recurrent one."""
    shown = list(layers)
    for index, layer in enumerate(layers):
        if is_recurrent(layer) and not layer.stateful:
            shown[index] = returning_states(keras, layer)
            given = layer.input
            shown[index].build((given[0] if isinstance(given, list | tuple) else given).shape)
    return shown


def returning_states(keras: Any, layer: Any) -> Any:
    """A fresh layer of the same configuration that returns its final states as well.

    It starts with zeros: its weights are given to it before each use, and on OpenVINO the
    orthogonal start of 300 units takes more than a minute.
    """
    if is_bidirectional(layer):
        twin = returning_states(keras, layer.forward_layer)
        return keras.layers.Bidirectional(twin, merge_mode=layer.merge_mode)
    changes = {"return_state": True, "recurrent_initializer": "zeros"}
    return type(layer).from_config({**layer.get_config(), **changes})


def run(
    keras: Any,
    layers: Sequence[Any],
    x: Any,
    mask: Any = None,
    states: Sequence[Any] = (),
    **how: Any,
) -> tuple[Any, list[Any]]:
    """Call one layer after the other; the outputs, and h, c of every direction at the end.

    ``mask`` is given to the first recurrent layer, ``states`` (h, c, h, c, ...) to all of them, and
    what is too many to the last, for Keras to judge. Raises ValueError if a layer is left without;
    whatever else the layers hand on is Keras' own doing. Up to 3.10 they hand on a mask only if it
    comes with the input, which is how ``Sequential`` gives it.
    """
    value, given = x, list(states)
    recurrent = [layer for layer in layers if is_recurrent(layer)]
    if mask is not None:
        value = keras.ops.convert_to_tensor(x)
        value._keras_mask = keras.ops.convert_to_tensor(mask)
    final: list[Any] = []
    for layer in layers:
        if not is_recurrent(layer):
            value = layer(value, **how)
            continue
        arguments = dict(how)
        if states:
            count = len(given) if layer is recurrent[-1] else 2 * len(directions([layer]))
            if not given:
                raise ValueError("there is no initial state for each recurrent layer")
            arguments["initial_state"], given = given[:count], given[count:]
        if mask is not None:
            arguments["mask"], mask = mask, None
        value = layer(value, **arguments)
        if isinstance(value, (list, tuple)):
            value, *returned = value
        final += layer.states if layer.stateful else returned
    return value, final
