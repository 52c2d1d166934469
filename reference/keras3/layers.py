"""From a ``ModelSpec`` to a compiled Keras model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, assert_never, get_args

from lstm_spec.contract import Unsupported, first_line
from lstm_spec.model import (
    LSTM,
    NARROW,
    VOCABULARIES,
    AnyLayer,
    AnyLoss,
    BiasInitializer,
    Bidirectional,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Dense,
    ForwardOnly,
    Huber,
    Initializer,
    Maps,
    Masking,
    Meant,
    ModelSpec,
    Reduction,
    RepeatVector,
    SparseCategoricalCrossentropy,
    TimeDistributed,
    loss_facts,
    meant,
)
from lstm_spec.model.form import Form
from reference.keras3 import optimizers, rules
from reference.keras3.activations import keras_activation
from reference.keras3.feeding import compiling
from reference.keras3.recurrent import in_groups, keras_recurrent

MAPS: Maps = {
    "ModelSpec": (
        "layers",
        "features",
        "batch_size",
        "time_steps",
        "loss",
        "optimizer",
        "dtype",
        "precision",
        "inner_steps",
        "reduction",
    ),
    "ModelSpec.precision": ("full", *NARROW),
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
        "seed",
        "kernel_initializer",
        "recurrent_initializer",
        "bias_initializer",
        "kernel_regularizer",
        "recurrent_regularizer",
        "bias_regularizer",
        "activity_regularizer",
        "kernel_constraint",
        "recurrent_constraint",
        "bias_constraint",
        "trainable",
    ),
    "LSTM.kernel_initializer": get_args(Initializer),
    "LSTM.recurrent_initializer": get_args(Initializer),
    "LSTM.bias_initializer": get_args(BiasInitializer),
    "Bidirectional": ("layer", "merge_mode", "backward_layer"),
    "TimeDistributed": ("layer",),
    "ModelSpec.reduction": get_args(Reduction),
    "Bidirectional.merge_mode": ("concat", "sum", "mul", "ave", "apart"),
    "Masking": ("mask_value",),
    "RepeatVector": ("n",),
    "Dense": ("units", "activation", "use_bias", "trainable"),
    **rules.MAPS,
    "VarianceScaling": ("scale", "mode", "distribution"),
    "VarianceScaling.mode": ("fan_in", "fan_out", "fan_avg"),
    "VarianceScaling.distribution": ("truncated_normal", "untruncated_normal", "uniform"),
    "Orthogonal": ("gain",),
    "Identity": ("gain",),
    "Constant": ("value",),
    "RandomUniform": ("minval", "maxval"),
    "RandomNormal": ("mean", "stddev"),
    "TruncatedNormal": ("mean", "stddev"),
    "activation": VOCABULARIES["activation"],
    "loss": VOCABULARIES["loss"],
    "Huber": ("delta",),
    "CategoricalCrossentropy": ("from_logits", "label_smoothing"),
    "SparseCategoricalCrossentropy": ("from_logits", "ignore_class"),
    "BinaryCrossentropy": ("from_logits", "label_smoothing"),
    "dtype": ("float32", "float64"),
    **optimizers.MAPS,
}
"""What is translated here: every argument that is not listed would be lost on the way to Keras."""


def sequential(keras: Any, spec: ModelSpec, path: str = "") -> Any:
    """A compiled ``keras.Sequential`` on a path; its input has the axes of the description."""
    shape = (spec.batch_size, spec.time_steps, *spec.input_shape(1, 1)[2:])
    model = keras.Sequential([keras.Input(batch_shape=shape), *keras_layers(keras, spec, path)])
    loss, shares = keras_loss(keras, spec), loss_weights(spec)
    model.compile(
        loss=[loss, loss] if shares else loss,
        optimizer=optimizers.keras_optimizer(keras, spec.optimizer),
        metrics=keras_metrics(keras, spec.loss),
        loss_weights=shares,
        **compiling(path),
    )
    return model


def loss_weights(spec: ModelSpec) -> list[float] | None:
    """The shares of two outputs in a mean over the numbers of both; Keras adds up two losses.

    Raises ``Unsupported`` for a loss that would see other classes in half of the outputs.
    """
    last = spec.layers[-1]
    if not isinstance(last, Bidirectional) or last.merge_mode != "apart":
        return None
    if spec.loss not in ("mse", "mae", "huber"):
        raise Unsupported("this adapter measures two outputs number by number alone")
    ahead, back = (one.width for one in last.cells)
    return [ahead / (ahead + back), back / (ahead + back)]


def keras_layers(keras: Any, spec: ModelSpec, path: str) -> Iterator[Any]:
    """The Keras layers of a description; on the path of stacked cells, fewer than it has."""
    given = iter(spec.forms())
    for group in in_groups(spec.layers, path):
        form, *_ = (next(given) for _ in group)
        cells = [layer for layer in group if isinstance(layer, LSTM)]
        if cells:
            yield keras_recurrent(keras, cells, form, path)
        else:
            yield keras_layer(keras, group[0], form, path)


def refuse_other_layers(config: Any, maps: Maps) -> None:
    """Raise ``Unsupported`` for the first layer in a saved configuration that is not mapped."""
    known = {"InputLayer": True, "LSTMCell": "LSTM" in maps, "StackedRNNCells": True, "RNN": True}
    for layer in layers_within(config):
        kind = layer["class_name"]
        if kind not in maps and not known.get(kind):
            raise Unsupported(f"the adapter of Keras 3 maps no layer {kind}, which is in this file")
        refuse_other_layers(layer["config"], maps)


def layers_within(config: Any) -> list[Any]:
    """The configurations of the layers, or of the cells, that stand in one of a saved model."""
    one = [config[name] for name in ("layer", "cell") if name in config]
    return [*config.get("layers", ()), *config.get("cells", ()), *one]


def keras_layer(keras: Any, layer: AnyLayer, given: Form, path: str) -> Any:
    """The Keras layer of the same meaning."""
    match layer:
        case LSTM():
            return keras_recurrent(keras, [layer], given, path)
        case Bidirectional():
            one = keras_recurrent(keras, [layer.layer], given, path)
            own = layer.backward_layer and keras_recurrent(
                keras, [replace(layer.backward_layer, go_backwards=True)], given, path
            )
            mode = None if layer.merge_mode == "apart" else layer.merge_mode
            return keras.layers.Bidirectional(one, merge_mode=mode, backward_layer=own)
        case TimeDistributed():
            inside = keras_layer(keras, layer.layer, given.of_a_step, path)
            return keras.layers.TimeDistributed(inside)
        case Masking():
            return keras.layers.Masking(layer.mask_value)
        case RepeatVector():
            return keras.layers.RepeatVector(layer.n)
        case Dense():
            return keras.layers.Dense(
                layer.units,
                activation=keras_activation(keras, layer.activation),
                use_bias=layer.use_bias,
                trainable=layer.trainable,
            )
        case ForwardOnly():
            raise Unsupported(f"this adapter does not build a {type(layer).__name__}")
    assert_never(layer)


REDUCTIONS: Mapping[Reduction, str] = {
    "mean": "sum_over_batch_size",
    "sum": "sum",
    "weighted mean": "mean_with_sample_weight",
}
"""What Keras calls each of them."""


def keras_loss(keras: Any, spec: ModelSpec) -> Any:
    """A word as it is, which Keras knows; the class of the same name where there is more to say.

    Raises ``Unsupported`` for a reduction that this Keras does not have.
    """
    losses, loss = keras.losses, spec.loss
    if isinstance(loss, str) and spec.reduction == "mean":
        return loss
    try:
        return class_of_loss(losses, meant(loss), {"reduction": REDUCTIONS[spec.reduction]})
    except ValueError as error:
        if spec.reduction == "mean":
            raise
        raise Unsupported(f"this Keras does not reduce so: {first_line(error)}") from error


def class_of_loss(losses: Any, loss: Meant, reduced: dict[str, str]) -> Any:
    """An object of the class of ``keras.losses`` that a loss is."""
    match loss:
        case "mse":
            return losses.MeanSquaredError(**reduced)
        case "mae":
            return losses.MeanAbsoluteError(**reduced)
        case Huber():
            return losses.Huber(delta=loss.delta, **reduced)
        case CategoricalCrossentropy():
            return losses.CategoricalCrossentropy(
                from_logits=loss.from_logits, label_smoothing=loss.label_smoothing, **reduced
            )
        case SparseCategoricalCrossentropy():
            return losses.SparseCategoricalCrossentropy(
                from_logits=loss.from_logits, ignore_class=loss.ignore_class, **reduced
            )
        case BinaryCrossentropy():
            return losses.BinaryCrossentropy(
                from_logits=loss.from_logits, label_smoothing=loss.label_smoothing, **reduced
            )
    assert_never(loss)


def keras_metrics(keras: Any, loss: AnyLoss) -> list[Any] | None:
    """The accuracy that "accuracy" stands for beside this loss, where it has one.

    Given as an object it exists before the first update, whose function TensorFlow would otherwise
    trace twice.
    """
    metrics = keras.metrics
    match loss_facts(loss).targets:
        case "classes":
            return [metrics.CategoricalAccuracy(name="accuracy")]
        case "labels":
            return [metrics.SparseCategoricalAccuracy(name="accuracy")]
        case "bits":
            return [metrics.BinaryAccuracy(name="accuracy")]
        case "numbers":
            return None
