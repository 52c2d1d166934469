"""What a reset clears, what it does not change, and that nothing else clears the state."""

from __future__ import annotations

import numpy as np

from lstm_spec import tolerances
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.state_specs import (
    FEATURES,
    ROWS,
    STEPS,
    UNITS,
    final_state,
    starts_from,
    stateful_and_whole,
    stateful_lstm,
    trainable_lstm,
)
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, Adam, Bidirectional, ModelSpec


@clause(
    "STATE-31",
    "A reset sets h and c of every row to zero: the next call gives the outputs of a new model.",
    source="tutorials (statement 4); Keras FAQ",
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def a_reset_clears_h_and_c(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """A reset that forgets h, c or some of the rows is noticed and named."""
    ours, theirs = stateful_and_whole(subject, oracle, trial)
    first, second = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, STEPS, FEATURES)
    h, c = final_state(theirs, first)
    zero, first_row = np.zeros_like(h), np.arange(ROWS)[:, None] > 0
    ours.call(first)
    ours.reset_states()
    got = ours.call(second).outputs
    mistakes = {
        "reset does nothing": [(h, c)],
        "reset clears only h": [(zero, c)],
        "reset clears only c": [(h, zero)],
        "reset clears only row 0": [(h * first_row, c * first_row)],
    }
    starts_from(trial, theirs, got, second, [(zero, zero)], "call after a reset", mistakes)


@clause(
    "STATE-32",
    "Nothing but a reset clears the state: running the same batch again gives other outputs.",
    source="tutorials (statement 4); keras#2849",
    needs=(Capability.FORWARD, Capability.STATEFUL),
    confirms="State is reset only by an explicit reset, not between batches, epochs or calls.",
)
def only_a_reset_clears(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The same rows are run repeatedly, as in epochs. In the middle there is a reset, after which
    the same outputs follow again.
    """
    ours, whole = stateful_and_whole(subject, oracle, trial)
    x = trial.array(ROWS, STEPS, FEATURES)
    expected = np.split(whole.call(np.tile(x, (1, 4, 1))).outputs, 4, axis=1)
    first = ours.call(x).outputs
    second = ours.call(x).outputs
    trial.assert_differ(second, first, "a batch and the same batch again without a reset")
    trial.assert_close(second, expected[1], "second time")
    ours.reset_states()
    for time in range(4):
        got = ours.call(x).outputs
        trial.assert_close(got, expected[time], f"after a reset, time {time + 1}")


@clause(
    "STATE-33",
    "Resetting twice has the same effect as resetting once, and resetting a new model changes "
    "nothing.",
    source="Keras documentation of LSTM.reset_states",
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def a_second_reset_changes_nothing(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A reset that swaps two buffers, or that needs an existing state, is noticed."""
    ours, theirs = stateful_and_whole(subject, oracle, trial)
    x = trial.array(ROWS, STEPS, FEATURES)
    expected = theirs.call(x).outputs
    ours.reset_states()
    trial.assert_close(ours.call(x).outputs, expected, "call after the reset of a new model")
    ours.reset_states()
    ours.reset_states()
    trial.assert_close(ours.call(x).outputs, expected, "call after two resets")


@clause(
    "STATE-34",
    "A reset clears every recurrent layer of a stack.",
    source="keras#17440; keras#18467",
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.LAYERS),
)
def a_reset_reaches_every_layer(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The stack has three layers. A reset of the first layer only, or of all layers but one, is
    noticed.
    """
    layers = tuple(LSTM(units, return_sequences=True, stateful=True) for units in (4, 2, 3))
    ours, theirs = trial.twins(subject, oracle, ModelSpec(layers, FEATURES, batch_size=ROWS))
    first, second = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, STEPS, FEATURES)
    expected = theirs.call(second).outputs
    ours.call(first)
    ours.reset_states()
    trial.assert_close(ours.call(second).outputs, expected, "three layers after a reset")


@clause(
    "STATE-35",
    "A reset clears both directions of a bidirectional layer.",
    source="keras#17440; keras#4421",
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.BIDIRECTIONAL),
)
def a_reset_reaches_both_directions(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A reset of the model that only looks for LSTM layers does not find those inside a wrapper."""
    layer = Bidirectional(LSTM(UNITS, return_sequences=True, stateful=True))
    ours, theirs = trial.twins(subject, oracle, ModelSpec((layer,), FEATURES, batch_size=ROWS))
    first, second = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, STEPS, FEATURES)
    expected = theirs.call(second).outputs
    ours.call(first)
    ours.reset_states()
    got = ours.call(second).outputs
    trial.assert_close(got[..., :UNITS], expected[..., :UNITS], "forward half after a reset")
    trial.assert_close(got[..., UNITS:], expected[..., UNITS:], "backward half after a reset")


@clause(
    "STATE-36",
    "A reset does not change any weight, bit for bit.",
    source="tutorials (statement 4)",
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def a_reset_changes_no_weight(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The weights are compared with those that were set, so that a reset to new random weights is
    noticed as well.
    """
    ours, theirs = stateful_and_whole(subject, oracle, trial)
    x = trial.array(ROWS, STEPS, FEATURES)
    ours.call(x)
    ours.reset_states()
    expected = theirs.get_weights()
    trial.assert_weights_close(
        stateful_lstm(), ours.get_weights(), expected, "after a reset: weight", tolerances.EXACT
    )
    trial.assert_close(ours.call(x).outputs, theirs.call(x).outputs, "call after a reset")


@clause(
    "STATE-37",
    "A reset does not change the optimiser: training continues with its moments and its count of "
    "updates.",
    source="tutorials (statement 4): reset after every epoch of one training",
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.TRAIN),
)
def a_reset_does_not_change_the_optimiser(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The check uses Adam with a learning rate of 0.05. If the moments were lost, the weights would
    differ by several hundredths.
    """
    spec = trainable_lstm(optimizer=Adam(learning_rate=0.05))
    ours, theirs = trial.twins(subject, oracle, spec)
    for updates in (1, 2, 3):
        x, y = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, UNITS)
        for model in (ours, theirs):
            model.train_on_batch(x, y)
            model.reset_states()
        what = f"after {updates} updates with a reset after each: weight"
        expected = theirs.get_weights()
        trial.assert_weights_close(spec, ours.get_weights(), expected, what, tolerances.TRAINED)


@clause(
    "STATE-38",
    "After a reset, the states read as zeros of shape (rows, units), as they do in a new model.",
    source="Keras documentation of LSTM.reset_states",
    needs=(Capability.FORWARD, Capability.STATEFUL, Capability.STATE_ACCESS),
)
def states_read_as_zero(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The states are read before the first call, when some engines do not have any states yet, and
    after a reset.
    """
    ours = trial.model(subject, stateful_lstm(), trial.weights(stateful_lstm()))
    zero = np.zeros((ROWS, UNITS))
    trial.assert_states_close(
        ours.get_states(), [(zero, zero)], "state of a new model", tolerances.EXACT
    )
    ours.call(trial.array(ROWS, STEPS, FEATURES))
    for name, state in zip("hc", ours.get_states()[0], strict=True):
        trial.assert_differ(state, zero, f"{name} after a call and zero")
    ours.reset_states()
    trial.assert_states_close(
        ours.get_states(), [(zero, zero)], "state after a reset", tolerances.EXACT
    )
