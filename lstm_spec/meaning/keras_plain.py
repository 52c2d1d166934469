"""Layers of a Keras file without weights: activations, noise, shapes, masking and pooling."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

from lstm_spec.formats.stored import NotReadable, NotSpecified, StoredLayer
from lstm_spec.meaning.activations import activation
from lstm_spec.meaning.arguments import Arguments
from lstm_spec.meaning.context import Context, Made
from lstm_spec.model import (
    ActivationLayer,
    AnyLayer,
    Dropout,
    Flatten,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    Masking,
    MaxPooling1D,
    ReLU,
    RepeatVector,
    Reshape,
)

NOISES = {
    "Dropout": "dropout",
    "SpatialDropout1D": "whole features",
    "GaussianDropout": "gaussian factor",
    "GaussianNoise": "gaussian noise",
    "AlphaDropout": "alpha dropout",
}


def noise(layer: StoredLayer, context: Context) -> Made:
    """Dropout and its kin, which do nothing outside training."""
    said = Arguments(layer, context.writer, context.notes)
    rate = said.number("rate", "p", "stddev", "sigma", default=0.0)
    said.take("data_format", "dim_ordering", default=None)
    said.done()
    return [Dropout(rate, NOISES[layer.kind])], []  # type: ignore[arg-type]


def activation_layer(layer: StoredLayer, context: Context) -> Made:
    """An activation as a layer."""
    said = Arguments(layer, context.writer, context.notes)
    function, more = with_activation(said, layer, context)
    said.done()
    return [*([] if more else [ActivationLayer(function)]), *more], []


def softmax(layer: StoredLayer, context: Context) -> Made:
    """The layer of that name."""
    said = Arguments(layer, context.writer, context.notes)
    last_axis(said, layer, context)
    said.done()
    return [ActivationLayer("softmax")], []


def elu(layer: StoredLayer, context: Context) -> Made:
    """The layer of that name, at its usual alpha."""
    said = Arguments(layer, context.writer, context.notes)
    if said.number("alpha", default=1.0) != 1.0:
        raise NotSpecified(f"the layer {layer} has an alpha other than 1, which is not specified")
    said.done()
    return [ActivationLayer("elu")], []


def relu(layer: StoredLayer, context: Context) -> Made:
    """ReLU with its three numbers."""
    said = Arguments(layer, context.writer, context.notes)
    most = said.take("max_value", default=None)
    if isinstance(most, Mapping):
        most = most.get("value")
    made = ReLU(
        negative_slope=said.number("negative_slope", default=0.0),
        max_value=None if most is None else float(most),
        threshold=said.number("threshold", default=0.0),
    )
    said.done()
    return [made], []


def leaky_relu(layer: StoredLayer, context: Context) -> Made:
    """ReLU with a slope below zero: ``alpha`` up to Keras 2, 0.3 in every version."""
    said = Arguments(layer, context.writer, context.notes)
    made = ReLU(negative_slope=said.number("negative_slope", "alpha", default=0.3))
    said.done()
    return [made], []


def flatten(layer: StoredLayer, context: Context) -> Made:
    """All steps of a row side by side."""
    said = Arguments(layer, context.writer, context.notes)
    said.only("data_format", "channels_last", None)
    said.done()
    fixed_length(layer, context)
    return [Flatten()], []


def fixed_length(layer: StoredLayer, context: Context) -> int:
    """How many numbers a row has. Raises NotSpecified where its length is not fixed."""
    axes = context.given.axes
    if None in axes:
        raise NotSpecified(
            f"the layer {layer} needs a fixed number of time steps, which the file does not say"
        )
    return prod(one for one in axes if one is not None)


def reshape(layer: StoredLayer, context: Context) -> Made:
    """The numbers of a row in another shape; one length may be -1."""
    said = Arguments(layer, context.writer, context.notes)
    target = said.take("target_shape")
    said.done()
    count = fixed_length(layer, context)
    if not isinstance(target, list) or not all(isinstance(one, int) for one in target):
        raise NotReadable(f"the layer {layer} has a target shape that is none: {target!r}")
    known = prod(one for one in target if one != -1)
    shape = tuple(count // known if one == -1 and known else one for one in target)
    if len(shape) not in (1, 2):
        raise NotSpecified(
            f"the layer {layer} makes {len(shape)} axes of a row: only sequences of features and "
            "plain vectors are specified"
        )
    return [Reshape(shape)], []


def repeat_vector(layer: StoredLayer, context: Context) -> Made:
    """One vector becomes n equal steps."""
    said = Arguments(layer, context.writer, context.notes)
    made = RepeatVector(said.count("n"))
    said.done()
    return [made], []


def masking(layer: StoredLayer, context: Context) -> Made:
    """Steps that hold only one value do not count."""
    said = Arguments(layer, context.writer, context.notes)
    made = Masking(said.number("mask_value", default=0.0))
    said.done()
    return [made], []


def max_pooling(layer: StoredLayer, context: Context) -> Made:
    """The largest of a few steps."""
    said = Arguments(layer, context.writer, context.notes)
    size = said.count("pool_size", "pool_length", default=2)
    strides = said.take("strides", "stride", default=None)
    said.left["strides"] = size if strides is None else strides
    padding = said.take("padding", "border_mode", default="valid")
    said.only("data_format", "channels_last", None)
    if padding not in ("valid", "same"):
        raise NotSpecified(f"the layer {layer} has padding {padding!r}, which is not specified")
    before = after = 0
    if padding == "same" and context.writer.flips_kernels:
        padding, before = "valid", size - 2 if size % 2 else size - 1
        after = size - 1 - before
    made = MaxPooling1D(size, said.count("strides"), padding, before, after)
    said.done()
    return [made], []


def global_pooling(layer: StoredLayer, context: Context) -> Made:
    """The mean or the largest value over all steps."""
    said = Arguments(layer, context.writer, context.notes)
    said.only("data_format", "channels_last", None)
    said.only("keepdims", False)
    said.done()
    of_mean = layer.kind == "GlobalAveragePooling1D"
    return [GlobalAveragePooling1D() if of_mean else GlobalMaxPooling1D()], []


def with_activation(
    said: Arguments, layer: StoredLayer, context: Context
) -> tuple[Any, list[AnyLayer]]:
    """The activation of a layer, or ``linear`` and the layer that stands in its place.

    Keras 3 lets a layer such as LeakyReLU be the activation of another one.
    """
    word = said.take("activation", default="linear")
    made_by = {"ReLU": relu, "LeakyReLU": leaky_relu}
    if isinstance(word, Mapping) and word.get("class_name") in made_by:
        inner = word.get("config")
        kind = str(word["class_name"])
        inside = StoredLayer(kind, layer.name, inner if isinstance(inner, Mapping) else {})
        return "linear", made_by[kind](inside, context)[0]
    where = f"the activation of {layer}"
    return activation(word, context.writer, context.notes, where), []


def last_axis(said: Arguments, layer: StoredLayer, context: Context) -> None:
    """Normalisation over the features; over another axis it is not specified."""
    axis = said.take("axis", default=-1)
    axes = list(axis) if isinstance(axis, list) else [axis]
    if axes not in ([-1], [len(context.given.axes)]):
        raise NotSpecified(f"the layer {layer} normalises axis {axis!r}, not the features")
