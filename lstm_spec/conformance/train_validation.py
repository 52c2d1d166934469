"""Validation inside fit measures, and does not train."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.lockstep import random_batch, steep_run
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.train_fit import FIT, cut
from lstm_spec.conformance.train_lockstep import ADAM
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, SGD, Dense, ModelSpec
from lstm_spec.tolerances import LOCKSTEP, LOSS


@clause(
    "TRAIN-60",
    "Validation does not train: a stateless model ends with the same weights with and without it.",
    source=FIT,
    needs=(Capability.FIT,),
)
def validation_does_not_train(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The oracle is never given the validation rows. If the subject trained on them, Adam would
    remember it.
    """
    spec = ModelSpec((LSTM(4),), features=3, optimizer=ADAM)
    run = steep_run(trial, oracle, spec, 2, rows=2, steps=5)
    ours, theirs = trial.twins(subject, oracle, spec, run.weights)
    x, y = (np.concatenate(part) for part in zip(*run.batches, strict=True))
    others = random_batch(trial, spec, 4, 5)
    ours.fit(x, y, batch_size=2, epochs=2, shuffle=False, validation_data=others)
    for batch in run.batches * 2:
        theirs.train_on_batch(*batch)
    what = "after two epochs with validation, value"
    trial.assert_weights_close(spec, ours.get_weights(), theirs.get_weights(), what, LOCKSTEP)


@clause(
    "TRAIN-61",
    "The validation metrics of an epoch are those that evaluate gives after it, with the same "
    "weight for every row.",
    source=FIT,
    needs=(Capability.FIT, Capability.EVALUATE, Capability.LAYERS),
)
def validation_is_evaluation(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """There are 3 validation rows in batches of 2, and the last row alone must not count for half.
    There are two epochs, so that metrics that are measured before the updates of an epoch, which
    are those of the epoch before, are noticed.
    """
    layers = (LSTM(4), Dense(6, "softmax"))
    spec = ModelSpec(layers, features=3, loss="categorical_crossentropy", optimizer=SGD(1.0))
    ours, theirs = trial.twins(subject, oracle, spec)
    (x, y), others = random_batch(trial, spec, 4, 5), random_batch(trial, spec, 3, 5)
    history = ours.fit(x, y, batch_size=2, epochs=2, shuffle=False, validation_data=others)
    names = {"loss", "accuracy", "val_loss", "val_accuracy"}
    trial.assert_that(
        set(history) == names,
        f"expected the metrics {', '.join(sorted(names))}, got {', '.join(sorted(history))}",
    )
    expected: dict[str, list[float]] = {"loss": [], "accuracy": []}
    for _ in range(2):
        for batch in cut(x, y, 2):
            theirs.train_on_batch(*batch)
        figures = theirs.test_on_batch(*others)
        for name, series in expected.items():
            series.append(figures[name])
    for name, series in expected.items():
        got = np.array(history[f"val_{name}"])
        trial.assert_close(got, np.array(series), f"val_{name} by epoch", LOCKSTEP, ("epoch",))
    after = ours.evaluate(*others, batch_size=2)["loss"]
    last = history["val_loss"][-1]
    trial.assert_close(last, after, "last val_loss compared with evaluate", LOSS)
