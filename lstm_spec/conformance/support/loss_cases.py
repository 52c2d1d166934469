"""Small models that end as a loss expects them to, and the losses by hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import (
    LSTM,
    SGD,
    Activation,
    AnyLoss,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Dense,
    Huber,
    Masking,
    ModelSpec,
    SparseCategoricalCrossentropy,
)

CLASSES, FEATURES, ROWS = 3, 2, 2
SMOOTHING, DELTA = 0.25, 0.5
"""Numbers that float32 has exactly. Targets of order one are on both sides of the delta."""


def ending(
    loss: AnyLoss,
    activation: Activation,
    *,
    width: int = CLASSES,
    every_step: bool = False,
    stateful: bool = False,
    masked: bool = False,
) -> ModelSpec:
    """An LSTM and a Dense layer with this activation and this loss; float32, plain descent."""
    lstm = LSTM(4, return_sequences=every_step, stateful=stateful)
    before = (Masking(),) if masked else ()
    return ModelSpec(
        (*before, lstm, Dense(width, activation)),
        FEATURES,
        batch_size=ROWS if stateful else None,
        loss=loss,
        optimizer=SGD(0.125),
    )


FAMILIES: Mapping[str, tuple[tuple[AnyLoss, Activation], tuple[AnyLoss, Activation]]] = {
    "mean absolute error": (("mae", "linear"), ("mae", "tanh")),
    "Huber": ((Huber(DELTA), "linear"), ("huber", "tanh")),
    "binary cross-entropy": (
        ("binary_crossentropy", "sigmoid"),
        (BinaryCrossentropy(from_logits=True, label_smoothing=SMOOTHING), "linear"),
    ),
    "sparse categorical cross-entropy": (
        ("sparse_categorical_crossentropy", "softmax"),
        (SparseCategoricalCrossentropy(from_logits=True), "linear"),
    ),
    "categorical cross-entropy": (
        (CategoricalCrossentropy(label_smoothing=SMOOTHING), "softmax"),
        (CategoricalCrossentropy(from_logits=True), "linear"),
    ),
}
"""Each loss in two forms, with the last activation that goes with each."""

EVERY = tuple((name, *form) for name, forms in FAMILIES.items() for form in forms)
"""Name, loss and last activation of each form."""


def absolute(outputs: Array, y: Array) -> Array:
    """|output - y| of every entry."""
    return np.abs(outputs.astype(np.float64) - y)


def huber(outputs: Array, y: Array, delta: float) -> Array:
    """A square up to delta, a line beyond, of every entry."""
    error = absolute(outputs, y)
    return np.where(error <= delta, error**2 / 2, delta * error - delta**2 / 2)


def bits(p: Array, y: Array) -> Array:
    """-(y log p + (1 - y) log(1 - p)) of every entry."""
    p = p.astype(np.float64)
    return np.asarray(-(y * np.log(p) + (1 - y) * np.log(1 - p)))


def classes(p: Array, y: Array) -> Array:
    """-sum y log p of every position."""
    return np.asarray(-(y * np.log(p.astype(np.float64))).sum(axis=-1))
