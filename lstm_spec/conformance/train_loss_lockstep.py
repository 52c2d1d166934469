"""Fifty updates in lockstep with every loss, stateless and stateful; figures of unequal batches."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.lockstep import in_lockstep, random_batch, random_run
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.loss_cases import FAMILIES, ROWS, ending
from lstm_spec.contract import Capability, Implementation
from lstm_spec.tolerances import LOCKSTEP, LOSS

UPDATES = 50
STATELESS = (Capability.TRAIN, Capability.LAYERS)
STATEFUL = (*STATELESS, Capability.STATEFUL)


def fifty_updates(
    family: str, stateful: bool, subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One model that gives a single output, without states; or every step, carrying them."""
    loss, activation = FAMILIES[family][stateful]
    spec = ending(loss, activation, stateful=stateful, every_step=stateful)
    run = random_run(trial, spec, updates=UPDATES, rows=ROWS, steps=3)
    resets = (1, 20) if stateful else ()
    in_lockstep(trial, run, *trial.twins(subject, oracle, spec, run.weights), LOCKSTEP, resets)


@clause(
    "TRAIN-360",
    "50 updates with the mean absolute error give the same losses and weights as the oracle.",
    source="contract, losses",
    needs=STATELESS,
)
def lockstep_of_absolute_errors(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Of a stateless model, one output a row."""
    fifty_updates("mean absolute error", False, subject, oracle, trial)


@clause(
    "TRAIN-361",
    "50 updates of a stateful model with the mean absolute error give the same losses and weights.",
    source="contract, losses",
    needs=STATEFUL,
)
def stateful_lockstep_of_absolute_errors(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With an output at every step and a reset before update 20."""
    fifty_updates("mean absolute error", True, subject, oracle, trial)


@clause(
    "TRAIN-362",
    "50 updates with Huber's loss give the same losses and weights as the oracle.",
    source="contract, losses",
    needs=STATELESS,
)
def lockstep_of_huber(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Errors of order one with a delta of a half: both branches are taken again and again."""
    fifty_updates("Huber", False, subject, oracle, trial)


@clause(
    "TRAIN-363",
    "50 updates of a stateful model with Huber's loss give the same losses and weights.",
    source="contract, losses",
    needs=STATEFUL,
)
def stateful_lockstep_of_huber(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With the delta of one that the word stands for, and a reset before update 20."""
    fifty_updates("Huber", True, subject, oracle, trial)


@clause(
    "TRAIN-364",
    "50 updates with binary cross-entropy give the same losses and weights as the oracle.",
    source="contract, losses",
    needs=STATELESS,
)
def lockstep_of_bits(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Three answers a row, each after a sigmoid."""
    fifty_updates("binary cross-entropy", False, subject, oracle, trial)


@clause(
    "TRAIN-365",
    "50 updates of a stateful model with smoothed binary cross-entropy from logits give the same "
    "losses and weights.",
    source="contract, losses",
    needs=STATEFUL,
)
def stateful_lockstep_of_bits(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With an output at every step and a reset before update 20."""
    fifty_updates("binary cross-entropy", True, subject, oracle, trial)


@clause(
    "TRAIN-366",
    "50 updates with sparse cross-entropy give the same losses and weights as the oracle.",
    source="contract, losses",
    needs=STATELESS,
)
def lockstep_of_labels(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """One label a row."""
    fifty_updates("sparse categorical cross-entropy", False, subject, oracle, trial)


@clause(
    "TRAIN-367",
    "50 updates of a stateful model with sparse cross-entropy from logits give the same losses and "
    "weights.",
    source="contract, losses",
    needs=STATEFUL,
)
def stateful_lockstep_of_labels(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With a label at every step and a reset before update 20."""
    fifty_updates("sparse categorical cross-entropy", True, subject, oracle, trial)


@clause(
    "TRAIN-368",
    "50 updates with smoothed categorical cross-entropy give the same losses and weights as the "
    "oracle.",
    source="contract, losses",
    needs=STATELESS,
)
def lockstep_of_smoothed_classes(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One class a row, smoothed by a quarter."""
    fifty_updates("categorical cross-entropy", False, subject, oracle, trial)


@clause(
    "TRAIN-369",
    "50 updates of a stateful model with categorical cross-entropy from logits give the same "
    "losses and weights.",
    source="contract, losses",
    needs=STATEFUL,
)
def stateful_lockstep_of_logits(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With a class at every step and a reset before update 20."""
    fifty_updates("categorical cross-entropy", True, subject, oracle, trial)


@clause(
    "TRAIN-370",
    "evaluate and fit weigh the figures of every loss by rows, the last, smaller batch included.",
    source="contract, figures; Keras: metrics add up over batches",
    needs=(Capability.EVALUATE, Capability.FIT, Capability.LAYERS),
)
def figures_of_unequal_batches(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """5 rows in batches of 2 and 1, with an output at every step. The targets of the last row are
    such that it alone has another accuracy.
    """
    for family in ("mean absolute error", "binary cross-entropy"):
        loss, activation = FAMILIES[family][0]
        spec = ending(loss, activation, every_step=True)
        ours, theirs = trial.twins(subject, oracle, spec)
        x, y = random_batch(trial, spec, 5, 3)
        if family == "binary cross-entropy":
            y[4] = theirs.call(x).outputs[4] > 0.5
        got, expected = ours.evaluate(x, y, 2), theirs.evaluate(x, y, 2)
        how = {"batch_size": 2, "epochs": 2, "shuffle": False}
        fitted, right = ours.fit(x, y, **how), theirs.fit(x, y, **how)  # type: ignore[arg-type]
        for name, figure in expected.items():
            trial.assert_close(got[name], figure, f"{name} of evaluate, {family}", LOSS)
            figures = np.array(fitted[name]), np.array(right[name])
            trial.assert_close(*figures, f"{name} by epoch, {family}", LOCKSTEP)
