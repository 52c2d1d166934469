"""Losses per position, their gradients, and their mean over the valid positions.

A position is a row, or a step of a row where the outputs are a sequence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import (
    VOCABULARIES,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Dense,
    Huber,
    Maps,
    ModelSpec,
    Reduction,
    SparseCategoricalCrossentropy,
    loss_facts,
    meant,
)
from reference.numpy.activations import softmax
from reference.numpy.more_activations import log_softmax, logistic, softplus

if TYPE_CHECKING:
    from reference.numpy.implementation import NumpyImplementation


MAPS: Maps = {
    "loss": VOCABULARIES["loss"],
    "Huber": ("delta",),
    "CategoricalCrossentropy": ("from_logits", "label_smoothing"),
    "SparseCategoricalCrossentropy": ("from_logits", "ignore_class"),
    "BinaryCrossentropy": ("from_logits", "label_smoothing"),
}
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


class MeanAbsoluteError:
    """Per position the mean over the features of |output - y|."""

    on_logits = False

    def per_position(self, outputs: Array, y: Array) -> Array:
        """(...,) for outputs (..., features)."""
        mean: Array = np.abs(outputs - y).mean(axis=-1)
        return mean

    def gradient(self, outputs: Array, y: Array) -> Array:
        """Of ``per_position`` with respect to the outputs; zero where there is no error."""
        d: Array = np.sign(outputs - y) / y.shape[-1]
        return d


class HuberLoss:
    """Per position the mean over the features: a square up to delta, a straight line beyond."""

    on_logits = False

    def __init__(self, asked: Huber) -> None:
        self.delta = asked.delta

    def per_position(self, outputs: Array, y: Array) -> Array:
        """(...,) for outputs (..., features)."""
        error = np.abs(outputs - y)
        line = self.delta * (error - 0.5 * self.delta)
        mean: Array = np.where(error <= self.delta, 0.5 * np.square(error), line).mean(axis=-1)
        return mean

    def gradient(self, outputs: Array, y: Array) -> Array:
        """Of ``per_position`` with respect to the outputs."""
        d: Array = np.clip(outputs - y, -self.delta, self.delta) / y.shape[-1]
        return d


class ProbabilityCrossentropy:
    """Per position -sum y log p."""

    on_logits = False

    def __init__(self, asked: CategoricalCrossentropy) -> None:
        self.smoothing = asked.label_smoothing

    def smoothed(self, y: Array) -> Array:
        """Of every target, the share ``smoothing`` spread over all classes."""
        return smoothed(y, self.smoothing, 1 / y.shape[-1])

    def per_position(self, outputs: Array, y: Array) -> Array:
        """(...,) for probabilities (..., classes)."""
        total: Array = -(self.smoothed(y) * np.log(outputs)).sum(axis=-1)
        return total

    def gradient(self, outputs: Array, y: Array) -> Array:
        """Of ``per_position`` with respect to the probabilities."""
        return -self.smoothed(y) / outputs


class SoftmaxCrossentropy:
    """The same, as one function of logits: exact for any magnitude.

    The logits are what goes into the last softmax or, where the loss is asked for ``from_logits``,
    the outputs themselves.
    """

    def __init__(self, asked: CategoricalCrossentropy) -> None:
        self.on_logits, self.smoothing = not asked.from_logits, asked.label_smoothing

    def smoothed(self, y: Array) -> Array:
        """Of every target, the share ``smoothing`` spread over all classes."""
        return smoothed(y, self.smoothing, 1 / y.shape[-1])

    def per_position(self, logits: Array, y: Array) -> Array:
        """(...,) for logits (..., classes)."""
        y = self.smoothed(y)
        total: Array = np.negative(np.add.reduce(y * log_softmax(logits), axis=-1))
        return total

    def gradient(self, logits: Array, y: Array) -> Array:
        """Of ``per_position`` with respect to the logits: p sum(y) - y."""
        y = self.smoothed(y)
        d = softmax(logits)
        d *= np.add.reduce(y, axis=-1, keepdims=True)
        d -= y
        return d


class SparseCrossentropy:
    """Cross-entropy whose targets are the numbers of classes, (...,) for outputs (..., classes)."""

    def __init__(self, dense: ProbabilityCrossentropy | SoftmaxCrossentropy) -> None:
        self.dense, self.on_logits = dense, dense.on_logits

    def one_hot(self, outputs: Array, y: Array) -> Array:
        """The labels as rows with a single one, or none for a label that is to be ignored."""
        numbers = np.arange(outputs.shape[-1])
        rows: Array = (np.asarray(y)[..., None] == numbers).astype(outputs.dtype)
        return rows

    def per_position(self, outputs: Array, y: Array) -> Array:
        """(...,) for outputs (..., classes)."""
        return self.dense.per_position(outputs, self.one_hot(outputs, y))

    def gradient(self, outputs: Array, y: Array) -> Array:
        """Of ``per_position`` with respect to what the loss reads."""
        return self.dense.gradient(outputs, self.one_hot(outputs, y))


class BitCrossentropy:
    """Per position the mean over the features of -(y log p + (1 - y) log(1 - p))."""

    on_logits = False

    def __init__(self, asked: BinaryCrossentropy) -> None:
        self.smoothing = asked.label_smoothing

    def smoothed(self, y: Array) -> Array:
        """Every target, moved towards a half by the share ``smoothing``."""
        return smoothed(y, self.smoothing, 0.5)

    def per_position(self, outputs: Array, y: Array) -> Array:
        """(...,) for probabilities (..., features)."""
        y = self.smoothed(y)
        mean: Array = -(y * np.log(outputs) + (1 - y) * np.log(1 - outputs)).mean(axis=-1)
        return mean

    def gradient(self, outputs: Array, y: Array) -> Array:
        """Of ``per_position`` with respect to the probabilities."""
        d: Array = (outputs - self.smoothed(y)) / (outputs * (1 - outputs)) / y.shape[-1]
        return d


class SigmoidCrossentropy:
    """The same, as one function of logits; see ``SoftmaxCrossentropy``."""

    def __init__(self, asked: BinaryCrossentropy) -> None:
        self.on_logits, self.smoothing = not asked.from_logits, asked.label_smoothing

    def smoothed(self, y: Array) -> Array:
        """Every target, moved towards a half by the share ``smoothing``."""
        return smoothed(y, self.smoothing, 0.5)

    def per_position(self, logits: Array, y: Array) -> Array:
        """(...,) for logits (..., features): -log p = log(1 + exp(-z)), and so on."""
        mean: Array = (softplus(logits) - self.smoothed(y) * logits).mean(axis=-1)
        return mean

    def gradient(self, logits: Array, y: Array) -> Array:
        """Of ``per_position`` with respect to the logits."""
        d: Array = (logistic(logits) - self.smoothed(y)) / y.shape[-1]
        return d


def smoothed(y: Array, smoothing: float, centre: float) -> Array:
    """Targets, moved towards the centre by a share of the way."""
    return y if smoothing == 0 else y * (1 - smoothing) + smoothing * centre


NumpyLoss = (
    MeanSquaredError
    | MeanAbsoluteError
    | HuberLoss
    | ProbabilityCrossentropy
    | SoftmaxCrossentropy
    | SparseCrossentropy
    | BitCrossentropy
    | SigmoidCrossentropy
)


def loss_of(engine: NumpyImplementation, spec: ModelSpec) -> NumpyLoss:
    """The engine's loss; a softmax or sigmoid at the end and cross-entropy are one function."""
    last = spec.layers[-1]
    ending = last.activation if isinstance(last, Dense) else ""
    asked = meant(spec.loss)
    match asked:
        case "mse":
            return engine.mse_class()
        case "mae":
            return engine.mae_class()
        case Huber():
            return engine.huber_class(asked)
        case CategoricalCrossentropy():
            if asked.from_logits or ending == "softmax":
                return engine.softmax_crossentropy_class(asked)
            return engine.crossentropy_class(asked)
        case SparseCategoricalCrossentropy():
            dense = CategoricalCrossentropy(asked.from_logits)
            if asked.from_logits or ending == "softmax":
                return engine.sparse_class(engine.softmax_crossentropy_class(dense))
            return engine.sparse_class(engine.crossentropy_class(dense))
        case BinaryCrossentropy():
            if asked.from_logits or ending == "sigmoid":
                return engine.sigmoid_crossentropy_class(asked)
            return engine.bits_class(asked)
    assert_never(asked)


def share(outputs: Array, valid: Array | None) -> Array | float:
    """What each position of the outputs counts in the mean: (..., 1), or one figure for all.

    Masked positions count nothing, so where no position is valid the mean is zero.
    """
    if valid is None:
        return float(outputs.shape[-1] / outputs.size)
    counts: Array = valid[..., None].astype(outputs.dtype)
    counts /= max(int(valid.sum()), 1)
    return counts


def reduced(reduction: Reduction, counts: Array | float, shares: Array | float) -> Array | float:
    """What each position counts in the loss; ``shares`` are its weight times its share in a mean.

    ``counts`` are the shares in a mean without weights.
    """
    match reduction:
        case "mean":
            return shares
        case "sum":
            of_one = counts if isinstance(counts, float) else float(counts.max())
            return shares / of_one if of_one else shares
        case "weighted mean":
            if isinstance(shares, float):
                return shares
            total = float(shares.sum())
            return shares / total if total else shares * 0
    assert_never(reduction)


def accuracy(outputs: Array, y: Array) -> Array:
    """Per position, whether the largest output is where the largest target is."""
    hits: Array = outputs.argmax(axis=-1) == y.argmax(axis=-1)
    return hits


def accuracy_of(spec: ModelSpec, outputs: Array, y: Array) -> Array:
    """Per position (...,), the accuracy that belongs to the loss; outputs are read as they are."""
    match loss_facts(spec.loss).targets:
        case "labels":
            return np.asarray(outputs.argmax(axis=-1) == y)
        case "bits":
            right: Array = ((outputs > 0.5) == (y > 0.5)).mean(axis=-1)
            return right
        case _:
            return accuracy(outputs, y)
