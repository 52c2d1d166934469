"""Where the masked steps are: at the end, at the beginning, in the middle, everywhere
or nowhere.
"""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.masked_steps_deleted import (
    BATCH,
    FEATURES,
    HEAD,
    HOLE,
    LAST,
    MIXED,
    NONE,
    SEQUENCE,
    STEPS,
    TAIL,
    UNITS,
    WHOLE_ROW,
    by_deletion,
    pattern,
    sequences_close,
)
from lstm_spec.contract import Array, Capability, Implementation

KERAS = "Keras: masking and padding; keras-team/keras#2750"
TAILS = (Capability.FORWARD, Capability.MASK_TAIL)
ANY = (Capability.FORWARD, Capability.MASK)


def follows_deletion(
    subject: Implementation, oracle: Implementation, trial: Trial, mask: Array, name: str
) -> None:
    """All steps, and the single output, are those of the rows without their masked steps."""
    weights, x = trial.weights(SEQUENCE), trial.array(BATCH, STEPS, FEATURES)
    expected = by_deletion(trial.model(oracle, SEQUENCE, weights), x, mask).outputs
    got = trial.model(subject, SEQUENCE, weights).call(x, mask=mask).outputs
    sequences_close(trial, subject, got, expected, mask, f"outputs with {name}")
    single = trial.model(subject, LAST, weights).call(x, mask=mask).outputs
    trial.assert_close(single, expected[:, -1], f"single output with {name}")


def final_state_follows_deletion(
    subject: Implementation, oracle: Implementation, trial: Trial, mask: Array, name: str
) -> None:
    """The final h and c are those after the last valid step of each row."""
    model, reader = trial.twins(subject, oracle, SEQUENCE)
    x = trial.array(BATCH, STEPS, FEATURES)
    got = model.call(x, mask=mask).states
    trial.assert_states_close(got, by_deletion(reader, x, mask).states, f"final state with {name}")


@clause(
    "MASK-01",
    "A row whose last steps are masked gives the outputs of the shorter row.",
    source=KERAS,
    needs=TAILS,
)
def masked_last_steps_make_a_row_shorter(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One batch has rows of lengths 6, 4 and 1. The single output is that of the last valid step of
    the row, not of the last step of the array.
    """
    follows_deletion(subject, oracle, trial, TAIL, "masked steps at the end of rows")


@clause(
    "MASK-02",
    "The final state of a row whose last steps are masked is that of the shorter row.",
    source=KERAS,
    needs=(*TAILS, Capability.FINAL_STATE),
)
def masked_last_steps_leave_the_state_of_the_shorter_row(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The check compares h and c separately, because a mask may stop one of them while the other
    changes further.
    """
    final_state_follows_deletion(subject, oracle, trial, TAIL, "masked steps at the end of rows")


@clause("MASK-03", "Masked steps at the beginning of a row are skipped.", source=KERAS, needs=ANY)
def masked_first_steps_are_skipped(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The documents pad on the left in this way. Engines that only know lengths use the wrong
    steps.
    """
    follows_deletion(subject, oracle, trial, HEAD, "masked steps at the beginning of rows")


@clause(
    "MASK-04",
    "Masked steps in the middle of a row have no effect: the row gives the result of its valid "
    "steps alone.",
    source=KERAS,
    needs=ANY,
)
def masked_middle_steps_are_skipped(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The gaps have one, two and three steps, over all of which the state must be kept. Existing
    test suites do not cover this case.
    """
    follows_deletion(subject, oracle, trial, HOLE, "masked steps in the middle of rows")


@clause(
    "MASK-05",
    "A masked step leaves both h and c unchanged.",
    source=KERAS + "; keras-team/keras#7878",
    needs=(*ANY, Capability.FINAL_STATE),
)
def a_masked_step_leaves_h_and_c(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Masked steps at the beginning, in the middle and at the end are combined. A cell state that
    changes at masked steps is noticed even if h is kept, because the next valid step starts from
    it.
    """
    final_state_follows_deletion(
        subject, oracle, trial, MIXED, "masked steps at the beginning, in the middle and at the end"
    )


@clause(
    "MASK-06",
    "Each row has its own mask: a step that is masked in one row may be valid in another.",
    source=KERAS,
    needs=ANY,
)
def each_row_has_its_own_mask(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are three different patterns. Changing the mask of one row leaves the other rows
    unchanged, bit for bit.
    """
    follows_deletion(subject, oracle, trial, MIXED, "a pattern for each row")
    model = trial.model(subject, LAST, trial.weights(LAST))
    x, mask = trial.array(BATCH, STEPS, FEATURES), MIXED.copy()
    before = model.call(x, mask=mask).outputs
    mask[0] = ~mask[0]
    after = model.call(x, mask=mask).outputs
    trial.assert_equal(after[1:], before[1:], "outputs of the rows whose mask did not change")
    trial.assert_differ(after[0], before[0], "output of the row whose mask was inverted")


@clause(
    "MASK-07",
    "A row that is masked completely gives zero, and does not affect the other rows.",
    source=KERAS,
    needs=ANY,
)
def a_row_without_valid_steps_gives_zero(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Such a row has no last valid step and nothing was computed for it, so its single output is
    zero.
    """
    follows_deletion(subject, oracle, trial, WHOLE_ROW, "a row that is masked completely")


@clause(
    "MASK-08",
    "If every step is masked, the final state is the initial state: zero.",
    source=KERAS,
    needs=(*ANY, Capability.FINAL_STATE),
)
def a_batch_without_valid_steps_leaves_the_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """First one row is masked completely, then the whole batch. Engines that divide by the length
    divide by zero here.
    """
    model, reader = trial.twins(subject, oracle, SEQUENCE)
    x = trial.array(BATCH, STEPS, FEATURES)
    for mask, name in ((WHOLE_ROW, "one row"), (~NONE, "every row")):
        got, expected = model.call(x, mask=mask), by_deletion(reader, x, mask)
        trial.assert_states_close(got.states, expected.states, f"final state with {name} masked")
        sequences_close(
            trial, subject, got.outputs, expected.outputs, mask, f"outputs with {name} masked"
        )


@clause("MASK-09", "A mask that masks no step has no effect.", source=KERAS, needs=TAILS)
def a_mask_of_true_is_no_mask(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With a mask, some engines use another implementation. If the mask were read the wrong way
    round, every step would be masked.
    """
    model, reader = trial.twins(subject, oracle, SEQUENCE)
    x = trial.array(BATCH, STEPS, FEATURES)
    expected = reader.call(x).outputs
    trial.assert_close(model.call(x, mask=NONE).outputs, expected, "outputs with a mask of True")
    trial.assert_close(
        model.call(x).outputs, expected, "outputs without a mask, after a call with one"
    )


@clause(
    "MASK-10",
    "Whatever the pattern of the mask, masked steps have no effect.",
    source=KERAS,
    needs=(*ANY, Capability.FINAL_STATE),
)
def any_pattern_equals_deletion(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Hypothesis draws every bit of the mask, and shrinks a failure to the fewest masked steps."""
    model, reader = trial.twins(subject, oracle, SEQUENCE)
    x = trial.array(BATCH, STEPS, FEATURES)

    def agrees(masked: list[list[bool]]) -> None:
        mask = ~np.array(masked, dtype=bool)
        got, expected = model.call(x, mask=mask), by_deletion(reader, x, mask)
        what = f"with mask {pattern(mask)}"
        sequences_close(trial, subject, got.outputs, expected.outputs, mask, f"outputs {what}")
        trial.assert_states_close(got.states, expected.states, f"final state {what}")

    agrees((~MIXED).tolist())
    row = st.lists(st.booleans(), min_size=STEPS, max_size=STEPS)
    trial.forall(agrees, calls=1, masked=st.lists(row, min_size=BATCH, max_size=BATCH))


@clause(
    "MASK-11",
    "Padding with zeros without a mask does have an effect: a step of zeros is a step.",
    source="documents: in the padded alphabet 0 is the letter A as well as the padding",
)
def zero_padding_without_a_mask_is_not_neutral(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Zeros after the row change its single output, and zeros before it change it less. Both must
    give what the equations give for steps of zeros. A layer that skips them without being asked to
    is wrong.
    """
    model, reader = trial.twins(subject, oracle, LAST)
    x, zeros = trial.array(BATCH, 3, FEATURES), np.zeros((BATCH, 3, FEATURES), np.float32)
    short = model.call(x).outputs
    for padded, side in (
        (np.concatenate([x, zeros], axis=1), "behind"),
        (np.concatenate([zeros, x], axis=1), "before"),
    ):
        got = model.call(padded).outputs
        trial.assert_close(got, reader.call(padded).outputs, f"output with zeros {side} the row")
        trial.assert_differ(
            got, short, f"output with zeros {side} the row, compared with the short row"
        )
    trial.assert_that(short.shape == (BATCH, UNITS), f"single output has shape {short.shape}")
