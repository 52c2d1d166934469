"""Figures over batches of different sizes: how the batches are put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Implementation
from lstm_spec.diagnosis.finding import Finding
from lstm_spec.model import LSTM, Dense, ModelSpec

ROWS, BATCH, STEPS, FEATURES, CLASSES = 8, 3, 4, 2, 3
FAMILIES = ("TRAIN", "LIFE", "PIPE")
NEAR = 1e-4

SPEC = ModelSpec(
    (LSTM(4), Dense(CLASSES, activation="softmax")), FEATURES, loss="categorical_crossentropy"
)

PUT_TOGETHER: dict[str, Callable[[Sequence[float], Sequence[int]], float]] = {
    "": lambda figures, rows: float(np.average(figures, weights=rows)),
    "is the plain mean of the batches' figures": lambda figures, rows: float(np.mean(figures)),
    "is the sum of the batches' figures": lambda figures, rows: float(np.sum(figures)),
    "is that of the last batch": lambda figures, rows: figures[-1],
    "is that of the first batch": lambda figures, rows: figures[0],
    "leaves out the last, smaller batch": lambda figures, rows: float(np.mean(figures[:-1])),
}


def of_unequal_batches(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> list[Finding]:
    """Evaluate with a last batch that is smaller."""
    ours, theirs = trial.twins(subject, oracle, SPEC)
    x = trial.array(ROWS, STEPS, FEATURES)
    # So many are right in each batch that no two ways to put them together give the same, and none
    # gives two thirds, which is what all three classes have where only the largest is left out.
    starts = range(0, ROWS, BATCH)
    labels = theirs.predict(x, ROWS).argmax(axis=-1)
    labels[BATCH + 2 :] += 1
    y = np.eye(CLASSES, dtype=np.float32)[labels % CLASSES]
    batches = [theirs.test_on_batch(x[k : k + BATCH], y[k : k + BATCH]) for k in starts]
    rows = [len(x[k : k + BATCH]) for k in starts]
    got = ours.evaluate(x, y, BATCH)
    told = []
    for name in ("loss", "accuracy"):
        if name not in got:
            continue
        ways = {
            words: put([one[name] for one in batches], rows) for words, put in PUT_TOGETHER.items()
        }
        right = ways[""]
        if abs(got[name] - right) < NEAR:
            continue
        found = [words for words, figure in ways.items() if abs(got[name] - figure) < NEAR]
        if len(found) == 1:
            told.append(f"the {name} of evaluate {found[0]}")
    return [Finding(one, FAMILIES) for one in told]
