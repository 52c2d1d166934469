"""The state of single rows is cleared while the others go on: episodes that end one by one."""

from __future__ import annotations

from functools import partial

import numpy as np

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.model import LSTM, SGD, Bidirectional, ModelSpec
from lstm_spec.tolerances import EXACT, LOCKSTEP, LOSS

UNITS, FEATURES, ROWS, STEPS = 3, 2, 4, 3
SOURCE = "recurrent reinforcement learning: Mava#1006, sb3-contrib#239, TorchRL is_init"
NEEDS = (Capability.FORWARD, Capability.STATEFUL, Capability.RESET_ROWS)
EVERY = LSTM(UNITS, return_sequences=True, stateful=True)
STACK = ModelSpec(
    (EVERY, LSTM(2, return_sequences=True), LSTM(2, stateful=True)), FEATURES, batch_size=ROWS
)
BOTH = ModelSpec((Bidirectional(EVERY),), FEATURES, batch_size=ROWS)


def started(trial: Trial, subject: Implementation, spec: ModelSpec, *inputs: Array) -> Model:
    """A model that has read these."""
    model = trial.model(subject, spec, trial.weights(spec))
    for x in inputs:
        model.call(x)
    return model


@clause(
    "STATE-301",
    "Rows that are reset begin anew, in every layer, and all other rows of the batch go on as if "
    "nothing had happened.",
    source=SOURCE,
    needs=(*NEEDS, Capability.LAYERS),
)
def rows_that_are_reset_begin_anew(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Two rows of four, not neighbours; the layer between carries nothing. The oracle runs the same
    inputs without a reset, and from the beginning.
    """
    weights = trial.weights(STACK)
    first, second = (trial.array(ROWS, STEPS, FEATURES) for _ in range(2))
    ours, going_on, anew = (trial.model(one, STACK, weights) for one in (subject, oracle, oracle))
    ours.call(first)
    going_on.call(first)
    ours.reset_rows([0, 2])
    got = ours.call(second).outputs
    expected, fresh = going_on.call(second).outputs.copy(), anew.call(second).outputs
    expected[[0, 2]] = fresh[[0, 2]]
    trial.assert_close(got, expected, "outputs after rows 0 and 2 were reset", axes=("row", "unit"))


@clause(
    "STATE-302",
    "After rows were reset, h and c of these rows are zero and those of all others are what they "
    "were, bit by bit, in both directions; no row is none.",
    source=SOURCE,
    needs=(*NEEDS, Capability.STATE_ACCESS, Capability.BIDIRECTIONAL),
)
def the_states_of_other_rows_are_untouched(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The last row, then no row, then the same row again with another one."""
    ours = started(trial, subject, BOTH, trial.array(ROWS, STEPS, FEATURES))
    for rows in ([3], [], [3, 1]):
        expected = [(h.copy(), c.copy()) for h, c in ours.get_states()]
        for h, c in expected:
            h[rows], c[rows] = 0, 0
        ours.reset_rows(rows)
        trial.assert_states_close(ours.get_states(), expected, f"after rows {rows}", EXACT)


@clause(
    "STATE-303",
    "A row that the batch does not have is refused before any state has changed.",
    source="contract: what is refused changes nothing",
    needs=(*NEEDS, Capability.STATE_ACCESS),
)
def a_row_that_is_not_there_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Beside a row that is there; and one below zero, which Python would count from the end."""
    spec = ModelSpec((EVERY,), FEATURES, batch_size=ROWS)
    ours = started(trial, subject, spec, trial.array(ROWS, STEPS, FEATURES))
    for rows in ([0, ROWS], [1, -1]):
        trial.assert_refused(ours, partial(ours.reset_rows, rows), f"reset of rows {rows}")


@clause(
    "STATE-304",
    "Training goes on after rows were reset: an update starts these rows from zero and the others "
    "from where they were.",
    source=SOURCE,
    needs=(Capability.TRAIN, Capability.STATEFUL, Capability.RESET_ROWS),
)
def training_goes_on_after_a_reset_of_rows(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Four updates, with another row reset before each."""
    spec = ModelSpec((LSTM(UNITS, stateful=True),), FEATURES, batch_size=ROWS, optimizer=SGD(0.125))
    ours, theirs = trial.twins(subject, oracle, spec)
    for row in range(ROWS):
        x, y = random_batch(trial, spec, ROWS, STEPS)
        for model in (ours, theirs):
            model.reset_rows([row])
        got, right = ours.train_on_batch(x, y), theirs.train_on_batch(x, y)
        what = f"after row {row} was reset"
        trial.assert_close(np.array(got["loss"]), np.array(right["loss"]), f"loss {what}", LOSS)
        trial.assert_weights_close(
            spec, ours.get_weights(), theirs.get_weights(), f"{what}, value", LOCKSTEP
        )
