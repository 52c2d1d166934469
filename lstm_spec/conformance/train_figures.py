"""Every figure of every method is a mean over rows: unequal batches, every step, masks.

Losses and accuracies take the same way through evaluate, fit and validation, but in most libraries
not the same code. There are 7 rows in batches of 3, so that the last batch has a single row.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.model import LSTM, SGD, Dense, Masking, ModelSpec
from lstm_spec.tolerances import LOCKSTEP, LOSS

ROWS, BATCH, STEPS, FEATURES, CLASSES = 7, 3, 4, 3, 5
OTHERS = 5
"""Rows for validation: the last batch has two."""

LENGTHS = (4, 4, 3, 1, 2, 1, 4)
"""Valid steps of the rows: a batch of many, one of few, and a single row."""

EPOCHS = 2
RATE = SGD(0.5)
CLASSIFIER = Dense(CLASSES, "softmax")
ONE_STEP = ModelSpec(
    (LSTM(4), CLASSIFIER), FEATURES, loss="categorical_crossentropy", optimizer=RATE
)
EVERY_STEP = ModelSpec(
    (LSTM(4, return_sequences=True), CLASSIFIER),
    FEATURES,
    loss="categorical_crossentropy",
    optimizer=RATE,
)
NUMBERS = ModelSpec((LSTM(4, return_sequences=True),), FEATURES, optimizer=RATE)
MASKED = ModelSpec(
    (Masking(), LSTM(4, return_sequences=True), CLASSIFIER),
    FEATURES,
    loss="categorical_crossentropy",
    optimizer=RATE,
)
SOURCE = "contract: figures are means weighted by rows"
LAYERS = (Capability.LAYERS,)


def figures(spec: ModelSpec, outputs: Array, y: Array) -> dict[str, Array]:
    """Loss and, with classes, accuracy of every row and, with an output at each, of every step."""
    if spec.loss == "mse":
        return {"loss": ((outputs - y) ** 2).mean(axis=-1)}
    loss = -np.log((outputs * y).sum(axis=-1))
    return {"loss": loss, "accuracy": (outputs.argmax(axis=-1) == y.argmax(axis=-1)).astype(float)}


def targets(trial: Trial, outputs: Array) -> Array:
    """Classes of which some are the predicted ones: never in the first row, mostly in the last.

    So no two ways to weigh the batches give the same accuracy by chance.
    """
    right = trial.rng.random(outputs.shape[:-1]) < 0.4
    right[0], right[-1] = False, True
    if right.ndim == 2:
        right[-1, -1] = False
    predicted = outputs.argmax(axis=-1)
    classes = np.where(right, predicted, (predicted + 1) % outputs.shape[-1])
    one_hot: Array = np.eye(outputs.shape[-1], dtype=np.float32)[classes]
    return one_hot


def batch(trial: Trial, spec: ModelSpec, model: Model, rows: int) -> tuple[Array, Array]:
    """Inputs and targets: numbers, or classes that fit to what the oracle's model predicts."""
    x, y = random_batch(trial, spec, rows, STEPS)
    return x, y if spec.loss == "mse" else targets(trial, model.call(x).outputs)


def over_rows(figure: Array, valid: Array | None = None) -> float:
    """The mean over rows of the figures of batches; of each batch, over its valid steps."""
    counted = np.ones(figure.shape) if valid is None else valid.astype(float)
    total = 0.0
    for start in range(0, len(figure), BATCH):
        rows = slice(start, start + BATCH)
        mean = (figure[rows] * counted[rows]).sum() / counted[rows].sum()
        total += mean * len(figure[rows])
    return total / len(figure)


def trained(model: Model, x: Array, y: Array, epochs: int) -> dict[str, list[float]]:
    """What fit should report of an oracle that makes one update after the other."""
    found: dict[str, list[float]] = {}
    for _ in range(epochs):
        sums: dict[str, float] = {}
        for start in range(0, len(x), BATCH):
            rows = slice(start, start + BATCH)
            for name, figure in model.train_on_batch(x[rows], y[rows]).items():
                sums[name] = sums.get(name, 0.0) + figure * len(x[rows])
        for name, total in sums.items():
            found.setdefault(name, []).append(total / len(x))
    return found


def masked_batch(trial: Trial, model: Model, rows: int) -> tuple[Array, Array, Array]:
    """Inputs with ``LENGTHS`` valid steps, targets, and which steps are valid (rows, steps)."""
    valid = np.arange(STEPS) < np.array(LENGTHS[:rows])[:, None]
    x = np.where(valid[:, :, None], trial.array(rows, STEPS, FEATURES), np.float32(0))
    return x, targets(trial, model.call(x).outputs), valid


def named(trial: Trial, got: Mapping[str, object], names: set[str], what: str) -> None:
    """Fail unless these figures are among those that came."""
    trial.assert_that(
        names <= set(got),
        f"{what}: expected the figures {', '.join(sorted(names))}, got {', '.join(sorted(got))}",
    )


@clause(
    "TRAIN-150",
    "Each figure of evaluate, accuracy as well as loss, is the mean over all rows, whatever the "
    "sizes of the batches are.",
    source=SOURCE,
    needs=(Capability.EVALUATE, *LAYERS),
)
def evaluate_weighs_every_figure_by_rows(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The expected figures are computed here, from the outputs of the oracle."""
    for spec in (ONE_STEP, EVERY_STEP, NUMBERS):
        ours, theirs = trial.twins(subject, oracle, spec)
        x, y = batch(trial, spec, theirs, ROWS)
        expected = figures(spec, theirs.call(x).outputs, y)
        got = ours.evaluate(x, y, batch_size=BATCH)
        named(trial, got, set(expected), "evaluate")
        for name, of in expected.items():
            what = f"{name} of evaluate, {ROWS} rows in batches of {BATCH}, {spec.loss}"
            trial.assert_close(got[name], over_rows(of), what, LOSS)


@clause(
    "TRAIN-151",
    "Each figure in the history of fit, accuracy as well as loss and those of the validation, is "
    "the mean over the rows of its epoch, whatever the sizes of the batches are.",
    source=SOURCE,
    needs=(Capability.FIT, *LAYERS),
)
def fit_weighs_every_figure_by_rows(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The last batch has one row of seven, that of the validation two of five."""
    for spec in (EVERY_STEP, NUMBERS):
        ours, theirs = trial.twins(subject, oracle, spec)
        (x, y), others = (batch(trial, spec, theirs, rows) for rows in (ROWS, OTHERS))
        how = {"batch_size": BATCH, "epochs": EPOCHS, "shuffle": False}
        got = ours.fit(x, y, **how, validation_data=others)  # type: ignore[arg-type]
        expected: dict[str, list[float]] = {}
        for _ in range(EPOCHS):
            after = trained(theirs, x, y, epochs=1)
            seen = figures(spec, theirs.call(others[0]).outputs, others[1])
            after |= {f"val_{name}": [over_rows(of)] for name, of in seen.items()}
            for name, series in after.items():
                expected.setdefault(name, []).extend(series)
        named(trial, got, set(expected), "fit")
        for name, series in expected.items():
            what = f"{name} by epoch, {spec.loss}"
            trial.assert_close(np.array(got[name]), np.array(series), what, LOCKSTEP, ("epoch",))


def masked_figure(subject: Implementation, oracle: Implementation, trial: Trial, name: str) -> None:
    """One figure of evaluate and of fit with validation, of rows with masked steps."""
    ours, theirs = trial.twins(subject, oracle, MASKED)
    x, y, valid = masked_batch(trial, theirs, ROWS)
    others, wanted, shown = masked_batch(trial, theirs, OTHERS)
    measured = figures(MASKED, theirs.call(x).outputs, y)[name]
    got = ours.evaluate(x, y, batch_size=BATCH)[name]
    trial.assert_close(got, over_rows(measured, valid), f"{name} of evaluate, masked", LOSS)
    how = {"batch_size": BATCH, "epochs": 1, "shuffle": False}
    history = ours.fit(x, y, **how, validation_data=(others, wanted))  # type: ignore[arg-type]
    series = trained(theirs, x, y, epochs=1)[name]
    trial.assert_close(np.array(history[name]), np.array(series), f"{name} of fit", LOCKSTEP)
    after = figures(MASKED, theirs.call(others).outputs, wanted)[name]
    validated = history[f"val_{name}"][0]
    trial.assert_close(validated, over_rows(after, shown), f"val_{name}, masked", LOCKSTEP)


MASKS = (Capability.EVALUATE, Capability.FIT, *LAYERS, Capability.MASK)


@clause(
    "TRAIN-152",
    "With masked steps, the loss of a batch is the mean over its valid steps, and the loss that "
    "evaluate and fit report is the mean of these, each weighted by the rows of its batch.",
    source=SOURCE,
    needs=MASKS,
)
def masked_losses_are_weighed_by_rows(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The batches have 11, 4 and 4 valid steps, but 3, 3 and 1 rows."""
    masked_figure(subject, oracle, trial, "loss")


@clause(
    "TRAIN-153",
    "With masked steps, the accuracy that evaluate and fit report is weighted like the loss: that "
    "of a batch is the mean over its valid steps, and a batch counts by its rows.",
    source=SOURCE,
    needs=MASKS,
    strength=Strength.SHOULD,
)
def masked_accuracies_are_weighed_by_rows(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A library that adds up hits and valid steps over all batches weighs a batch by its steps."""
    masked_figure(subject, oracle, trial, "accuracy")
