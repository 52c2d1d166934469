"""Modules of a PyTorch state dict as layers of the specification."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

import numpy as np

from lstm_spec.formats.stored import NotReadable, NotSpecified, Stored, StoredLayer
from lstm_spec.meaning.arrays import Array
from lstm_spec.meaning.assembly import assembled
from lstm_spec.meaning.context import Context, Made
from lstm_spec.meaning.saved_model import Input, SavedModel
from lstm_spec.meaning.writer import Writer
from lstm_spec.model import (
    LSTM,
    Activation,
    ActivationLayer,
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
    ReLU,
)

OTHER_WORDS = {"hardsigmoid": "hard_sigmoid_keras3", "hardtanh": "hard_tanh"}
"""PyTorch's words whose equals have another name here; its Hardsigmoid is relu6(x + 3) / 6."""

USUAL_EPSILON = 1e-5
"""What BatchNorm1d and LayerNorm take unless they are told otherwise; no state dict holds it."""


def of_torch(stored: Stored) -> SavedModel:
    """What a state dict computes in the chain that the user says."""
    layers = steps_taken(stored.layers)
    given = the_input(layers[0])
    writer = Writer("pytorch", "", "")
    return assembled(replace(stored, layers=layers), writer, given, meant)


def steps_taken(layers: tuple[StoredLayer, ...]) -> tuple[StoredLayer, ...]:
    """``last`` and ``final`` say of the LSTM before them what it gives."""
    found: list[StoredLayer] = []
    for layer in layers:
        if layer.kind not in ("last", "final"):
            found.append(layer)
            continue
        if not found or found[-1].kind != "LSTM":
            raise NotSpecified(f"--layers: {layer.kind!r} stands behind something that is no LSTM")
        before = found[-1]
        if layer.kind == "last" and before.config["both"]:
            raise NotSpecified(
                "--layers: at the last step the backward half of a bidirectional LSTM has read one "
                "step only, which is not specified. If the model takes the final states (h_n) of "
                "both directions, say 'final'"
            )
        found[-1] = replace(before, config={**before.config, "gives": "final"})
    return tuple(found)


def the_input(first: StoredLayer) -> Input:
    """What the first module reads; any batch size and any number of steps."""
    kinds = ("weight_ih", "weight", "running_mean")
    held = [
        one.values
        for kind in kinds
        for one in first.arrays
        if one.name == kind or (kind == "weight_ih" and one.name.startswith(kind))
    ]
    if not held:
        raise NotSpecified(f"--layers: the chain begins with {first.kind!r}, not with a module")
    kernel = held[0]
    if first.kind == "Embedding":
        return Input("tokens", (None, None), int(kernel.shape[0]))
    features = kernel.shape[1] if kernel.ndim > 1 else kernel.shape[0]
    return Input("sequence", (None, None, int(features)))


def meant(layer: StoredLayer, context: Context) -> Made:
    """What one entry of the chain is."""
    maker = KINDS.get(layer.kind)
    if maker is not None:
        return maker(layer, context)
    word = OTHER_WORDS.get(layer.kind, layer.kind)
    return [ActivationLayer(cast(Activation, word))], []


def lstm(layer: StoredLayer, context: Context) -> Made:
    """Sigmoid gates in the order input, forget, cell, output; kernels turned, biases added."""
    config = layer.config
    context.notes.mean(
        "bias_ih and bias_hh", "their sum", "PyTorch keeps two biases, which are always added"
    )
    held = {one.name.removesuffix("_reverse"): one.values for one in layer.arrays}
    units = next(one.shape[1] for name, one in held.items() if name.startswith("weight_hh"))
    one = LSTM(
        units=int(units),
        use_bias=config["bias"],
        forget_bias=False,
        return_sequences=config["gives"] == "sequence",
    )
    stored: list[Array] = []
    for reverse in (False, True) if config["both"] else (False,):
        here = {
            "_".join(one.name.split("_")[:2]): one.values
            for one in layer.arrays
            if one.name.endswith("_reverse") == reverse
        }
        missing = {"weight_ih", "weight_hh"} - set(here)
        if missing:
            raise NotReadable(f"the module {layer} lacks {', '.join(sorted(missing))}")
        stored += [here["weight_ih"].T, here["weight_hh"].T]
        if config["bias"]:
            stored.append(np.asarray(here["bias_ih"], np.float64) + here["bias_hh"])
    return [Bidirectional(one) if config["both"] else one], stored


def values(layer: StoredLayer) -> dict[str, Array]:
    """The arrays by name."""
    return {one.name: one.values for one in layer.arrays}


def linear(layer: StoredLayer, context: Context) -> Made:
    """Its kernel is (outputs, inputs)."""
    held = values(layer)
    arrays = [held["weight"].T, *([held["bias"]] if "bias" in held else [])]
    return [Dense(int(held["weight"].shape[0]), use_bias="bias" in held)], arrays


def embedding(layer: StoredLayer, context: Context) -> Made:
    """Rows of a table; a padding index changes nothing outside training."""
    table = values(layer)["weight"]
    return [Embedding(int(table.shape[0]), int(table.shape[1]))], [table]


def convolution(layer: StoredLayer, context: Context) -> Made:
    """Over (batch, features, time): the axes are exchanged around it, as every LSTM needs it."""
    held, said = values(layer), layer.config
    filters, _, size = held["weight"].shape
    if unknown := set(said) - {"stride", "padding", "dilation"}:
        raise NotSpecified(f"--layers: a convolution has no setting {', '.join(unknown)}")
    around = int(said.get("padding", 0))
    made = Conv1D(
        filters=int(filters),
        kernel_size=int(size),
        strides=int(said.get("stride", 1)),
        steps_before=around,
        steps_after=around,
        dilation_rate=int(said.get("dilation", 1)),
        use_bias="bias" in held,
    )
    arrays = [held["weight"].transpose(2, 1, 0), *([held["bias"]] if "bias" in held else [])]
    return [made], arrays


def epsilon(layer: StoredLayer, context: Context) -> float:
    """The setting eps, or the usual one, which is noted."""
    if "eps" not in layer.config:
        context.notes.remark(
            layer.name,
            f"is taken to have eps={USUAL_EPSILON:g}, PyTorch's default: a state dict does not "
            f"hold it. Say {layer.name}(eps=...) if it differs",
        )
    return float(layer.config.get("eps", USUAL_EPSILON))


def batch_norm(layer: StoredLayer, context: Context) -> Made:
    """Scale, shift, mean and variance."""
    held = values(layer)
    affine = "weight" in held
    made = BatchNormalization(epsilon(layer, context), center=affine, scale=affine)
    names = ("weight", "bias", "running_mean", "running_var")
    return [made], [held[one] for one in names if one in held]


def layer_norm(layer: StoredLayer, context: Context) -> Made:
    """Scale and shift over the features."""
    held = values(layer)
    made = LayerNormalization(epsilon(layer, context), center="bias" in held)
    return [made], [held[one] for one in ("weight", "bias") if one in held]


def leaky_relu(layer: StoredLayer, context: Context) -> Made:
    """PyTorch's slope is 0.01."""
    return [ReLU(negative_slope=float(layer.config.get("negative_slope", 0.01)))], []


KINDS: dict[str, Callable[[StoredLayer, Context], Made]] = {
    "LSTM": lstm,
    "Linear": linear,
    "Embedding": embedding,
    "Conv1d": convolution,
    "BatchNorm1d": batch_norm,
    "LayerNorm": layer_norm,
    "leaky_relu": leaky_relu,
    "flatten": lambda layer, context: ([Flatten()], []),
    "mean": lambda layer, context: ([GlobalAveragePooling1D()], []),
    "max": lambda layer, context: ([GlobalMaxPooling1D()], []),
    "dropout": lambda layer, context: ([Dropout(float(layer.config.get("p", 0.5)))], []),
    "identity": lambda layer, context: ([], []),
}
"""Every module and word of the chain; other words are activations."""
