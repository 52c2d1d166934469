"""Ways to run fit, evaluate and predict: several batches at once, compiled, from a generator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Level, Strength, clause
from lstm_spec.conformance.life_paths import on_each_of
from lstm_spec.conformance.support.loss_cases import ROWS, ending
from lstm_spec.conformance.train_weights import OF_CLASSES
from lstm_spec.conformance.train_weights_fit import assert_histories_close
from lstm_spec.contract import Capability, Implementation, Unsupported, fit_paths_of
from lstm_spec.tolerances import LOCKSTEP

SOURCE = (
    "Keras documentation, compile(steps_per_execution, jit_compile, run_eagerly), and fit(x): "
    "arrays, a generator, a PyDataset or a tf.data.Dataset"
)
NEEDS = (Capability.FIT, Capability.LAYERS, Capability.STATEFUL)

STATEFUL = ending("mae", "linear", stateful=True)
STEPS = 3
HOW: dict[str, Any] = {"batch_size": ROWS, "epochs": 2, "shuffle": False}


def on_every_way(subject: Implementation, prove: Callable[[str, Implementation], None]) -> None:
    """Prove it on each way that can do it; Unsupported where there is none."""
    if not fit_paths_of(subject):
        raise Unsupported(f"{subject.name} names no ways to run fit")
    on_each_of(subject, fit_paths_of(subject), prove)


@clause(
    "LIFE-500",
    "However the batches come and however many of them are one execution, fit of a stateful model "
    "has the figures of every epoch, the weights and the carried states of the plain way.",
    source=SOURCE,
    needs=NEEDS,
)
def a_stateful_model_is_fitted_alike(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Five batches in each of two epochs, so that executions of two batches do not come out even. A
    call afterwards shows the state.
    """
    start = trial.weights(STATEFUL)
    theirs = trial.model(oracle, STATEFUL, start)
    x, y = random_batch(trial, STATEFUL, 5 * ROWS, STEPS)
    history, then = theirs.fit(x, y, **HOW), theirs.get_weights()
    after = theirs.call(x[:ROWS]).outputs

    def prove(where: str, one: Implementation) -> None:
        ours = trial.model(one, STATEFUL, start)
        assert_histories_close(trial, ours.fit(x, y, **HOW), history, where)
        trial.assert_weights_close(
            STATEFUL, ours.get_weights(), then, f"after fit {where}: value", LOCKSTEP
        )
        got = ours.call(x[:ROWS]).outputs
        trial.assert_close(got, after, f"outputs of a call after fit {where}", LOCKSTEP)

    on_every_way(subject, prove)


@clause(
    "LIFE-501",
    "However the batches come, evaluate and predict of a stateful model go through them once and "
    "in their order, or through as many as steps says, and the state that they leave is that of "
    "the plain way.",
    source=SOURCE + "; evaluate(steps), predict(steps)",
    needs=(*NEEDS, Capability.FIT_OPTIONS, Capability.EVALUATE),
    level=Level.FULL,
)
def a_stateful_model_is_measured_alike(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Three batches are evaluated and then predicted: the outputs go on from the evaluation, and a
    call from the prediction. Then the same with the first batch alone.
    """
    start = trial.weights(STATEFUL)
    theirs = trial.model(oracle, STATEFUL, start)
    x, y = random_batch(trial, STATEFUL, 3 * ROWS, STEPS)
    asked: tuple[dict[str, Any], ...] = ({}, {"steps": 1})
    expected = [
        (theirs.evaluate(x, y, ROWS, **how)["loss"], theirs.predict(x, ROWS, **how))
        for how in asked
    ]
    after = theirs.call(x[:ROWS]).outputs

    def prove(where: str, one: Implementation) -> None:
        ours = trial.model(one, STATEFUL, start)
        for how, (loss, outputs) in zip(asked, expected, strict=True):
            told = f"{', 1 step,' if how else ''} {where}"
            got = ours.evaluate(x, y, ROWS, **how)["loss"]
            trial.assert_close(got, loss, f"loss of evaluate{told}")
            trial.assert_close(ours.predict(x, ROWS, **how), outputs, f"outputs of predict{told}")
        again = ours.call(x[:ROWS]).outputs
        trial.assert_close(again, after, f"outputs of a call after predict {where}")

    on_every_way(subject, prove)


@clause(
    "LIFE-502",
    "However the batches come, the weight of each row counts in fit and in evaluate.",
    source=SOURCE + "; fit(sample_weight)",
    needs=(*NEEDS, Capability.WEIGHTED, Capability.EVALUATE),
    level=Level.FULL,
)
def weights_of_rows_count_on_every_way(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The weights rise from row to row; the last batch has one row only."""
    w = np.arange(1, 6, dtype=np.float32) / 2
    weighed_alike(subject, oracle, trial, {"sample_weight": w})


@clause(
    "LIFE-503",
    "However the batches come and however many of them are one execution, steps_per_epoch is the "
    "number of batches of an epoch, and the next epoch goes on with the batch after it.",
    source=SOURCE + "; fit(steps_per_epoch)",
    needs=(*NEEDS, Capability.FIT_OPTIONS),
    strength=Strength.SHOULD,
)
def steps_are_counted_alike(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Two epochs of three of six batches: executions of two batches have to stop halfway."""
    start = trial.weights(STATEFUL)
    theirs = trial.model(oracle, STATEFUL, start)
    x, y = random_batch(trial, STATEFUL, 6 * ROWS, STEPS)
    history = theirs.fit(x, y, steps_per_epoch=3, **HOW)

    def prove(where: str, one: Implementation) -> None:
        ours = trial.model(one, STATEFUL, start)
        got = ours.fit(x, y, steps_per_epoch=3, **HOW)
        assert_histories_close(trial, got, history, f"epochs of 3 steps, {where}")

    on_every_way(subject, prove)


@clause(
    "LIFE-504",
    "However the batches come, the weight of each class counts in fit.",
    source=SOURCE + "; fit(class_weight), which Keras has for all but generators",
    needs=(*NEEDS, Capability.WEIGHTED, Capability.EVALUATE),
    level=Level.FULL,
)
def weights_of_classes_count_on_every_way(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Five rows of three classes, of which one has the weight 1 because it is not named."""
    weighed_alike(subject, oracle, trial, {"class_weight": OF_CLASSES})


def weighed_alike(
    subject: Implementation, oracle: Implementation, trial: Trial, given: dict[str, Any]
) -> None:
    """The histories of fit with these weights, and an evaluation with those of rows."""
    spec = ending("sparse_categorical_crossentropy", "softmax")
    start = trial.weights(spec)
    rows = {name: one for name, one in given.items() if name == "sample_weight"}
    x, y = random_batch(trial, spec, 5, STEPS)
    theirs = trial.model(oracle, spec, start)
    history, loss = theirs.fit(x, y, **HOW | given), theirs.evaluate(x, y, 2, **rows)["loss"]

    def prove(where: str, one: Implementation) -> None:
        ours = trial.model(one, spec, start)
        assert_histories_close(trial, ours.fit(x, y, **HOW | given), history, where)
        got = ours.evaluate(x, y, 2, **rows)["loss"]
        trial.assert_close(got, loss, f"loss of evaluate {where}", LOCKSTEP)

    on_every_way(subject, prove)


@clause(
    "LIFE-505",
    "However the batches come, every validation of fit goes through all batches of the validation, "
    "or through the first validation_steps, in their order and through the same state.",
    source=SOURCE + "; fit(validation_data, validation_steps)",
    needs=(*NEEDS, Capability.FIT_OPTIONS),
    level=Level.FULL,
)
def validations_are_alike(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Two epochs with three batches of validation after each; then with two of these three."""
    start = trial.weights(STATEFUL)
    theirs = trial.model(oracle, STATEFUL, start)
    x, y = random_batch(trial, STATEFUL, 2 * ROWS, STEPS)
    how = HOW | {"validation_data": random_batch(trial, STATEFUL, 3 * ROWS, STEPS)}
    whole, part = theirs.fit(x, y, **how), theirs.fit(x, y, validation_steps=2, **how)

    def prove(where: str, one: Implementation) -> None:
        ours = trial.model(one, STATEFUL, start)
        assert_histories_close(trial, ours.fit(x, y, **how), whole, where)
        got = ours.fit(x, y, validation_steps=2, **how)
        assert_histories_close(trial, got, part, f"validation of 2 of 3 batches {where}")

    on_every_way(subject, prove)
