"""The layers around an LSTM that have no derivative here, and dropout, which has one.

Each takes and gives what ``reference.numpy.layers`` describes: outputs, the mask that goes with
them, and no states.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import numpy as np

from lstm_spec.contract import Array, Unsupported
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
from reference.numpy.activations import ACTIVATIONS, activate
from reference.numpy.dropout import generator
from reference.numpy.lstm import State

Forward = tuple[Array, Array | None, list[State]]

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
    "activation": tuple(ACTIVATIONS),
}
"""What is computed here."""

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


class ForwardOnly:
    """A layer without a derivative and without states."""

    def forward(self, x: Array, mask: Array | None, states: Sequence[State]) -> Forward:
        """Outputs and the mask that goes with them."""
        raise NotImplementedError

    def backward(self, d_outputs: Array) -> Array:
        """Never reached: the model has refused before."""
        raise Unsupported(f"{type(self).__name__} has no derivative here")


class EmbeddingLayer(ForwardOnly):
    """Rows of a table, picked by the one feature of each step."""

    def __init__(self, layer: Embedding, weights: Sequence[Array]) -> None:
        self.layer, self.table = layer, weights[0]

    def forward(self, x: Array, mask: Array | None, states: Sequence[State]) -> Forward:
        """(batch, time, output_dim). A mask that came in ends here, as in Keras."""
        numbers = self.numbers(x[..., 0])
        own = numbers != 0 if self.layer.mask_zero else None
        return self.table[numbers], own, []

    def numbers(self, tokens: Array) -> Array:
        """The tokens as whole numbers that the table has; ValueError names one that it lacks."""
        whole = np.asarray(tokens, np.int64)
        wrong = (whole != tokens) | (whole < 0) | (whole >= self.layer.input_dim)
        if wrong.any():
            raise ValueError(
                f"an Embedding of {self.layer.input_dim} rows takes whole numbers from 0 to "
                f"{self.layer.input_dim - 1}, got {np.asarray(tokens)[wrong][0]:g}"
            )
        return whole


class Conv1DLayer(ForwardOnly):
    """A correlation over time. The mask ends: a step behind it belongs to several before it."""

    def __init__(self, layer: Conv1D, weights: Sequence[Array]) -> None:
        self.layer, self.kernel = layer, weights[0]
        self.bias = weights[1] if layer.use_bias else None

    def forward(self, x: Array, mask: Array | None, states: Sequence[State]) -> Forward:
        """(batch, steps, filters)."""
        layer = self.layer
        before, after = layer.added_steps(x.shape[1])
        padded = np.pad(x, ((0, 0), (before, after), (0, 0)))
        reach = (layer.kernel_size - 1) * layer.dilation_rate
        starts = range(0, padded.shape[1] - reach, layer.strides)
        taps = [padded[:, start : start + reach + 1 : layer.dilation_rate] for start in starts]
        z = np.tensordot(np.stack(taps, axis=1), self.kernel, axes=([2, 3], [0, 1]))
        if self.bias is not None:
            z = z + self.bias
        return activate(layer.activation, z), None, []


class MaxPooling1DLayer(ForwardOnly):
    """The largest of a few steps; steps that padding adds do not count."""

    def __init__(self, layer: MaxPooling1D) -> None:
        self.layer = layer

    def forward(self, x: Array, mask: Array | None, states: Sequence[State]) -> Forward:
        """(batch, steps, features)."""
        layer = self.layer
        added = (0, 0), layer.added_steps(x.shape[1]), (0, 0)
        padded = np.pad(x, added, constant_values=-np.inf)
        starts = range(0, padded.shape[1] - layer.pool_size + 1, layer.strides)
        largest = [padded[:, start : start + layer.pool_size].max(axis=1) for start in starts]
        return np.stack(largest, axis=1), None, []


class GlobalAveragePooling1DLayer(ForwardOnly):
    """The mean over the valid steps; NaN for a row that has none, as in Keras."""

    def forward(self, x: Array, mask: Array | None, states: Sequence[State]) -> Forward:
        """(batch, features)."""
        if mask is None:
            return x.mean(axis=1), None, []
        valid = mask[:, :, None]
        with np.errstate(invalid="ignore"):
            mean = np.where(valid, x, 0).sum(axis=1) / valid.sum(axis=1, dtype=x.dtype)
        return mean, None, []


class GlobalMaxPooling1DLayer(ForwardOnly):
    """The largest value over all steps, masked ones as well: Keras does not look at the mask."""

    def forward(self, x: Array, mask: Array | None, states: Sequence[State]) -> Forward:
        """(batch, features)."""
        return x.max(axis=1), None, []


class BatchNormalizationLayer(ForwardOnly):
    """Normalisation with the mean and the variance that training has left."""

    def __init__(self, layer: BatchNormalization, weights: Sequence[Array]) -> None:
        following = iter(weights)
        self.epsilon = layer.epsilon
        self.gamma = next(following) if layer.scale else None
        self.beta = next(following) if layer.center else None
        self.mean, self.variance = following

    def forward(self, x: Array, mask: Array | None, states: Sequence[State]) -> Forward:
        """The same shape; a mask goes on."""
        made = (x - self.mean) / np.sqrt(self.variance + self.epsilon)
        return scaled(made, self.gamma, self.beta), mask, []


class LayerNormalizationLayer(ForwardOnly):
    """Normalisation of every step by the mean and variance of its own features."""

    def __init__(self, layer: LayerNormalization, weights: Sequence[Array]) -> None:
        following = iter(weights)
        self.epsilon = layer.epsilon
        self.gamma = next(following) if layer.scale else None
        self.beta = next(following) if layer.center else None

    def forward(self, x: Array, mask: Array | None, states: Sequence[State]) -> Forward:
        """The same shape; a mask goes on."""
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = np.square(centred).mean(axis=-1, keepdims=True)
        return scaled(centred / np.sqrt(variance + self.epsilon), self.gamma, self.beta), mask, []


def scaled(x: Array, gamma: Array | None, beta: Array | None) -> Array:
    """Gamma x + beta, each if there is one."""
    if gamma is not None:
        x = x * gamma
    return x if beta is None else x + beta


class ActivationOnlyLayer(ForwardOnly):
    """A function of each number, or of each vector of features."""

    def __init__(self, layer: ActivationLayer) -> None:
        self.layer = layer

    def forward(self, x: Array, mask: Array | None, states: Sequence[State]) -> Forward:
        """The same shape; a mask goes on."""
        return activate(self.layer.activation, x), mask, []


class ReLULayer(ForwardOnly):
    """Zero or a slope up to the threshold, the number itself above it, at most ``max_value``."""

    def __init__(self, layer: ReLU) -> None:
        self.layer = layer

    def forward(self, x: Array, mask: Array | None, states: Sequence[State]) -> Forward:
        """The same shape; a mask goes on."""
        layer = self.layer
        below = x.dtype.type(layer.negative_slope) * (x - x.dtype.type(layer.threshold))
        above = x if layer.max_value is None else np.minimum(x, x.dtype.type(layer.max_value))
        return np.where(x > layer.threshold, above, below), mask, []


class DropoutLayer(ForwardOnly):
    """Outside training it does nothing; in training each number has a mask of its own."""

    def __init__(self, layer: Dropout) -> None:
        self.rate, self.rng, self.drops = layer.rate, generator(None), False

    def draw_masks(self, rows: int) -> None:
        """From now on a pass draws masks."""
        self.drops = True

    def drop_nothing(self) -> None:
        """No masks, as outside training."""
        self.drops = False

    def drawn(self, x: Array) -> Array:
        """A new mask for every number of x."""
        kept: Array = (self.rng.random(x.shape) >= self.rate) / x.dtype.type(1 - self.rate)
        return kept

    def forward(self, x: Array, mask: Array | None, states: Sequence[State]) -> Forward:
        """X itself, or what a new mask leaves of it."""
        self.mask = self.drawn(x) if self.drops else None
        return (x if self.mask is None else x * self.mask), mask, []

    def backward(self, d_outputs: Array) -> Array:
        """Through the mask of the last pass."""
        return d_outputs if self.mask is None else d_outputs * self.mask


class ReshapeLayer(ForwardOnly):
    """The numbers of each row in another shape, in the order of C; the mask ends."""

    def __init__(self, layer: Reshape | None = None) -> None:
        self.shape = (-1,) if layer is None else layer.shape

    def forward(self, x: Array, mask: Array | None, states: Sequence[State]) -> Forward:
        """(batch, *shape); without a layer all numbers side by side (Flatten)."""
        return x.reshape(len(x), *self.shape), None, []


def layer(described: Around, weights: Sequence[Array]) -> ForwardOnly:
    """The layer of a description over the given views of its weights."""
    match described:
        case Embedding():
            return EmbeddingLayer(described, weights)
        case Conv1D():
            return Conv1DLayer(described, weights)
        case MaxPooling1D():
            return MaxPooling1DLayer(described)
        case GlobalAveragePooling1D():
            return GlobalAveragePooling1DLayer()
        case GlobalMaxPooling1D():
            return GlobalMaxPooling1DLayer()
        case BatchNormalization():
            return BatchNormalizationLayer(described, weights)
        case LayerNormalization():
            return LayerNormalizationLayer(described, weights)
        case ActivationLayer():
            return ActivationOnlyLayer(described)
        case ReLU():
            return ReLULayer(described)
        case Dropout():
            return DropoutLayer(described)
        case Flatten():
            return ReshapeLayer()
        case Reshape():
            return ReshapeLayer(described)
    assert_never(described)
