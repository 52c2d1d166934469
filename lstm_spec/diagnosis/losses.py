"""Which mistake a loss has: its value for one batch is compared with that of every known one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation, Unsupported
from lstm_spec.diagnosis.finding import Finding
from lstm_spec.model import (
    LSTM,
    Activation,
    AnyLoss,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Dense,
    Huber,
    ModelSpec,
)

ROWS, STEPS, FEATURES, CLASSES = 4, 3, 2, 3
FAMILIES = ("TRAIN", "GRAD", "LIFE")
NEAR = 1e-5
SMOOTHING, DELTA = 0.25, 0.5

Loss = Callable[[Array, Array], float]
"""Of outputs and targets."""


def of_one_batch(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Each loss, as long as the outputs are right: the first mistake that gives its value."""
    told = []
    for loss, activation, mistakes in CASES:
        spec = ModelSpec((LSTM(4), Dense(CLASSES, activation)), FEATURES, loss=loss)
        try:
            ours, theirs = trial.twins(subject, oracle, spec)
            x = trial.array(ROWS, STEPS, FEATURES)
            outputs = theirs.call(x).outputs
            y = targets(trial, loss)
            got, right = ours.test_on_batch(x, y)["loss"], theirs.test_on_batch(x, y)["loss"]
        except Unsupported:
            continue
        if abs(got - right) < NEAR:
            continue
        with np.errstate(all="ignore"):
            found = [
                words
                for words, mistaken in mistakes.items()
                if abs(got - mistaken(outputs, y)) < NEAR
            ]
        told += found[:1]
    return [Finding(one, FAMILIES) for one in told]


def targets(trial: Trial, loss: AnyLoss) -> Array:
    """Labels, ones and zeros, or numbers on both sides of any delta."""
    if loss == "sparse_categorical_crossentropy":
        return np.arange(ROWS, dtype=np.float32) % CLASSES
    if loss in ("mae", Huber(DELTA)):
        return trial.array(ROWS, CLASSES, scale=2.0)
    return np.eye(CLASSES, dtype=np.float32)[np.arange(ROWS) % CLASSES]


def categorical(p: Array, y: Array) -> float:
    """The mean of -sum y log p."""
    return float(-(y * np.log(p)).sum(axis=-1).mean())


def softmax(z: Array) -> Array:
    """Over the last axis."""
    powers: Array = np.exp(z - z.max(axis=-1, keepdims=True))
    total: Array = powers.sum(axis=-1, keepdims=True)
    return powers / total


def huber(square: bool, short: float, delta: float) -> Loss:
    """Which side has the square, and what the line lacks in units of delta squared."""

    def mistaken(outputs: Array, y: Array) -> float:
        e = np.abs(outputs - y)
        line, within = delta * e - short * delta**2, (e <= delta) == square
        return float(np.where(within, e**2 / 2, line).mean())

    return mistaken


ABSOLUTE: Mapping[str, Loss] = {
    "the mean absolute error is summed over the features": lambda p, y: float(
        np.abs(p - y).sum(axis=-1).mean()
    ),
    "the mean absolute error is the mean of the squares": lambda p, y: float(
        np.square(p - y).mean()
    ),
}
OF_HUBER: Mapping[str, Loss] = {
    "Huber's loss has its branches exchanged": huber(False, 0.5, DELTA),
    "Huber's loss lacks delta squared over two beyond delta": huber(True, 0.0, DELTA),
    "Huber's loss has a delta of one whatever it is asked for": huber(True, 0.5, 1.0),
}
ANSWERS: Mapping[str, Loss] = {
    "binary cross-entropy counts the answers yes alone": lambda p, y: float(
        -(y * np.log(p)).mean()
    ),
    "binary cross-entropy is summed over the features": lambda p, y: float(
        -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum(axis=-1).mean()
    ),
}
LABELS: Mapping[str, Loss] = {
    "the labels of sparse cross-entropy are counted from one": lambda p, y: categorical(
        p, np.eye(CLASSES)[y.astype(int) - 1]
    ),
}
SMOOTHED: Mapping[str, Loss] = {
    "label smoothing is ignored": categorical,
    "label smoothing is applied to the outputs": lambda p, y: categorical(
        p * (1 - SMOOTHING) + SMOOTHING / CLASSES, y
    ),
    "label smoothing spreads over two classes instead of all": lambda p, y: categorical(
        p, y * (1 - SMOOTHING) + SMOOTHING / 2
    ),
    "label smoothing adds to the targets and takes nothing away": lambda p, y: categorical(
        p, y + SMOOTHING / CLASSES
    ),
}
LOGITS: Mapping[str, Loss] = {
    "with from_logits there is a softmax too many": lambda z, y: categorical(
        softmax(softmax(z)), y
    ),
    "with from_logits the outputs are taken for probabilities": categorical,
}

CASES: tuple[tuple[AnyLoss, Activation, Mapping[str, Loss]], ...] = (
    ("mae", "linear", ABSOLUTE),
    (Huber(DELTA), "linear", OF_HUBER),
    ("binary_crossentropy", "sigmoid", ANSWERS),
    ("sparse_categorical_crossentropy", "softmax", LABELS),
    (CategoricalCrossentropy(label_smoothing=SMOOTHING), "softmax", SMOOTHED),
    (CategoricalCrossentropy(from_logits=True), "linear", LOGITS),
)


def threshold_of_logits(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> list[Finding]:
    """Outputs of 0.25 and 0.75, which are above zero and on both sides of a half."""
    loss = BinaryCrossentropy(from_logits=True)
    spec = ModelSpec((LSTM(4), Dense(2)), FEATURES, loss=loss)
    weights = trial.weights(spec)
    weights[-2][:], weights[-1][:] = 0, [0.25, 0.75]
    try:
        ours = trial.model(subject, spec, weights)
        figures = ours.test_on_batch(
            trial.array(ROWS, STEPS, FEATURES), np.tile(np.array([[0, 1]], np.float32), (ROWS, 1))
        )
    except Unsupported:
        return []
    if abs(figures.get("accuracy", 1.0) - 0.5) > NEAR:
        return []
    return [Finding("the accuracy of logits has its threshold at zero", FAMILIES)]
