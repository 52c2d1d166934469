"""What weights of samples do to a loss: its value is compared with that of every known mistake."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation, Unsupported
from lstm_spec.diagnosis.finding import Finding
from lstm_spec.model import LSTM, Dense, ModelSpec

ROWS, FEATURES, WIDTH = 3, 2, 3
FAMILIES = ("TRAIN", "GRAD", "LIFE")
NEAR = 1e-5
SPEC = ModelSpec((LSTM(4, return_sequences=True), Dense(WIDTH)), FEATURES)
CLASSIFIER = ModelSpec(
    (LSTM(4), Dense(WIDTH, "softmax")), FEATURES, loss="sparse_categorical_crossentropy"
)

Way = Callable[[Array, Array], float]
"""Of losses and weights, both (rows, steps), the weighted loss."""

WAYS: Mapping[str, Way] = {
    "": lambda losses, w: float((losses * w).mean()),
    "weights of samples are ignored": lambda losses, w: float(losses.mean()),
    "weights of samples are applied twice": lambda losses, w: float((losses * w**2).mean()),
    "the weighted loss is divided by the sum of the weights": lambda losses, w: float(
        (losses * w).sum() / w.sum()
    ),
    "the weighted loss is summed over time": lambda losses, w: float(
        (losses * w).sum() / len(losses)
    ),
    "the weight of a row counts at the step of its number": lambda losses, w: float(
        (losses * w.T).mean()
    ),
}


def of_one_batch(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Three rows of three steps with a weight for each row, as long as the plain loss is right."""
    ours, theirs = trial.twins(subject, oracle, SPEC)
    x, y = trial.array(ROWS, ROWS, FEATURES), trial.array(ROWS, ROWS, WIDTH)
    w = np.array([0.5, 2.0, 3.0], np.float32)
    if abs(ours.test_on_batch(x, y)["loss"] - theirs.test_on_batch(x, y)["loss"]) > NEAR:
        return []
    got = ours.test_on_batch(x, y, sample_weight=w)["loss"]
    losses = np.square(theirs.call(x).outputs - y).mean(axis=-1)
    each = np.repeat(w[:, None], ROWS, axis=1)
    ways = {words: way(losses, each) for words, way in WAYS.items()}
    if abs(got - ways[""]) < NEAR:
        return []
    found = [words for words, loss in ways.items() if words and abs(got - loss) < NEAR]
    return [Finding(one, FAMILIES) for one in found[:1]]


def of_the_accuracy(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """One of four rows is right, and nearly all of the weight is its own."""
    try:
        ours, theirs = trial.twins(subject, oracle, CLASSIFIER)
    except Unsupported:
        return []
    x = trial.array(4, ROWS, FEATURES)
    y = theirs.call(x).outputs.argmax(axis=-1)
    y[1:] = (y[1:] + 1) % WIDTH
    targets = y.astype(np.float32)
    w = np.array([7, 0.5, 0.25, 0.25], np.float32)
    plain = ours.test_on_batch(x, targets).get("accuracy", np.nan)
    got = ours.test_on_batch(x, targets, sample_weight=w).get("accuracy", np.nan)
    if abs(plain - 1 / 4) < NEAR and abs(got - 7 / 8) < NEAR:
        return [Finding("the accuracy is weighted by the weights of samples", FAMILIES)]
    return []
