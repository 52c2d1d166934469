"""TRAIN: axes of equal length and of length one, in targets and figures."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.coincidences import FEW, with_coinciding_axes
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, Dense, ModelSpec
from lstm_spec.tolerances import LOSS

SOURCE = "the equations name their axes; no length has a meaning of its own"

CLASSES = {
    "as many steps as classes": (3, 5, 5),
    "as many rows as classes": (5, 3, 5),
    "as many rows as steps": (4, 4, 6),
    "as many rows as steps and classes": (4, 4, 4),
    "as many classes as units": (4, 3, 2),
    "one step": (4, 1, 3),
    "one row": (1, 4, 3),
}
"""Rows, steps and classes."""


@clause(
    "TRAIN-130",
    "Loss and accuracy are taken along the classes, whatever else is as long as they are.",
    source=SOURCE,
    needs=(Capability.EVALUATE, Capability.LAYERS),
)
def coinciding_axes_of_the_figures(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The outputs are classes at every step, so that rows, steps and classes are three axes. Every
    second row has the labels that the network says, so that the accuracy is far from chance.
    """
    for words, (rows, steps, classes) in CLASSES.items():
        layers = LSTM(2, return_sequences=True), Dense(classes, "softmax")
        spec = ModelSpec(layers, 2, loss="categorical_crossentropy")
        ours, theirs = trial.twins(subject, oracle, spec)
        x, y = trial.array(rows, steps, 2), trial.labels(rows, steps, width=classes)
        said = theirs.call(x).outputs.argmax(axis=-1)
        y[::2] = np.eye(classes, dtype=np.float32)[said[::2]]
        got, expected = ours.test_on_batch(x, y), theirs.test_on_batch(x, y)
        for name in ("loss", "accuracy"):
            trial.assert_close(got[name], expected[name], f"{name} with {words}", LOSS)


@clause(
    "TRAIN-131",
    "An update is the same whichever axes of the input, the targets or the weights have equal "
    "lengths or length one.",
    source=SOURCE,
    needs=(Capability.TRAIN,),
)
def coinciding_axes_of_an_update(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The loss, and the weights after the update."""
    with_coinciding_axes(subject, oracle, trial, ["train_on_batch"], FEW)
