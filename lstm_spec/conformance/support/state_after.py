"""How the LIFE checks find out what an operation did to the carried state.

They use the next call, which every stateful subject can make, and the states themselves where they
can be read. The oracle says what the state must be after the operation. If the subject is wrong,
the oracle also computes the known mistakes, a state that was kept or a state that was cleared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from lstm_spec import tolerances
from lstm_spec.checking.trial import Trial
from lstm_spec.conformance.support.state_specs import (
    FEATURES,
    ROWS,
    STEPS,
    UNITS,
    starts_from,
    trainable_lstm,
    zeros_like,
)
from lstm_spec.contract import Array, Capability, Implementation, Metrics, Model, States
from lstm_spec.evidence import Deviation

SOURCE = "tutorials (statement 4)"

CONFIRMS = "State is reset only by an explicit reset, not between batches, epochs or calls."

UPDATED = tolerances.GRADIENT
"""After at most ten SGD updates at a rate of 0.5: ten times half the noise of a gradient, 5e-7."""

Operation = Callable[[Model], Array]
"""Something that is done to a model; its numerical results are compared as well."""


def trainable_twins(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> tuple[Model, Model]:
    """Stateful twins with random weights, but with 1 added to the bias of the forget gates.

    With this bias they remember for longer, so that a wrong state still matters some batches later.
    """
    weights = trial.weights(trainable_lstm())
    weights[2][UNITS : 2 * UNITS] += 1.0
    return trial.twins(subject, oracle, trainable_lstm(), weights)


def used_twins(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> tuple[Model, Model]:
    """Stateful twins that have already run a batch, so that their state is not zero."""
    ours, theirs = trainable_twins(subject, oracle, trial)
    x = trial.array(ROWS, STEPS, FEATURES)
    ours.call(x)
    theirs.call(x)
    return ours, theirs


def samples(trial: Trial, batches: int = 2) -> tuple[Array, Array]:
    """Rows x (batches * rows, steps, features) and targets y (batches * rows, units)."""
    return trial.array(batches * ROWS, STEPS, FEATURES), trial.array(batches * ROWS, UNITS)


def loss_of(metrics: Metrics) -> Array:
    """The loss as an array, so that it can be compared."""
    return np.array(metrics["loss"])


def goes_on_from(
    subject: Implementation,
    trial: Trial,
    ours: Model,
    theirs: Model,
    state: States,
    what: str,
    mistakes: Mapping[str, States],
) -> None:
    """Fail unless the subject's next call starts from ``state``; the oracle has its weights."""
    readable = Capability.STATE_ACCESS in subject.capabilities
    read = ours.get_states() if readable else None
    x = trial.array(ROWS, STEPS, FEATURES)
    got = ours.call(x).outputs
    named = {f"the state {mistake} {what}": wrong for mistake, wrong in mistakes.items()}
    starts_from(trial, theirs, got, x, state, f"the call after {what}", named, UPDATED)
    if readable:
        trial.assert_states_close(read, state, f"state after {what}", UPDATED)


def moves_the_state(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    what: str,
    operation: Operation,
) -> None:
    """Fail unless ``operation`` starts from the carried state and leaves its own final state."""
    ours, theirs = used_twins(subject, oracle, trial)
    before = theirs.get_states()
    trial.assert_close(operation(ours), operation(theirs), f"result of {what}", tolerances.LOSS)
    mistakes = {"is still the one from before": before, "is cleared by": zeros_like(before)}
    goes_on_from(subject, trial, ours, theirs, theirs.get_states(), what, mistakes)


def keeps_the_state(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    what: str,
    operation: Callable[[Model], object],
) -> None:
    """Fail unless the state is the same before and after ``operation`` on the subject."""
    ours, theirs = used_twins(subject, oracle, trial)
    before = theirs.get_states()
    operation(ours)
    goes_on_from(subject, trial, ours, theirs, before, what, {"is cleared by": zeros_like(before)})


def trained_as(
    trial: Trial, ours: Model, theirs: Model, what: str, mistakes: Mapping[str, Model]
) -> None:
    """Fail unless the weights of ``ours`` are those of ``theirs`` after the same training.

    If they are those of one of the ``mistakes``, the failure says so.
    """
    got = ours.get_weights()
    try:
        trial.assert_weights_close(
            trainable_lstm(), got, theirs.get_weights(), f"{what}: weight", UPDATED
        )
    except Deviation as deviation:
        for mistake, model in mistakes.items():
            pairs = zip(got, model.get_weights(), strict=False)
            if all(np.allclose(one, other, rtol=0, atol=10 * UPDATED) for one, other in pairs):
                message = f"{deviation.message}: these are the weights {mistake}"
                raise Deviation(message, deviation.evidence) from None
        raise


def weights_are_unmoved(trial: Trial, model: Model, before: list[Array], what: str) -> None:
    """Fail unless the weights of ``model`` are ``before``, bit for bit."""
    trial.assert_weights_close(
        trainable_lstm(), model.get_weights(), before, f"{what}: weight", tolerances.EXACT
    )
