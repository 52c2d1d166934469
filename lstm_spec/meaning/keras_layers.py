"""Each layer of a Keras file as layers of the specification, as its writer's version means it.

A function for each kind takes the layer and what reaches it, and returns what it is. The kinds
that are known by name and not specified are listed with their reasons, so that a user reads more
than "unknown".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import prod
from typing import Any

from lstm_spec.formats.keras_configuration import Described, inner_layer
from lstm_spec.formats.stored import NotReadable, NotSpecified, StoredLayer
from lstm_spec.meaning import arrays
from lstm_spec.meaning.activations import activation
from lstm_spec.meaning.arguments import Arguments
from lstm_spec.meaning.context import Context, Made
from lstm_spec.meaning.notes import Notes
from lstm_spec.meaning.writer import Writer
from lstm_spec.model import (
    LSTM,
    ActivationLayer,
    AnyLayer,
    BatchNormalization,
    Bidirectional,
    Conv1D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    LayerNormalization,
    Masking,
    MaxPooling1D,
    ReLU,
    RepeatVector,
    Reshape,
)

Maker = Callable[[StoredLayer, Context], Made]


def meant(layer: StoredLayer, context: Context) -> Made:
    """What one layer of the file is.

    Raises NotSpecified for a kind or an argument that is not specified.
    """
    maker = KINDS.get(layer.kind)
    if maker is None:
        raise NotSpecified(f"the layer {layer} {why_not(layer.kind)}")
    note_training_call(layer, context)
    return maker(layer, context)


def why_not(kind: str) -> str:
    """Why a kind of layer is not specified, as the rest of a sentence."""
    if kind in NOT_SPECIFIED:
        return NOT_SPECIFIED[kind]
    return (
        "is not specified: either a class of its author's own, whose code the file does not "
        "contain, or a layer that this specification does not describe"
    )


NOT_SPECIFIED = {
    "GRU": "is no LSTM: GRU layers are not specified",
    "CuDNNGRU": "is no LSTM: GRU layers are not specified",
    "SimpleRNN": "is no LSTM: simple recurrent layers are not specified",
    "RNN": "is a recurrent layer around cells of its own, which is not specified",
    "ConvLSTM1D": "is a convolutional LSTM, which is not specified",
    "ConvLSTM2D": "is a convolutional LSTM, which is not specified",
    "Lambda": "is a Lambda: it holds Python code, which is never run here",
    "Attention": "is an attention layer, which is not specified",
    "AdditiveAttention": "is an attention layer, which is not specified",
    "MultiHeadAttention": "is an attention layer, which is not specified",
    "Sequential": "is a model inside the model, which is not specified",
    "Functional": "is a model inside the model, which is not specified",
    "Model": "is a model inside the model, which is not specified",
    "TFOpLambda": "is an operation of TensorFlow, which is not specified",
    "TensorFlowOpLayer": "is an operation of TensorFlow, which is not specified",
}


def note_training_call(layer: StoredLayer, context: Context) -> None:
    """What it means that a functional model called this layer with ``training=True``."""
    if layer.call.get("training") is not True:
        return
    if layer.kind == "BatchNormalization":
        raise NotSpecified(
            f"the layer {layer} is called with training=True: it normalises with the statistics of "
            "whatever batch it is given, so its outputs for a row depend on the other rows"
        )
    rates = [float(layer.config.get(one) or 0) for one in ("rate", "p", "stddev", "sigma")]
    rates += [float(layer.config.get(one) or 0) for one in ("dropout", "recurrent_dropout")]
    if any(rates):
        context.notes.remark(
            layer.name,
            "is called with training=True: the model gives random outputs on purpose (Monte Carlo "
            "dropout). Everything here is said with dropout off",
        )


# Recurrent layers ---------------------------------------------------------------------------------


def default_gate(writer: Writer, notes: Notes, where: str) -> str:
    """The recurrent activation where a file does not say it: the default of its time."""
    of_two_tensorflows = writer.library == "tf.keras" and writer.before(2, 3)
    if writer.generation is None or of_two_tensorflows:
        raise NotSpecified(
            f"{where} does not say its recurrent activation, and the file does not say which Keras "
            "wrote it: the default was hard_sigmoid up to Keras 2.2 and TensorFlow 1, and is "
            "sigmoid since Keras 2.3 and TensorFlow 2"
        )
    word = "hard_sigmoid" if writer.before(2, 3) else "sigmoid"
    notes.mean(
        "no recurrent_activation",
        word,
        f"the default of {writer}; it was hard_sigmoid up to Keras 2.2 and is sigmoid since 2.3",
    )
    return word


def cell(layer: StoredLayer, context: Context, of_cudnn: bool = False) -> LSTM:
    """The LSTM that a configuration describes."""
    writer, notes = context.writer, context.notes
    said = Arguments(layer, writer, notes)
    units = said.count("units", "output_dim")
    gate = said.take("recurrent_activation", "inner_activation", default=None)
    if of_cudnn:
        gate = "sigmoid"
    elif gate is None:
        gate = default_gate(writer, notes, f"the layer {layer}")
    squash = said.take("activation", default="tanh")
    forget = said.take("unit_forget_bias", default=layer.config.get("forget_bias_init") != "zero")
    if said.take("return_state", default=False):
        raise NotSpecified(f"the layer {layer} returns its states: the model is no chain")
    said.only("time_major", False)
    made = LSTM(
        units=units,
        activation=activation(squash, writer, notes, f"the activation of {layer}"),
        recurrent_activation=activation(
            gate, writer, notes, f"the recurrent activation of {layer}"
        ),
        use_bias=said.flag("use_bias", default=True),
        forget_bias=bool(forget),
        return_sequences=said.flag("return_sequences", default=False),
        go_backwards=said.flag("go_backwards", default=False),
        stateful=said.flag("stateful", default=False),
        dropout=said.number("dropout", "dropout_W", default=0.0),
        recurrent_dropout=said.number("recurrent_dropout", "dropout_U", default=0.0),
        zero_output_for_mask=said.flag("zero_output_for_mask", default=False),
        mask_in_reading_order=True,
    )
    said.done()
    return made


def note_state(layer: StoredLayer, made: LSTM, notes: Notes, backend: str) -> None:
    """What is remarkable about a recurrent layer."""
    if made.stateful:
        notes.remark(
            layer.name,
            "is stateful: each batch starts from the final states of the batch before it, until "
            "reset_states is called",
        )
    if made.stateful and backend.startswith("jax"):
        notes.remark(
            layer.name,
            "was written on JAX, where predict does not keep the states of a stateful layer: what "
            "is computed here is what stateful means, not what predict gave there",
        )
    if made.recurrent_activation == "hard_sigmoid_keras2":
        notes.remark(
            layer.name,
            "has gates of the old hard_sigmoid, 0.2 x + 0.5 between 0 and 1: Keras 3 computes "
            "something else under this name",
        )


def lstm(layer: StoredLayer, context: Context) -> Made:
    """An LSTM of any generation."""
    made = cell(layer, context, of_cudnn=layer.kind == "CuDNNLSTM")
    note_state(layer, made, context.notes, context.writer.backend)
    made = replace(made, mask_in_reading_order=made.go_backwards and made.return_sequences)
    stored = arrays.of_direction(
        arrays.values(layer), made.use_bias, layer, context.writer, context.notes
    )
    return [made], stored


def bidirectional(layer: StoredLayer, context: Context) -> Made:
    """An LSTM in both directions; every way to merge them but to leave them apart."""
    said = Arguments(layer, context.writer, context.notes)
    inside = inner_layer(layer.config)
    if inside.kind not in ("LSTM", "CuDNNLSTM"):
        raise NotSpecified(f"the layer {layer} wraps {inside.kind}, which is not specified")
    said.take("layer")
    forward = _cell_inside(inside, layer, context)
    if forward.go_backwards:
        raise NotSpecified(f"the layer {layer} wraps a layer that runs backwards itself")
    if said.take("backward_layer", default=None) is not None:
        back = _cell_inside(inner_layer(layer.config, "backward_layer"), layer, context)
        if replace(back, go_backwards=False) != forward:
            raise NotSpecified(
                f"the layer {layer} has a backward layer that is not the mirror of its forward one"
            )
    merge_mode = said.take("merge_mode", default="concat")
    if merge_mode not in ("concat", "sum", "mul", "ave"):
        raise NotSpecified(
            f"the layer {layer} does not merge its directions (merge_mode = {merge_mode!r}): two "
            "outputs are no chain"
        )
    said.done()
    note_state(layer, forward, context.notes, context.writer.backend)
    if forward.return_sequences:
        zero = gives_zero_at_masked_steps(layer, context.writer)
        forward = replace(forward, zero_output_for_mask=zero)
    stored = [
        array
        for half in arrays.halves(arrays.values(layer), layer)
        for array in arrays.of_direction(
            half, forward.use_bias, layer, context.writer, context.notes
        )
    ]
    return [Bidirectional(forward, merge_mode)], stored


def _cell_inside(inside: Described, layer: StoredLayer, context: Context) -> LSTM:
    inner = StoredLayer(inside.kind, f"{layer.name}/{inside.name}", inside.config)
    made = cell(inner, context, of_cudnn=inside.kind == "CuDNNLSTM")
    return replace(made, mask_in_reading_order=False)


def gives_zero_at_masked_steps(layer: StoredLayer, writer: Writer) -> bool:
    """Whether the halves of a Bidirectional that returns sequences give zero at masked steps.

    Keras itself, up to 2.3, repeats the last output there, and so do TensorFlow 2.0 and 2.1.
    TensorFlow 1 and TensorFlow since 2.2 give zero, and so does Keras 3 (MASK-40, measured). The
    file of a tf.keras does not say which TensorFlow wrote it: 2.2.4-tf is of 1.13 to 2.0, whose
    initialisers name a dtype in TensorFlow 1 only; 2.3.0-tf is of 2.1 and 2.2, and only the latter
    has the cell in the names of the arrays.
    """
    if writer.library != "tf.keras":
        return writer.generation == 3
    if not writer.before(2, 4):
        return True
    if not writer.before(2, 3):
        return any("_cell" in one.name for one in layer.arrays)
    initializer = inner_layer(layer.config).config.get("kernel_initializer")
    config = initializer.get("config") if isinstance(initializer, Mapping) else None
    return isinstance(config, Mapping) and "dtype" in config


# Layers with weights ------------------------------------------------------------------------------


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


def with_activation(
    said: Arguments, layer: StoredLayer, context: Context
) -> tuple[Any, list[AnyLayer]]:
    """The activation of a layer, or ``linear`` and the layer that stands in its place.

    Keras 3 lets a layer such as LeakyReLU be the activation of another one.
    """
    word = said.take("activation", default="linear")
    if isinstance(word, Mapping) and word.get("class_name") in ("ReLU", "LeakyReLU"):
        inner = word.get("config")
        inside = StoredLayer(
            str(word["class_name"]), layer.name, inner if isinstance(inner, Mapping) else {}
        )
        return "linear", meant(inside, context)[0]
    where = f"the activation of {layer}"
    return activation(word, context.writer, context.notes, where), []


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


def last_axis(said: Arguments, layer: StoredLayer, context: Context) -> None:
    """Normalisation over the features; over another axis it is not specified."""
    axis = said.take("axis", default=-1)
    axes = list(axis) if isinstance(axis, list) else [axis]
    if axes not in ([-1], [len(context.given.axes)]):
        raise NotSpecified(f"the layer {layer} normalises axis {axis!r}, not the features")


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


# Layers without weights ---------------------------------------------------------------------------


def nothing(layer: StoredLayer, context: Context) -> Made:
    """An InputLayer says only what shape the input has."""
    for flag in ("sparse", "ragged"):
        if layer.config.get(flag):
            raise NotSpecified(f"the input {layer} is {flag}, which is not specified")
    return [], []


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


AT_EVERY_STEP = frozenset(
    {"Dense", "Activation", "Dropout", "GaussianDropout", "GaussianNoise", "ReLU", "LeakyReLU"}
    | {"BatchNormalization", "LayerNormalization", "Softmax", "ELU"}
)
"""Layers that do to a sequence what TimeDistributed does with them."""


def time_distributed(layer: StoredLayer, context: Context) -> Made:
    """The layer inside, for layers that treat every step by itself anyway."""
    said = Arguments(layer, context.writer, context.notes)
    inside = inner_layer(layer.config)
    said.take("layer")
    said.done()
    if inside.kind not in AT_EVERY_STEP:
        raise NotSpecified(
            f"the layer {layer} wraps {inside.kind}: TimeDistributed is specified around Dense and "
            "layers without a sense of time"
        )
    config = dict(inside.config)
    if config.get("axis") in (1, [1]):
        config["axis"] = -1  # of the two axes that the inner layer sees
    inner = StoredLayer(inside.kind, layer.name, config, layer.arrays, layer.call)
    return meant(inner, context)


KINDS: dict[str, Maker] = {
    "InputLayer": nothing,
    "ActivityRegularization": lambda layer, context: ([], []),
    "LSTM": lstm,
    "CuDNNLSTM": lstm,
    "Bidirectional": bidirectional,
    "Dense": dense,
    "TimeDistributedDense": dense,
    "TimeDistributed": time_distributed,
    "Embedding": embedding,
    "Conv1D": conv1d,
    "Convolution1D": conv1d,
    "AtrousConvolution1D": conv1d,
    "BatchNormalization": batch_normalization,
    "LayerNormalization": layer_normalization,
    **dict.fromkeys(NOISES, noise),
    "Activation": activation_layer,
    "Softmax": softmax,
    "ELU": elu,
    "ReLU": relu,
    "LeakyReLU": leaky_relu,
    "Flatten": flatten,
    "Reshape": reshape,
    "RepeatVector": repeat_vector,
    "Masking": masking,
    "MaxPooling1D": max_pooling,
    "GlobalAveragePooling1D": global_pooling,
    "GlobalMaxPooling1D": global_pooling,
}
"""Every kind of layer that is specified, by the name that some Keras gave it."""
