"""The outputs step by step, and what each step may depend on."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, ModelSpec

UNITS, FEATURES, STEPS, BATCH = 4, 3, 5, 2
SEQUENCE = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)
LAST = ModelSpec((LSTM(UNITS),), FEATURES)
KERAS = "Keras LSTM: return_sequences, return_state"
ROWS = "stackoverflow.com/questions/43882796: a batch is many rows side by side"


@clause(
    "SEQ-01",
    "The outputs of all steps are those of the equations, step by step.",
    source=KERAS,
)
def every_step_equals_the_equations(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Every step is compared, not only the last one, and the report names the first step that
    differs.
    """
    model, reader = trial.twins(subject, oracle, SEQUENCE)
    x = trial.array(BATCH, STEPS, FEATURES)
    trial.assert_close(model.call(x).outputs, reader.call(x).outputs, "outputs of all steps")


@clause(
    "SEQ-02",
    "Without return_sequences, the output is that of the last step.",
    source=KERAS,
)
def the_single_output_is_that_of_the_last_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """It is compared with the sequence of the oracle. A layer that returns its first step, its mean
    or its cell state is therefore found, even if it does so in both forms.
    """
    weights, x = trial.weights(LAST), trial.array(BATCH, STEPS, FEATURES)
    got = trial.model(subject, LAST, weights).call(x).outputs
    expected = trial.model(oracle, SEQUENCE, weights).call(x).outputs[:, -1]
    trial.assert_close(got, expected, "output without return_sequences")


@clause(
    "SEQ-03",
    "The final h is the last output, and the final c is the cell state after the last step.",
    source=KERAS + "; keras-team/keras#8823",
    needs=(Capability.FORWARD, Capability.FINAL_STATE),
)
def the_final_state_is_that_of_the_last_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """It is checked with and without sequences. If h and c are exchanged, or c is returned as tanh
    of c, the values differ.
    """
    weights, x = trial.weights(SEQUENCE), trial.array(BATCH, STEPS, FEATURES)
    expected = trial.model(oracle, SEQUENCE, weights).call(x)
    for spec, form in ((SEQUENCE, "with sequences"), (LAST, "without sequences")):
        got = trial.model(subject, spec, weights).call(x).states
        trial.assert_states_close(got, expected.states, f"final state {form}")
        assert got is not None  # states_close has seen to that
        trial.assert_close(
            got[0][0], expected.outputs[:, -1], f"final h compared with the last output, {form}"
        )


@clause(
    "SEQ-04",
    "A single step is a sequence of length one.",
    source=KERAS,
)
def one_step_is_a_sequence_of_length_one(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Engines that remove axes of length one lose the time axis, and sometimes the batch axis as
    well.
    """
    weights, x = trial.weights(SEQUENCE), trial.array(1, 1, FEATURES)
    expected = trial.model(oracle, SEQUENCE, weights).call(x).outputs
    got = trial.model(subject, SEQUENCE, weights).call(x).outputs
    trial.assert_close(got, expected, "outputs of one row and one step")
    single = trial.model(subject, LAST, weights).call(x).outputs
    trial.assert_close(single, expected[:, -1], "output of one row and one step without sequences")


@clause(
    "SEQ-05",
    "One model accepts rows of any number of steps, and batches of any number of rows.",
    source="Keras Input(shape=(None, features))",
)
def one_model_takes_any_number_of_steps_and_rows(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Hypothesis chooses the numbers of steps and rows for one and the same model, so that a size
    that is remembered from an earlier call shows.
    """
    model, reader = trial.twins(subject, oracle, SEQUENCE)
    largest = trial.array(5, 8, FEATURES)

    def agrees(steps: int, rows: int) -> None:
        x = largest[:rows, :steps]
        what = f"outputs of {rows} rows of {steps} steps"
        trial.assert_close(model.call(x).outputs, reader.call(x).outputs, what)

    for steps, rows in ((3, 2), (7, 1), (2, 5)):
        agrees(steps, rows)
    trial.forall(agrees, calls=1, steps=st.integers(1, 8), rows=st.integers(1, 5))


@clause(
    "SEQ-06",
    "After 200 steps the outputs are still those of the equations.",
    source="measured: the float32 error of an LSTM stays near 1e-7 for 1000 steps",
)
def a_long_sequence_does_not_drift(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With a state of lower precision, or with an approximate activation, errors add up over the
    steps.
    """
    model, reader = trial.twins(subject, oracle, SEQUENCE)
    x = trial.array(BATCH, 200, FEATURES)
    trial.assert_close(model.call(x).outputs, reader.call(x).outputs, "outputs of 200 steps")


@clause(
    "SEQ-07",
    "The first axis is the batch and the second is time, even if both have the same length.",
    source="Keras: inputs (batch, time, features); others are time-major",
)
def batch_and_time_are_not_swapped(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The numbers of rows and steps are equal on purpose, so that no shape can reveal
    the mistake.
    """
    model, reader = trial.twins(subject, oracle, SEQUENCE)
    x = trial.array(5, 5, FEATURES)
    trial.assert_close(
        model.call(x).outputs, reader.call(x).outputs, "outputs of five rows of five steps"
    )


@clause(
    "SEQ-08",
    "The output of a step depends on this step and on earlier steps, and on no later step.",
    source="the equations",
)
def a_step_does_not_depend_on_later_steps(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A change at step t leaves the outputs before t unchanged, bit for bit, and changes all
    outputs from t on. An output that does not change comes from a layer that has no memory, or none
    of that step.
    """
    model = trial.model(subject, SEQUENCE, trial.weights(SEQUENCE))
    x = trial.array(BATCH, STEPS, FEATURES)
    before = model.call(x).outputs
    for step in range(1, STEPS):
        changed = x.copy()
        changed[:, step] += 1.0
        after = model.call(changed).outputs
        trial.assert_equal(
            after[:, :step], before[:, :step], f"outputs before the changed step {step}"
        )
        for later in range(step, STEPS):
            what = f"outputs of step {later} after a change at step {step}"
            trial.assert_differ(after[:, later], before[:, later], what, by=1e-4)


@clause(
    "SEQ-09",
    "A row does not depend on the other rows of its batch.",
    source=ROWS,
)
def a_row_does_not_depend_on_the_other_rows(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Each row in turn is replaced by other values, and all other rows must stay the same, bit for
    bit. Statistics over the batch, or a state that is passed from row to row, would change them.
    """
    model = trial.model(subject, SEQUENCE, trial.weights(SEQUENCE))
    x = trial.array(4, STEPS, FEATURES)
    before = model.call(x).outputs
    for row in range(4):
        changed = x.copy()
        changed[row] = trial.array(STEPS, FEATURES)
        after = model.call(changed).outputs
        others = [other for other in range(4) if other != row]
        trial.assert_equal(after[others], before[others], f"outputs of the rows beside row {row}")
        trial.assert_differ(after[row], before[row], f"outputs of the changed row {row}")


@clause(
    "SEQ-10",
    "Permuting the rows of a batch permutes the outputs.",
    source=ROWS,
)
def permuted_rows_give_permuted_outputs(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Hypothesis chooses the permutation. The oracle is given the rows in their original order."""
    model, reader = trial.twins(subject, oracle, SEQUENCE)
    x = trial.array(4, STEPS, FEATURES)
    expected = reader.call(x).outputs

    def permutes(order: list[int]) -> None:
        got = model.call(x[order]).outputs
        trial.assert_close(got, expected[order], f"outputs of the rows in order {order}")

    permutes([2, 0, 3, 1])
    trial.forall(permutes, calls=1, order=st.permutations(range(4)))


@clause(
    "SEQ-11",
    "A row gives the same outputs alone as in a batch.",
    source=ROWS,
)
def a_row_alone_equals_the_row_in_a_batch(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Equal rows must give equal outputs as well: the position in the batch must not matter."""
    model, reader = trial.twins(subject, oracle, SEQUENCE)
    x = trial.array(3, STEPS, FEATURES)
    x[2] = x[0]
    expected = np.concatenate([reader.call(x[row : row + 1]).outputs for row in range(3)])
    trial.assert_close(model.call(x).outputs, expected, "outputs of three rows in one batch")
    for row in range(3):
        got = model.call(x[row : row + 1]).outputs
        trial.assert_close(got, expected[row : row + 1], f"outputs of row {row} alone")


@clause(
    "SEQ-12",
    "Predicting in batches gives the outputs of the direct call, row by row, even if the last "
    "batch is smaller.",
    source="Keras predict, predict_on_batch",
    needs=(Capability.FORWARD, Capability.PREDICT),
)
def predicting_in_batches_equals_the_call(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are five rows in batches of two. Padding or dropping the last row changes the number of
    outputs; carrying state from batch to batch changes their values. The order of the batches must
    not matter.
    """
    model, reader = trial.twins(subject, oracle, SEQUENCE)
    x = trial.array(5, STEPS, FEATURES)
    expected = reader.call(x).outputs
    trial.assert_close(model.predict(x, batch_size=2), expected, "predict in batches of two")
    trial.assert_close(
        model.predict(x[::-1], batch_size=2), expected[::-1], "predict of reversed rows"
    )
    trial.assert_close(model.predict_on_batch(x), expected, "predict_on_batch")
