"""Losses per position, their gradients, and their mean over the valid positions.

A position is a row, or a step of a row where the outputs are a sequence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import Dense, Maps, ModelSpec
from reference.numpy.activations import softmax
from reference.numpy.more_activations import log_softmax

if TYPE_CHECKING:
    from reference.numpy.implementation import NumpyImplementation


MAPS: Maps = {"loss": ("categorical_crossentropy", "mse")}
"""What is computed here."""


class MeanSquaredError:
    """Per position the mean over the features of (output - y)^2."""

    on_logits = False

    def per_position(self, outputs: Array, y: Array) -> Array:
        """(...,) for outputs (..., features)."""
        mean: Array = np.square(outputs - y).mean(axis=-1)
        return mean

    def gradient(self, outputs: Array, y: Array) -> Array:
        """Of ``per_position`` with respect to the outputs."""
        d: Array = (2.0 / y.shape[-1]) * (outputs - y)
        return d


class CategoricalCrossentropy:
    """Per position -sum y log p."""

    on_logits = False

    def per_position(self, outputs: Array, y: Array) -> Array:
        """(...,) for probabilities (..., classes)."""
        total: Array = -(y * np.log(outputs)).sum(axis=-1)
        return total

    def gradient(self, outputs: Array, y: Array) -> Array:
        """Of ``per_position`` with respect to the probabilities."""
        return -y / outputs


class SoftmaxCrossentropy:
    """The same, as one function of what goes into the softmax: exact for any magnitude."""

    on_logits = True

    def per_position(self, logits: Array, y: Array) -> Array:
        """(...,) for logits (..., classes)."""
        total: Array = np.negative(np.add.reduce(y * log_softmax(logits), axis=-1))
        return total

    def gradient(self, logits: Array, y: Array) -> Array:
        """Of ``per_position`` with respect to the logits: p sum(y) - y."""
        d = softmax(logits)
        d *= np.add.reduce(y, axis=-1, keepdims=True)
        d -= y
        return d


NumpyLoss = MeanSquaredError | CategoricalCrossentropy | SoftmaxCrossentropy


def loss_of(engine: NumpyImplementation, spec: ModelSpec) -> NumpyLoss:
    """The engine's loss; a softmax at the end and cross-entropy are one function."""
    match spec.loss:
        case "mse":
            return engine.mse_class()
        case "categorical_crossentropy":
            last = spec.layers[-1]
            if isinstance(last, Dense) and last.activation == "softmax":
                return engine.softmax_crossentropy_class()
            return engine.crossentropy_class()
    assert_never(spec.loss)


def share(outputs: Array, valid: Array | None) -> Array | float:
    """What each position of the outputs counts in the mean: (..., 1), or one figure for all.

    Masked positions count nothing, so where no position is valid the mean is zero.
    """
    if valid is None:
        return float(outputs.shape[-1] / outputs.size)
    counts: Array = valid[..., None].astype(outputs.dtype)
    counts /= max(int(valid.sum()), 1)
    return counts


def accuracy(outputs: Array, y: Array) -> Array:
    """Per position, whether the largest output is where the largest target is."""
    hits: Array = outputs.argmax(axis=-1) == y.argmax(axis=-1)
    return hits
