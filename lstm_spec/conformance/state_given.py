"""States that are given for one call and have another number of rows than its input."""

from __future__ import annotations

from functools import partial

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.state_specs import FEATURES, ROWS, STEPS, stateless_lstm
from lstm_spec.contract import Capability, Implementation


@clause(
    "STATE-80",
    "An initial state for another number of rows is rejected.",
    source="the contract of call; a state belongs to its row (moving-average-example)",
    needs=(Capability.FORWARD, Capability.INITIAL_STATE),
)
def an_initial_state_for_other_rows_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A state of one row is the dangerous case: it broadcasts, and every row starts from the same
    state.
    """
    spec = stateless_lstm()
    model = trial.model(subject, spec, trial.weights(spec))
    x = trial.array(ROWS, STEPS, FEATURES)
    for rows in (1, ROWS - 1, ROWS + 1):
        states = trial.states(spec, rows)
        what = f"an initial state of {rows} rows for {ROWS} rows"
        trial.assert_refused(model, partial(model.call, x, initial_state=states), what)
