"""ONNX operators as layers of the specification."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from lstm_spec.formats.stored import NotReadable, NotSpecified, Stored, StoredLayer
from lstm_spec.meaning.arrays import Array, both_biases
from lstm_spec.meaning.assembly import assembled
from lstm_spec.meaning.context import Context, Made
from lstm_spec.meaning.saved_model import Input, SavedModel
from lstm_spec.meaning.writer import Writer
from lstm_spec.model import (
    LSTM,
    Activation,
    ActivationLayer,
    AnyLayer,
    BatchNormalization,
    Bidirectional,
    Conv1D,
    Dense,
    Embedding,
    Flatten,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    LayerNormalization,
    MaxPooling1D,
    PoolPadding,
    ReLU,
    RepeatVector,
    Reshape,
)

GATES_OF_ONNX = (0, 2, 3, 1)
"""Where input, forget, cell and output stand in ONNX, which has input, output, forget, cell."""

USUAL = ("Sigmoid", "Tanh", "Tanh")

ACTIVATIONS: dict[str, Activation] = {
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Relu": "relu",
    "Softsign": "softsign",
    "Softplus": "softplus",
}


def of_onnx(stored: Stored) -> SavedModel:
    """What an ONNX graph computes."""
    writer = Writer("onnx", stored.version, stored.backend)
    output_axes = stored.training.get("output axes", "")
    usual = output_axes in ("btf", "bf")
    return assembled(stored, writer, the_input(stored), meant, "" if usual else output_axes)


def the_input(stored: Stored) -> Input:
    """The input with its axes in the order of the specification."""
    axes, shape = stored.training["input axes"], stored.input_shape
    assert shape is not None  # the reader has looked
    by_axis = dict(zip(axes, shape, strict=True))
    if axes == "bt":
        table = stored.layers[0].arrays[0].values
        return Input("tokens", (by_axis["b"], by_axis["t"]), int(table.shape[0]))
    features = by_axis["f"] or _features(stored.layers[0])
    if axes == "bf":
        return Input("vector", (by_axis["b"], features))
    kept = "" if axes == "btf" else axes
    return Input("sequence", (by_axis["b"], by_axis["t"], features), axes=kept)


def _features(layer: StoredLayer) -> int:
    if not layer.arrays:
        raise NotReadable("the graph does not say how many features its input has")
    kernel = layer.arrays[0].values
    return int(kernel.shape[0] if layer.kind == "Dense" else kernel.shape[-1])


def meant(layer: StoredLayer, context: Context) -> Made:
    """What one layer of the chain is."""
    return KINDS[layer.kind](layer, context)


def lstm(layer: StoredLayer, context: Context) -> Made:
    """The LSTM operator: gates in ONNX' order, kernels turned, two biases that are added."""
    config = layer.config
    held = {one.name: one.values for one in layer.arrays}
    words = list(config["activations"]) or list(USUAL) * held["W"].shape[0]
    gate, squash = gate_and_squash(words, layer)
    context.notes.mean(
        "the blocks of W, R and B",
        "input, output, forget, cell",
        "the ONNX operator LSTM says so; here they are input, forget, cell, output",
    )
    if "B" in held:
        context.notes.mean(
            "B", "the sum of its halves", "ONNX keeps a bias for the input and one for the state"
        )
    one = LSTM(
        units=int(held["R"].shape[-1]),
        activation=activation(squash, layer),
        recurrent_activation=gate_word(gate, layer),
        use_bias="B" in held,
        forget_bias=False,
        return_sequences=config["gives"] == "sequence",
        go_backwards=config["backwards"],
    )
    stored = [array for k in range(held["W"].shape[0]) for array in of_direction(held, k)]
    if config["both"]:
        if not config["merge"]:
            raise NotSpecified(f"the operator {layer} keeps its directions apart")
        return [Bidirectional(one, config["merge"])], stored
    return [one], stored


def gate_and_squash(words: list[str], layer: StoredLayer) -> tuple[str, str]:
    """The activation of the gates and that of the cell, equal in all directions."""
    each = [tuple(words[k : k + 3]) for k in range(0, len(words), 3)]
    if len(set(each)) != 1 or len(each[0]) != 3 or each[0][1] != each[0][2]:
        raise NotSpecified(
            f"the operator {layer} has the activations {', '.join(words)}: the cell's candidate "
            "and its output must have the same one, in both directions"
        )
    return each[0][0], each[0][1]


def activation(word: str, layer: StoredLayer) -> Activation:
    """An activation of the operator by its name there."""
    if word not in ACTIVATIONS:
        raise NotSpecified(f"the operator {layer} has the activation {word}")
    return ACTIVATIONS[word]


def gate_word(word: str, layer: StoredLayer) -> Activation:
    """The activation of the gates; a HardSigmoid says its slope itself."""
    if word != "HardSigmoid":
        return activation(word, layer)
    alphas, betas = layer.config["alphas"] or [0.2], layer.config["betas"] or [0.5]
    return hard_sigmoid(float(alphas[0]), float(betas[0]), str(layer))


def hard_sigmoid(slope: float, shift: float, where: str) -> Activation:
    """The one of Keras 1 and 2, or that of Keras 3, by its slope."""
    if abs(shift - 0.5) < 1e-6 and abs(slope - 0.2) < 1e-6:
        return "hard_sigmoid_keras2"
    if abs(shift - 0.5) < 1e-6 and abs(slope - 1 / 6) < 1e-6:
        return "hard_sigmoid_keras3"
    raise NotSpecified(f"{where} has a HardSigmoid with slope {slope:g} and shift {shift:g}")


def of_direction(held: dict[str, Array], k: int) -> list[Array]:
    """Kernel, recurrent kernel and bias of one direction."""

    def in_order(blocks: Array) -> Array:
        parts = np.split(blocks, 4)
        return np.concatenate([parts[one] for one in GATES_OF_ONNX])

    found = [in_order(held["W"][k]).T, in_order(held["R"][k]).T]
    if "B" in held:
        found.append(in_order(both_biases(held["B"][k])))
    return found


def values(layer: StoredLayer) -> list[Array]:
    """The arrays as they are."""
    return [one.values for one in layer.arrays]


def dense(layer: StoredLayer, context: Context) -> Made:
    """MatMul and Add, or Gemm."""
    stored = values(layer)
    return [Dense(int(stored[0].shape[1]), use_bias=len(stored) == 2)], stored


def embedding(layer: StoredLayer, context: Context) -> Made:
    """Rows of a table."""
    table = layer.arrays[0].values
    return [Embedding(int(table.shape[0]), int(table.shape[1]))], [table]


def convolution(layer: StoredLayer, context: Context) -> Made:
    """A convolution with its zeros said one by one."""
    config, stored = layer.config, values(layer)
    filters, _, size = stored[0].shape
    made = Conv1D(
        filters=int(filters),
        kernel_size=int(size),
        strides=config["strides"],
        padding="same" if config["same"] else "valid",
        steps_before=config["before"],
        steps_after=config["after"],
        dilation_rate=config["dilation"],
        use_bias=len(stored) == 2,
    )
    return [made], [stored[0].transpose(2, 1, 0), *stored[1:]]


def max_pool(layer: StoredLayer, context: Context) -> Made:
    """The largest of a few steps."""
    config = layer.config
    padding: PoolPadding = "same" if config["same"] else "valid"
    return [
        MaxPooling1D(config["size"], config["strides"], padding, config["before"], config["after"])
    ], []


def batch_normalization(layer: StoredLayer, context: Context) -> Made:
    """Scale, shift, mean and variance as they are."""
    return [BatchNormalization(epsilon=float(layer.config["epsilon"]))], values(layer)


def affine(layer: StoredLayer, context: Context) -> Made:
    """A factor and a shift of each feature: what is left of a normalisation."""
    held = {one.name: one.values for one in layer.arrays}
    width = len(next(iter(held.values())))
    made = BatchNormalization(epsilon=0.0, center="beta" in held, scale="gamma" in held)
    given = [held[one] for one in ("gamma", "beta") if one in held]
    return [made], [*given, np.zeros(width), np.ones(width)]


def layer_normalization(layer: StoredLayer, context: Context) -> Made:
    """Scale and shift as they are."""
    stored = values(layer)
    made = LayerNormalization(epsilon=float(layer.config["epsilon"]), center=len(stored) == 2)
    return [made], stored


def activation_layer(layer: StoredLayer, context: Context) -> Made:
    """A function of each number, or softmax."""
    word = layer.config["word"]
    if word == "hard_sigmoid":
        word = hard_sigmoid(layer.config["slope"], layer.config["shift"], str(layer))
    return [ActivationLayer(cast(Activation, word))], []


def plain(made: Callable[[Any], AnyLayer]) -> Callable[[StoredLayer, Context], Made]:
    """A layer without arrays, made from its configuration."""
    return lambda layer, context: ([made(layer.config)], [])


KINDS: dict[str, Callable[[StoredLayer, Context], Made]] = {
    "LSTM": lstm,
    "Dense": dense,
    "Embedding": embedding,
    "Conv": convolution,
    "MaxPool": max_pool,
    "BatchNormalization": batch_normalization,
    "LayerNormalization": layer_normalization,
    "Affine": affine,
    "Activation": activation_layer,
    "Relu": plain(lambda config: ReLU(config["slope"], config["most"])),
    "Reshape": plain(lambda config: Reshape(tuple(config["shape"]))),
    "RepeatVector": plain(lambda config: RepeatVector(config["n"])),
    "Flatten": plain(lambda config: Flatten()),
    "GlobalAveragePool": plain(lambda config: GlobalAveragePooling1D()),
    "GlobalMaxPool": plain(lambda config: GlobalMaxPooling1D()),
}
"""Every kind of layer that the reader of ONNX leaves."""
