"""The small models that the STATE and LIFE checks run, and how rows are arranged for them.

Units, features, steps and rows all differ in number, so that no two axes can be confused. There are
three rows rather than two, because with two rows a rotation and its inverse would be the same
mistake. There are few steps, so that the state that a batch starts from still matters at its end.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lstm_spec import tolerances
from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation, Model, States
from lstm_spec.evidence import Deviation
from lstm_spec.model import LSTM, SGD, AnyOptimizer, ModelSpec

UNITS, FEATURES, STEPS, ROWS = 4, 5, 2, 3


def stateful_lstm(rows: int = ROWS, *, go_backwards: bool = False) -> ModelSpec:
    """One stateful layer that returns every step, for batches of ``rows`` rows."""
    layer = LSTM(UNITS, return_sequences=True, stateful=True, go_backwards=go_backwards)
    return ModelSpec((layer,), FEATURES, batch_size=rows)


def stateless_lstm(*, go_backwards: bool = False) -> ModelSpec:
    """The same layer without memory, for any batch size."""
    layer = LSTM(UNITS, return_sequences=True, go_backwards=go_backwards)
    return ModelSpec((layer,), FEATURES)


def trainable_lstm(
    rows: int = ROWS, *, stateful: bool = True, optimizer: AnyOptimizer | None = None
) -> ModelSpec:
    """One layer whose last step is trained on targets (rows, units) with the mean squared error.

    The learning rate is large, so that a few updates move the weights by far more than any noise.
    """
    return ModelSpec(
        (LSTM(UNITS, stateful=stateful),),
        FEATURES,
        batch_size=rows if stateful else None,
        optimizer=optimizer or SGD(0.5),
    )


def stateful_and_whole(
    subject: Implementation, oracle: Implementation, trial: Trial, rows: int = ROWS
) -> tuple[Model, Model]:
    """A stateful model of the subject, and the oracle's stateless one with the same weights.

    What the subject computes in pieces is compared with one long call of the oracle, so that the
    expected values do not depend on how any implementation carries a state.
    """
    weights = trial.weights(stateless_lstm())
    return (
        trial.model(subject, stateful_lstm(rows), weights),
        trial.model(oracle, stateless_lstm(), weights),
    )


def final_state(model: Model, x: Array) -> tuple[Array, Array]:
    """State (h, c) of the oracle's one layer after x, started at zero."""
    states = model.call(x).states
    assert states is not None, "an oracle returns final states"
    return states[0]


def in_predict_order(x: Array, batches: int) -> Array:
    """Split long rows (rows, batches * steps, ...) into the consecutive batches that continue them.

    The result is (batches * rows, steps, ...): the first pieces of all rows, then all second
    pieces.
    """
    return np.concatenate(np.split(x, batches, axis=1))


def zeros_like(states: States) -> States:
    """States of the same shapes, filled with zeros."""
    return [(np.zeros_like(h), np.zeros_like(c)) for h, c in states]


def starts_from(
    trial: Trial,
    oracle: Model,
    got: Array,
    x: Array,
    states: States,
    what: str,
    mistakes: Mapping[str, States],
    tolerance: float = tolerances.FORWARD,
) -> None:
    """Fail unless ``got`` is what x gives from ``states``.

    If it is what x gives from one of the ``mistakes``, the failure says so.
    """
    try:
        trial.assert_close(got, oracle.call(x, initial_state=states).outputs, what, tolerance)
    except Deviation as deviation:
        for mistake, wrong in mistakes.items():
            outputs = oracle.call(x, initial_state=wrong).outputs
            if got.shape == outputs.shape and np.abs(got - outputs).max() <= 10 * tolerance:
                message = f"{deviation.message}: these are the values if {mistake}"
                raise Deviation(message, deviation.evidence) from None
        raise
