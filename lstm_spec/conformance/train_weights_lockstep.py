"""Fifty updates in lockstep with every loss and with weights, stateless and stateful."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.train_weights import UPDATES, fifty_weighted_updates
from lstm_spec.contract import Capability, Implementation

STATEFUL = (*UPDATES, Capability.STATEFUL, Capability.MASK)


@clause(
    "TRAIN-391",
    "50 updates with the mean absolute error, the rows weighed, give the same losses and weights "
    "as the oracle.",
    source="contract, weights of samples",
    needs=UPDATES,
)
def weighted_lockstep_of_absolute_errors(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Of a stateless model, one output a row; five draws of weights, one after the other."""
    fifty_weighted_updates("mean absolute error", False, subject, oracle, trial)


@clause(
    "TRAIN-392",
    "50 updates of a stateful model that masks steps, with the mean absolute error and a weight "
    "for each step, give the same losses and weights.",
    source="contract, weights of samples",
    needs=STATEFUL,
)
def stateful_weighted_lockstep_of_absolute_errors(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One of six steps is masked each time, and the states are reset before update 20."""
    fifty_weighted_updates("mean absolute error", True, subject, oracle, trial)


@clause(
    "TRAIN-393",
    "50 updates with Huber's loss, the rows weighed, give the same losses and weights as the "
    "oracle.",
    source="contract, weights of samples",
    needs=UPDATES,
)
def weighted_lockstep_of_huber(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Of a stateless model, one output a row; five draws of weights, one after the other."""
    fifty_weighted_updates("Huber", False, subject, oracle, trial)


@clause(
    "TRAIN-394",
    "50 updates of a stateful model that masks steps, with Huber's loss and a weight for each "
    "step, give the same losses and weights.",
    source="contract, weights of samples",
    needs=STATEFUL,
)
def stateful_weighted_lockstep_of_huber(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One of six steps is masked each time, and the states are reset before update 20."""
    fifty_weighted_updates("Huber", True, subject, oracle, trial)


@clause(
    "TRAIN-395",
    "50 updates with binary cross-entropy, the rows weighed, give the same losses and weights as "
    "the oracle.",
    source="contract, weights of samples",
    needs=UPDATES,
)
def weighted_lockstep_of_bits(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Of a stateless model, one output a row; five draws of weights, one after the other."""
    fifty_weighted_updates("binary cross-entropy", False, subject, oracle, trial)


@clause(
    "TRAIN-396",
    "50 updates of a stateful model that masks steps, with binary cross-entropy and a weight for "
    "each step, give the same losses and weights.",
    source="contract, weights of samples",
    needs=STATEFUL,
)
def stateful_weighted_lockstep_of_bits(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One of six steps is masked each time, and the states are reset before update 20."""
    fifty_weighted_updates("binary cross-entropy", True, subject, oracle, trial)


@clause(
    "TRAIN-397",
    "50 updates with sparse cross-entropy, the rows weighed, then the classes in turn, give the "
    "same losses and weights as the oracle.",
    source="contract, weights of samples",
    needs=UPDATES,
)
def weighted_lockstep_of_labels(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Of a stateless model, one output a row; five draws of weights, one after the other."""
    fifty_weighted_updates("sparse categorical cross-entropy", False, subject, oracle, trial)


@clause(
    "TRAIN-398",
    "50 updates of a stateful model that masks steps, with sparse cross-entropy and a weight for "
    "each step, give the same losses and weights.",
    source="contract, weights of samples",
    needs=STATEFUL,
)
def stateful_weighted_lockstep_of_labels(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One of six steps is masked each time, and the states are reset before update 20."""
    fifty_weighted_updates("sparse categorical cross-entropy", True, subject, oracle, trial)


@clause(
    "TRAIN-399",
    "50 updates with categorical cross-entropy, the rows weighed, then the classes in turn, give "
    "the same losses and weights as the oracle.",
    source="contract, weights of samples",
    needs=UPDATES,
)
def weighted_lockstep_of_classes(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Of a stateless model, one output a row; five draws of weights, one after the other."""
    fifty_weighted_updates("categorical cross-entropy", False, subject, oracle, trial)


@clause(
    "TRAIN-400",
    "50 updates of a stateful model that masks steps, with categorical cross-entropy and a weight "
    "for each step, give the same losses and weights.",
    source="contract, weights of samples",
    needs=STATEFUL,
)
def stateful_weighted_lockstep_of_classes(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One of six steps is masked each time, and the states are reset before update 20."""
    fifty_weighted_updates("categorical cross-entropy", True, subject, oracle, trial)
