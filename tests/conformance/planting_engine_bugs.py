"""Planting a bug: one class of the NumPy engine is replaced by one that is wrong on purpose.

    @planted("CELL-14")
    class RecurrentKernelIsLeftOut(LSTMLayer):
        ...

registers an implementation that must fail the clauses named. It must pass every smoke clause unless
it says that smoke sees it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reference.numpy import NumpyImplementation, NumpyModel
from reference.numpy.layers import (
    BidirectionalLayer,
    DenseLayer,
    MaskingLayer,
    RepeatVectorLayer,
)
from reference.numpy.losses import MeanSquaredError, SoftmaxCrossentropy
from reference.numpy.lstm import LSTMLayer

PARTS = {
    LSTMLayer: "lstm_class",
    BidirectionalLayer: "bidirectional_class",
    DenseLayer: "dense_class",
    MaskingLayer: "masking_class",
    RepeatVectorLayer: "repeat_class",
    NumpyModel: "model_class",
    MeanSquaredError: "mse_class",
    SoftmaxCrossentropy: "softmax_crossentropy_class",
}


@dataclass(frozen=True)
class PlantedBug:
    subject: NumpyImplementation
    killers: tuple[str, ...]
    seen_by_smoke: bool

    def __str__(self) -> str:
        return self.subject.name


BUGS: list[PlantedBug] = []


def words(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()


def planted(*killers: str, seen_by_smoke: bool = False):
    """Register the decorated class as a bug; with an implementation as its base, it is built."""

    def register(wrong: type) -> type:
        if issubclass(wrong, NumpyImplementation):
            subject = wrong(name=words(wrong.__name__))
        else:
            part = next(part for base, part in PARTS.items() if issubclass(wrong, base))
            subject = NumpyImplementation(name=words(wrong.__name__), **{part: wrong})
        BUGS.append(PlantedBug(subject, killers, seen_by_smoke))
        return wrong

    return register
