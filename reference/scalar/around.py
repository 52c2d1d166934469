"""The layers around an LSTM, for ONE row, in loops: they run, and have no derivative.

Weights are nested lists as they are in ``ModelSpec.weight_shapes``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, assert_never

from lstm_spec.model import (
    ActivationLayer,
    BatchNormalization,
    Conv1D,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    LayerNormalization,
    Maps,
    MaxPooling1D,
    ReLU,
    Reshape,
)
from reference.scalar import partial_derivatives
from reference.scalar.calculus import ACTIVATIONS, made, number_of
from reference.scalar.more_activations import OF_NUMBERS, OF_VECTORS
from reference.scalar.row import Row, Vector

Weights = Sequence[Any]

MAPS: Maps = {
    "Embedding": ("input_dim", "output_dim", "mask_zero"),
    "Conv1D": (
        "filters",
        "kernel_size",
        "strides",
        "padding",
        "steps_before",
        "steps_after",
        "dilation_rate",
        "activation",
        "use_bias",
    ),
    "Conv1D.padding": ("valid", "same", "causal"),
    "MaxPooling1D": ("pool_size", "strides", "padding", "steps_before", "steps_after"),
    "MaxPooling1D.padding": ("valid", "same"),
    "GlobalAveragePooling1D": (),
    "GlobalMaxPooling1D": (),
    "BatchNormalization": ("epsilon", "center", "scale"),
    "LayerNormalization": ("epsilon", "center", "scale"),
    "ActivationLayer": ("activation",),
    "ReLU": ("negative_slope", "max_value", "threshold"),
    "Dropout": ("rate", "noise"),
    "Dropout.noise": (
        "dropout",
        "whole features",
        "gaussian factor",
        "gaussian noise",
        "alpha dropout",
    ),
    "Flatten": (),
    "Reshape": ("shape",),
    "activation": (*ACTIVATIONS, *OF_NUMBERS, *OF_VECTORS),
}
"""What is computed here."""


def activated(word: str, xs: Sequence[Any]) -> Vector:
    """An activation of a vector; one that works on the whole vector, of plain numbers only."""
    if word in OF_VECTORS:
        return list(OF_VECTORS[word](xs))
    if word in ACTIVATIONS:
        return [ACTIVATIONS[word](x) for x in xs]
    function, partial = OF_NUMBERS[word], partial_derivatives.OF_NUMBERS[word]
    return [made(function(z), (x, partial(z))) for x, z in zip(xs, map(number_of, xs), strict=True)]


def embedding(layer: Embedding, weights: Weights, row: Row) -> Row:
    """The row of the table that each step names."""
    steps: list[Vector] = []
    valid: list[bool] = []
    for step in row.steps:
        token = number_of(step[0])
        if token != math.floor(token) or not 0 <= token < layer.input_dim:
            raise ValueError(
                f"an Embedding of {layer.input_dim} rows takes whole numbers from 0 to "
                f"{layer.input_dim - 1}, got {token:g}"
            )
        steps.append(list(weights[0][int(token)]))
        valid.append(token != 0)
    return Row(steps, valid if layer.mask_zero else None)


def convolution(layer: Conv1D, weights: Weights, row: Row) -> Row:
    """Each output step: the sum over the steps that the kernel covers, zero where there is none."""
    kernel = weights[0]
    bias = weights[1] if layer.use_bias else [0.0] * layer.filters
    before, after = layer.added_steps(len(row.steps))
    reach = (layer.kernel_size - 1) * layer.dilation_rate
    steps: list[Vector] = []
    first = -before
    while first + reach < len(row.steps) + after:
        z = list(bias)
        for tap in range(layer.kernel_size):
            t = first + tap * layer.dilation_rate
            if 0 <= t < len(row.steps):
                for feature, x in enumerate(row.steps[t]):
                    for unit in range(layer.filters):
                        z[unit] = z[unit] + number_of(x) * kernel[tap][feature][unit]
        steps.append(activated(layer.activation, z))
        first += layer.strides
    return Row(steps)


def max_pooling(layer: MaxPooling1D, row: Row) -> Row:
    """The largest value of each feature among the steps of a window that are there."""
    before, after = layer.added_steps(len(row.steps))
    steps: list[Vector] = []
    first = -before
    while first + layer.pool_size <= len(row.steps) + after:
        there = [t for t in range(first, first + layer.pool_size) if 0 <= t < len(row.steps)]
        width = len(row.steps[0])
        steps.append(
            [max(number_of(row.steps[t][feature]) for t in there) for feature in range(width)]
        )
        first += layer.strides
    return Row(steps)


def global_average(row: Row) -> Row:
    """The mean of the steps that count; NaN where none does."""
    counting = [step for t, step in enumerate(row.steps) if row.valid is None or row.valid[t]]
    if not counting:
        return Row([[math.nan] * len(row.steps[0])], None, sequence=False)
    columns = zip(*counting, strict=True)
    mean: Vector = [sum(map(number_of, column)) / len(counting) for column in columns]
    return Row([mean], None, sequence=False)


def global_max(row: Row) -> Row:
    """The largest value of every feature, whether its step counts or not."""
    columns = zip(*row.steps, strict=True)
    return Row([[max(map(number_of, column)) for column in columns]], None, sequence=False)


def batch_normalization(layer: BatchNormalization, weights: Weights, row: Row) -> Row:
    """(x - mean) / sqrt(variance + epsilon), scaled and shifted if that is asked for."""
    following = list(weights)
    width = len(row.steps[0])
    gamma = following.pop(0) if layer.scale else [1.0] * width
    beta = following.pop(0) if layer.center else [0.0] * width
    mean, variance = following
    steps: list[Vector] = [
        [
            gamma[k] * (number_of(x) - mean[k]) / math.sqrt(variance[k] + layer.epsilon) + beta[k]
            for k, x in enumerate(step)
        ]
        for step in row.steps
    ]
    return Row(steps, row.valid, row.sequence)


def layer_normalization(layer: LayerNormalization, weights: Weights, row: Row) -> Row:
    """Each step by its own mean and variance."""
    following = list(weights)
    width = len(row.steps[0])
    gamma = following.pop(0) if layer.scale else [1.0] * width
    beta = following.pop(0) if layer.center else [0.0] * width
    steps: list[Vector] = []
    for step in row.steps:
        xs = [number_of(x) for x in step]
        mean = math.fsum(xs) / width
        variance = math.fsum((x - mean) ** 2 for x in xs) / width
        length = math.sqrt(variance + layer.epsilon)
        steps.append([gamma[k] * (x - mean) / length + beta[k] for k, x in enumerate(xs)])
    return Row(steps, row.valid, row.sequence)


def activation_layer(layer: ActivationLayer, row: Row) -> Row:
    """A function of every step."""
    steps = [activated(layer.activation, list(map(number_of, step))) for step in row.steps]
    return Row(steps, row.valid, row.sequence)


def relu(layer: ReLU, row: Row) -> Row:
    """Three pieces: a slope, the number itself, and a limit."""

    def bent(x: float) -> float:
        if x <= layer.threshold:
            return layer.negative_slope * (x - layer.threshold)
        return x if layer.max_value is None else min(x, layer.max_value)

    steps: list[Vector] = [[bent(number_of(x)) for x in step] for step in row.steps]
    return Row(steps, row.valid, row.sequence)


def flatten(row: Row) -> Row:
    """One step after the other in a single vector."""
    return Row([[x for step in row.steps for x in step]], None, sequence=False)


def reshape(layer: Reshape, row: Row) -> Row:
    """The same numbers in their order, cut into steps of another width."""
    numbers = [x for step in row.steps for x in step]
    width = layer.shape[-1]
    steps = [numbers[start : start + width] for start in range(0, len(numbers), width)]
    return Row(steps, None, sequence=len(layer.shape) == 2)


Around = (
    Embedding
    | Conv1D
    | MaxPooling1D
    | GlobalAveragePooling1D
    | GlobalMaxPooling1D
    | BatchNormalization
    | LayerNormalization
    | ActivationLayer
    | ReLU
    | Dropout
    | Flatten
    | Reshape
)


def run(layer: Around, weights: Weights, row: Row) -> Row:
    """One row through one of these layers."""
    match layer:
        case Embedding():
            return embedding(layer, weights, row)
        case Conv1D():
            return convolution(layer, weights, row)
        case MaxPooling1D():
            return max_pooling(layer, row)
        case GlobalAveragePooling1D():
            return global_average(row)
        case GlobalMaxPooling1D():
            return global_max(row)
        case BatchNormalization():
            return batch_normalization(layer, weights, row)
        case LayerNormalization():
            return layer_normalization(layer, weights, row)
        case ActivationLayer():
            return activation_layer(layer, row)
        case ReLU():
            return relu(layer, row)
        case Dropout():
            return row
        case Flatten():
            return flatten(row)
        case Reshape():
            return reshape(layer, row)
    assert_never(layer)
