"""Each layer of a Keras file as layers of the specification, as its writer's version means it.

A function for each kind takes the layer and what reaches it, and returns what it is. The kinds
that are known by name and not specified are listed with their reasons, so that a user reads more
than "unknown".
"""

from __future__ import annotations

from collections.abc import Callable

from lstm_spec.formats.keras_configuration import inner_layer
from lstm_spec.formats.stored import NotSpecified, StoredLayer
from lstm_spec.meaning.arguments import Arguments
from lstm_spec.meaning.context import Context, Made
from lstm_spec.meaning.keras_plain import (
    NOISES,
    activation_layer,
    elu,
    flatten,
    global_pooling,
    leaky_relu,
    masking,
    max_pooling,
    noise,
    relu,
    repeat_vector,
    reshape,
    softmax,
)
from lstm_spec.meaning.keras_recurrent import bidirectional, lstm
from lstm_spec.meaning.keras_weighted import (
    batch_normalization,
    conv1d,
    dense,
    embedding,
    layer_normalization,
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


def nothing(layer: StoredLayer, context: Context) -> Made:
    """An InputLayer says only what shape the input has."""
    for flag in ("sparse", "ragged"):
        if layer.config.get(flag):
            raise NotSpecified(f"the input {layer} is {flag}, which is not specified")
    return [], []


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
