"""How rows are grouped into batches: the batch size must not change the result of any row."""

from __future__ import annotations

import numpy as np

from lstm_spec import tolerances
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.state_after import UPDATED, trainable_twins
from lstm_spec.conformance.support.state_specs import (
    FEATURES,
    ROWS,
    STEPS,
    UNITS,
    in_predict_order,
    stateful_and_whole,
    stateful_lstm,
    stateless_lstm,
    trainable_lstm,
)
from lstm_spec.contract import Capability, Implementation


@clause(
    "STATE-21",
    "A stateless predict returns one output per row, in the order of the rows, including the last "
    "batch.",
    source="Keras documentation of Model.predict",
    needs=(Capability.PREDICT,),
)
def one_output_for_each_row(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """There are seven rows: two batches of three and one row left over; and one batch that is
    larger than the data. The check notices a last batch that is dropped, padded, filled up from the
    first one or broadcast.
    """
    ours, theirs = trial.twins(subject, oracle, stateless_lstm())
    x = trial.array(2 * ROWS + 1, STEPS, FEATURES)
    expected = theirs.call(x).outputs
    trial.assert_close(ours.predict(x, batch_size=ROWS), expected, "7 rows in batches of 3")
    trial.assert_close(ours.predict(x, batch_size=10), expected, "7 rows in a batch of 10")
    trial.assert_close(ours.predict(x, batch_size=1), expected, "7 rows one by one")


@clause(
    "STATE-22",
    "A stateful predict returns one output per row, in the order of the rows.",
    source="Keras documentation of Model.predict",
    needs=(Capability.STATEFUL, Capability.PREDICT),
)
def a_stateful_predict_keeps_the_order(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The inputs of the second batch start with zeros, so that only the state distinguishes the
    rows.
    """
    ours, whole = stateful_and_whole(subject, oracle, trial)
    x = trial.array(ROWS, 2 * STEPS, FEATURES)
    x[:, STEPS:] = 0
    got = ours.predict(in_predict_order(x, 2), batch_size=ROWS)
    trial.assert_that(
        len(got) == 2 * ROWS, f"predict received {2 * ROWS} rows and returned {len(got)}"
    )
    expected = in_predict_order(whole.call(x).outputs, 2)
    for row in range(2 * ROWS):
        trial.assert_close(
            got[row], expected[row], f"row {row} of {2 * ROWS}", axes=("step", "unit")
        )


@clause(
    "STATE-23",
    "Weights do not depend on the batch size: copied into a model for one row, they give the same "
    "outputs for that row.",
    source="keras#2322; tutorials, reader comments (statement 5)",
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def weights_move_to_another_batch_size(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """People do this to predict with another batch size than they trained with. Two calls are
    compared, so the states take part.
    """
    many, whole = stateful_and_whole(subject, oracle, trial)
    one = subject.build(stateful_lstm(1))
    one.set_weights(many.get_weights())
    x = trial.array(ROWS, 2 * STEPS, FEATURES)
    expected = np.split(whole.call(x).outputs, 2, axis=1)
    for number, piece in enumerate(np.split(x, 2, axis=1)):
        call = f"call {number + 1}"
        trial.assert_close(
            many.call(piece).outputs, expected[number], f"{call} of the model for 3 rows"
        )
        alone = one.call(piece[1:2]).outputs
        trial.assert_close(
            alone, expected[number][1:2], f"{call} of the model for 1 row, with row 1"
        )


@clause(
    "STATE-24",
    "The order of the rows changes the loss of a stateful model, but not that of a stateless one.",
    source="tutorials (statement 6); Keras FAQ",
    needs=(Capability.STATEFUL, Capability.EVALUATE),
)
def order_matters_to_a_stateful_model(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """No weight changes here: the order matters because of the state, not because of the updates.
    Of eight orders, the check takes the one whose loss, according to the oracle, differs most from
    the original.
    """
    x, y = trial.array(4 * ROWS, STEPS, FEATURES), trial.array(4 * ROWS, UNITS)
    ours, theirs = trainable_twins(subject, oracle, trial)
    weights = theirs.get_weights()
    in_order = theirs.evaluate(x, y, ROWS)["loss"]
    shuffled, order = in_order, np.arange(4 * ROWS)
    for _ in range(8):
        drawn = trial.rng.permutation(4 * ROWS)
        theirs.reset_states()
        loss = theirs.evaluate(x[drawn], y[drawn], ROWS)["loss"]
        if abs(loss - in_order) > abs(shuffled - in_order):
            shuffled, order = loss, drawn
    got = np.array(ours.evaluate(x, y, ROWS)["loss"])
    trial.assert_close(
        got, np.array(in_order), "stateful loss of the ordered rows", tolerances.LOSS
    )
    ours.reset_states()
    other = np.array(ours.evaluate(x[order], y[order], ROWS)["loss"])
    trial.assert_differ(other, got, "stateful loss of the shuffled and of the ordered rows")
    trial.assert_close(
        other, np.array(shuffled), "stateful loss of the shuffled rows", tolerances.LOSS
    )
    stateless = trial.model(subject, trainable_lstm(stateful=False), weights)
    one, two = stateless.evaluate(x, y, ROWS)["loss"], stateless.evaluate(x[order], y[order], ROWS)
    what = "stateless loss of the shuffled and of the ordered rows"
    trial.assert_close(np.array(two["loss"]), np.array(one), what, tolerances.LOSS)


@clause(
    "STATE-25",
    "Training a stateful model on shuffled rows gives other weights.",
    source="tutorials, moving-average-example (statement 6); Keras FAQ",
    needs=(Capability.STATEFUL, Capability.FIT),
    strength=Strength.CLAIM,
    confirms="Stateful training must not be shuffled.",
)
def shuffled_stateful_training_gives_other_weights(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are ten batches of one row, so that a shuffle keeps their order with a chance of only 1
    in 3.6 million. The fit without shuffling is compared with the oracle, so that the difference
    can only come from the shuffle.
    """
    spec = trainable_lstm(1)
    ordered, theirs = trial.twins(subject, oracle, spec)
    shuffled = trial.model(subject, spec, theirs.get_weights())
    x, y = trial.array(10, STEPS, FEATURES), trial.array(10, UNITS)
    for model, shuffle in ((ordered, False), (theirs, False), (shuffled, True)):
        model.fit(x, y, batch_size=1, epochs=1, shuffle=shuffle)
    kernel, *_ = ordered.get_weights()
    trial.assert_differ(shuffled.get_weights()[0], kernel, "kernel after shuffled and ordered rows")
    trial.assert_weights_close(
        spec, ordered.get_weights(), theirs.get_weights(), "without shuffle: weight", UPDATED
    )
