"""A mistake about gradients or training is planted by replacing one part of the NumPy engine.

    @plant("half of the squared error", "GRAD-30", "TRAIN-30")
    class Halved(MeanSquaredError):
        ...

registers an engine that makes this mistake, and the clauses that must see it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from reference.numpy import NumpyModel, implementation
from reference.numpy.implementation import NumpyImplementation
from reference.numpy.layers import BidirectionalLayer, DenseLayer, RepeatVectorLayer
from reference.numpy.losses import MeanSquaredError, SoftmaxCrossentropy
from reference.numpy.lstm import LSTMLayer
from reference.numpy.optimizers import AdamOptimizer, SGDOptimizer

PARTS = {
    LSTMLayer: "lstm_class",
    NumpyModel: "model_class",
    DenseLayer: "dense_class",
    BidirectionalLayer: "bidirectional_class",
    RepeatVectorLayer: "repeat_class",
    MeanSquaredError: "mse_class",
    SoftmaxCrossentropy: "softmax_crossentropy_class",
    SGDOptimizer: "sgd_class",
    AdamOptimizer: "adam_class",
}


class Planted(NamedTuple):
    """A mistake, the engine that makes it, and the clauses that notice."""

    name: str
    subject: NumpyImplementation
    clauses: tuple[str, ...]


PLANTED: list[Planted] = []


def plant(name: str, *clauses: str) -> Callable[[type], type]:
    """Register the engine in which the decorated class takes the place of one part."""

    def register(wrong: type) -> type:
        part = next(PARTS[base] for base in wrong.__mro__ if base in PARTS)
        PLANTED.append(Planted(name, replace(implementation, name=name, **{part: wrong}), clauses))
        return wrong

    return register
