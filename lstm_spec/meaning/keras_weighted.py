"""Layers of a Keras file with weights and without a state: Dense, Embedding, Conv1D and the
normalisations.
"""

from __future__ import annotations

from lstm_spec.formats.stored import NotSpecified, StoredLayer
from lstm_spec.meaning import arrays
from lstm_spec.meaning.arguments import Arguments
from lstm_spec.meaning.context import Context, Made
from lstm_spec.meaning.keras_plain import last_axis, with_activation
from lstm_spec.model import (
    BatchNormalization,
    Conv1D,
    Dense,
    Embedding,
    LayerNormalization,
)


def dense(layer: StoredLayer, context: Context) -> Made:
    """A Dense layer; over a sequence it is applied to every step."""
    said = Arguments(layer, context.writer, context.notes)
    function, more = with_activation(said, layer, context)
    made = Dense(
        units=said.count("units", "output_dim"),
        activation=function,
        use_bias=said.flag("use_bias", "bias", default=True),
    )
    said.done()
    return [made, *more], arrays.values(layer)


def embedding(layer: StoredLayer, context: Context) -> Made:
    """Whole numbers become rows of a table; with ``mask_zero``, steps that hold 0 are masked."""
    said = Arguments(layer, context.writer, context.notes)
    made = Embedding(
        input_dim=int(layer.config.get("input_dim", 0)) or said.count("input_dim"),
        output_dim=said.count("output_dim"),
        mask_zero=said.flag("mask_zero", default=False),
    )
    said.take("dropout", default=None)  # Keras 1: whole words left out, in training
    said.done()
    return [made], arrays.values(layer)


def conv1d(layer: StoredLayer, context: Context) -> Made:
    """A convolution over time."""
    writer = context.writer
    said = Arguments(layer, writer, context.notes)
    size = said.count("kernel_size", "filter_length")
    strides = said.count("strides", "subsample_length", default=1)
    dilation = said.count("dilation_rate", "atrous_rate", default=1)
    padding = said.take("padding", "border_mode", default="valid")
    said.only("data_format", "channels_last", None)
    said.only("groups", 1)
    if padding not in ("valid", "same", "causal"):
        raise NotSpecified(f"the layer {layer} has padding {padding!r}, which is not specified")
    reach = (size - 1) * dilation
    before = after = 0
    if padding == "same" and writer.flips_kernels:
        context.notes.mean(
            "padding 'same' of a convolution",
            f"{(reach + 1) // 2} zeros before the first step",
            "Theano puts half of the kernel's length on each side; TensorFlow puts the smaller "
            "half first, and fewer with strides",
        )
        padding, before = "valid", (reach + 1) // 2
        after = reach - before
    function, more = with_activation(said, layer, context)
    made = Conv1D(
        filters=said.count("filters", "nb_filter"),
        kernel_size=size,
        strides=strides,
        padding=padding,
        steps_before=before,
        steps_after=after,
        dilation_rate=dilation,
        activation=function,
        use_bias=said.flag("use_bias", "bias", default=True),
    )
    said.done()
    stored = arrays.values(layer)
    if stored:
        stored[0] = arrays.kernel_of_convolution(stored[0], size, writer, layer)
    if writer.flips_kernels:
        context.notes.mean(
            "the kernel of a convolution",
            "turned round in time",
            "Theano convolves where TensorFlow correlates",
        )
    return [made, *more], stored


def batch_normalization(layer: StoredLayer, context: Context) -> Made:
    """Normalisation with the means and variances that training has left."""
    said = Arguments(layer, context.writer, context.notes)
    last_axis(said, layer, context)
    said.only("mode", 0)
    said.only("renorm", False)
    said.only("virtual_batch_size", None)
    said.only("adjustment", None)
    made = BatchNormalization(
        epsilon=said.number("epsilon", default=1e-3),
        center=said.flag("center", default=True),
        scale=said.flag("scale", default=True),
    )
    said.done()
    if context.writer.generation == 1:
        context.notes.mean(
            "running_std", "the variance", "Keras 1 called it so, and kept the variance in it"
        )
    return [made], arrays.values(layer)


def layer_normalization(layer: StoredLayer, context: Context) -> Made:
    """Normalisation of each step by its own mean and variance."""
    said = Arguments(layer, context.writer, context.notes)
    last_axis(said, layer, context)
    said.only("rms_scaling", False)
    made = LayerNormalization(
        epsilon=said.number("epsilon", default=1e-3),
        center=said.flag("center", default=True),
        scale=said.flag("scale", default=True),
    )
    said.done()
    return [made], arrays.values(layer)
