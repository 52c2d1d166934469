"""fit as it is used: rows that are held out, epochs that are counted or cut, validations."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.loss_cases import ending
from lstm_spec.conformance.train_weights_fit import assert_histories_close
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import Adam, ModelSpec
from lstm_spec.tolerances import LOCKSTEP

NEEDS = (Capability.FIT, Capability.FIT_OPTIONS, Capability.LAYERS)
PLAIN = ending("mae", "linear")
HOW: dict[str, Any] = {"batch_size": 2, "epochs": 2, "shuffle": False}


def fitted_alike(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    asked: dict[str, Any],
    what: str,
    spec: ModelSpec = PLAIN,
    data: tuple[Array, Array] | None = None,
) -> tuple[dict[str, list[float]], tuple[Array, Array]]:
    """Seven rows, or the data that are given: the same histories and weights with these options."""
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = random_batch(trial, spec, 7, 3) if data is None else data
    got, expected = ours.fit(x, y, **HOW | asked), theirs.fit(x, y, **HOW | asked)
    assert_histories_close(trial, got, expected, what)
    sizes = {name: len(got.get(name, ())) for name in expected}
    wanted = {name: len(figures) for name, figures in expected.items()}
    trial.assert_that(sizes == wanted, f"{what}: figures by epoch: expected {wanted}, got {sizes}")
    now, then = ours.get_weights(), theirs.get_weights()
    trial.assert_weights_close(spec, now, then, f"{what}: value", LOCKSTEP)
    return got, (x, y)


@clause(
    "TRAIN-404",
    "validation_split holds out the last rows as they are given: they are validated with, and not "
    "trained on.",
    source="Keras documentation, fit(validation_split): the last samples, before shuffling",
    needs=NEEDS,
)
def validation_split(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """0.3 of 7 rows leaves 4.9 for the training, which is 4. Then the rows of the training are
    shuffled, as one batch: those that are held out stay the same.
    """
    fitted_alike(subject, oracle, trial, {"validation_split": 0.3}, "0.3 of 7 rows held out")
    ours, theirs = trial.twins(subject, oracle, PLAIN)
    x, y = random_batch(trial, PLAIN, 8, 3)
    how = {"batch_size": 8, "epochs": 2, "validation_split": 0.5}
    got = ours.fit(x, y, shuffle=True, **how)  # type: ignore[arg-type]
    expected = theirs.fit(x, y, shuffle=False, **how)  # type: ignore[arg-type]
    assert_histories_close(trial, got, expected, "half of 8 rows held out, shuffled")


@clause(
    "TRAIN-562",
    "A validation_split that leaves no row to train on is refused, before anything has changed.",
    source="Keras 3, train_validation_split: the data are not sufficient to be split",
    needs=NEEDS,
    strength=Strength.SHOULD,
)
def validation_split_of_too_few_rows(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Nine tenths of 4 rows are held out: 0.4 of a row is left, which is none."""
    ours = trial.model(subject, PLAIN, trial.weights(PLAIN))
    x, y = random_batch(trial, PLAIN, 4, 3)
    how = {"batch_size": 2, "epochs": 1, "shuffle": False, "validation_split": 0.9}
    fit = partial(ours.fit, x, y, **how)  # type: ignore[arg-type]
    trial.assert_refused(ours, fit, "0.9 of 4 rows held out")


@clause(
    "TRAIN-405",
    "The rows that validation_split holds out keep their weights.",
    source="Keras, train_validation_split of x, y and sample_weight",
    needs=(*NEEDS, Capability.WEIGHTED),
)
def validation_split_of_weights(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The weights rise from row to row, so that those of other rows would be noticed."""
    asked = {"validation_split": 0.5, "sample_weight": np.arange(7, dtype=np.float32) / 2}
    fitted_alike(subject, oracle, trial, asked, "weighed rows held out")


@clause(
    "TRAIN-406",
    "The validation runs in batches of validation_batch_size.",
    source="Keras documentation, fit(validation_batch_size)",
    needs=(*NEEDS, Capability.MASK),
)
def validation_batch_size(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The loss of a batch is a mean over its valid steps, so that of rows with different numbers of
    them depends on which are a batch.
    """
    spec = ending("mae", "linear", every_step=True, masked=True)
    x, y = random_batch(trial, spec, 4, 3)
    other_x, other_y = random_batch(trial, spec, 6, 3)
    other_x[0, 1:], other_x[3, :2] = 0, 0
    asked = {"validation_data": (other_x, other_y), "validation_batch_size": 3}
    fitted_alike(subject, oracle, trial, asked, "validation by 3", spec, (x, y))


@clause(
    "TRAIN-407",
    "Epochs are counted from initial_epoch to epochs: with 1 and 3 there are two.",
    source="Keras documentation, fit(epochs, initial_epoch): epochs is the index of the last one",
    needs=NEEDS,
)
def initial_epoch(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """After an epoch of its own, so that training goes on as if it had not been interrupted. The
    validation is due every second epoch, by the same count.
    """
    asked = {"initial_epoch": 1, "epochs": 3, "validation_freq": 2, "validation_split": 0.3}
    got, _ = fitted_alike(subject, oracle, trial, asked, "from epoch 1 to 3")
    trial.assert_that(len(got["loss"]) == 2, f"expected 2 epochs, got {len(got['loss'])}")


@clause(
    "TRAIN-408",
    "steps_per_epoch ends an epoch after so many batches; the next one goes on with the rows that "
    "are left, and a pass that is over begins anew.",
    source="Keras 3, EpochIterator; the documentation leaves it open for arrays",
    needs=NEEDS,
    strength=Strength.SHOULD,
)
def steps_per_epoch(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """7 rows are 4 batches of 2: epochs of 3 batches, of the single one that is left, and of 3."""
    asked = {"steps_per_epoch": 3, "epochs": 3}
    fitted_alike(subject, oracle, trial, asked, "epochs of 3 of 4 batches")


@clause(
    "TRAIN-409",
    "With validation_freq, there is a validation after every so many epochs and none between.",
    source="Keras documentation, fit(validation_freq)",
    needs=NEEDS,
)
def validation_freq(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """5 epochs with 2 of them validated, by Adam, whose count of updates a validation leaves."""
    spec = ModelSpec(PLAIN.layers, PLAIN.features, loss="mae", optimizer=Adam(0.01))
    asked = {"validation_freq": 2, "epochs": 5, "validation_split": 0.3}
    fitted_alike(subject, oracle, trial, asked, "every second epoch validated", spec)


@clause(
    "TRAIN-500",
    "validation_steps ends every validation after so many batches, and each begins with the first "
    "row.",
    source="Keras documentation, fit(validation_steps): the same validation samples every time",
    needs=NEEDS,
)
def validation_steps(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Two of three batches; a validation that went on would measure other rows in epoch 2."""
    held = random_batch(trial, PLAIN, 6, 3)
    asked = {"validation_data": held, "validation_steps": 2}
    fitted_alike(subject, oracle, trial, asked, "validation of 2 of 3 batches")


@clause(
    "TRAIN-501",
    "steps ends evaluate and predict after so many batches; a carried state goes on from one to "
    "the next.",
    source="Keras documentation, evaluate(steps) and predict(steps)",
    needs=(*NEEDS, Capability.EVALUATE),
)
def steps_of_evaluate_and_predict(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Three of five batches, twice: every call begins with the first row."""
    carries = Capability.STATEFUL in subject.capabilities
    for spec in (PLAIN, ending("mae", "linear", stateful=True)) if carries else (PLAIN,):
        ours, theirs = trial.twins(subject, oracle, spec)
        x, y = random_batch(trial, spec, 10, 3)
        for turn in ("first", "second"):
            told = f"3 of 5 batches, {'stateful, ' if spec.stateful else ''}{turn} time"
            got, expected = ours.evaluate(x, y, 2, steps=3), theirs.evaluate(x, y, 2, steps=3)
            trial.assert_close(got["loss"], expected["loss"], f"loss of {told}")
            outputs, right = ours.predict(x, 2, steps=3), theirs.predict(x, 2, steps=3)
            trial.assert_close(outputs, right, f"outputs of {told}")
