"""Where the masked steps lie: at the end, at the beginning, in the middle, everywhere, nowhere."""

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


@clause("MASK-01", "A row with a masked tail is the shorter row.", source=KERAS, needs=TAILS)
def a_masked_tail_is_a_shorter_row(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Lengths 6, 4 and 1 in one batch. The single output is that of the row's last valid step, not
    of the last step of the array.
    """
    follows_deletion(subject, oracle, trial, TAIL, "masked tails")


@clause(
    "MASK-02",
    "The final state of a row with a masked tail is that of the shorter row.",
    source=KERAS,
    needs=(*TAILS, Capability.FINAL_STATE),
)
def a_masked_tail_leaves_the_state_of_the_shorter_row(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Compare h and c apart: a mask that holds only one of them lets the other run on."""
    final_state_follows_deletion(subject, oracle, trial, TAIL, "masked tails")


@clause("MASK-03", "A masked head is skipped.", source=KERAS, needs=ANY)
def a_masked_head_is_skipped(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Left padding, as the documents pad. Engines that only know lengths take the wrong steps."""
    follows_deletion(subject, oracle, trial, HEAD, "masked heads")


@clause("MASK-04", "A masked hole is as if its steps had been cut out.", source=KERAS, needs=ANY)
def a_masked_hole_is_cut_out(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Holes of one, two and three steps: the state must be held over all of them. Existing suites
    do not look here.
    """
    follows_deletion(subject, oracle, trial, HOLE, "masked holes")


@clause(
    "MASK-05",
    "A masked step leaves both h and c as they were.",
    source=KERAS + "; keras-team/keras#7878",
    needs=(*ANY, Capability.FINAL_STATE),
)
def a_masked_step_leaves_h_and_c(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Head, hole and tail at once. A cell that runs on under the mask shows even where h is held,
    because the next valid step starts from it.
    """
    final_state_follows_deletion(subject, oracle, trial, MIXED, "heads, holes and tails")


@clause(
    "MASK-06",
    "Each row has its own mask: what is masked in one row counts in another.",
    source=KERAS,
    needs=ANY,
)
def each_row_has_its_own_mask(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Three different patterns. Changing one row's mask leaves the other rows as they were to the
    last bit.
    """
    follows_deletion(subject, oracle, trial, MIXED, "a pattern for each row")
    model = trial.model(subject, LAST, trial.weights(LAST))
    x, mask = trial.array(BATCH, STEPS, FEATURES), MIXED.copy()
    before = model.call(x, mask=mask).outputs
    mask[0] = ~mask[0]
    after = model.call(x, mask=mask).outputs
    trial.assert_equal(after[1:], before[1:], "outputs of the rows whose mask stayed")
    trial.assert_differ(after[0], before[0], "output of the row whose mask was inverted")


@clause(
    "MASK-07",
    "A row that is masked as a whole gives zero, and leaves the other rows alone.",
    source=KERAS,
    needs=ANY,
)
def a_row_without_valid_steps_gives_zero(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There is no last valid step: nothing was ever computed, so the single output is zero."""
    follows_deletion(subject, oracle, trial, WHOLE_ROW, "a row masked as a whole")


@clause(
    "MASK-08",
    "Where everything is masked the final state is the state at the beginning: zero.",
    source=KERAS,
    needs=(*ANY, Capability.FINAL_STATE),
)
def a_batch_without_valid_steps_leaves_the_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One whole row, then the whole batch. Engines that divide by a length meet a zero here."""
    model, reader = trial.twins(subject, oracle, SEQUENCE)
    x = trial.array(BATCH, STEPS, FEATURES)
    for mask, name in ((WHOLE_ROW, "one row"), (~NONE, "every row")):
        got, expected = model.call(x, mask=mask), by_deletion(reader, x, mask)
        trial.assert_states_close(got.states, expected.states, f"final state with {name} masked")
        sequences_close(
            trial, subject, got.outputs, expected.outputs, mask, f"outputs with {name} masked"
        )


@clause("MASK-09", "A mask that masks nothing changes nothing.", source=KERAS, needs=TAILS)
def a_mask_of_true_is_no_mask(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With a mask some engines choose another kernel; and a mask read upside down masks all."""
    model, reader = trial.twins(subject, oracle, SEQUENCE)
    x = trial.array(BATCH, STEPS, FEATURES)
    expected = reader.call(x).outputs
    trial.assert_close(model.call(x, mask=NONE).outputs, expected, "outputs with a mask of True")
    trial.assert_close(
        model.call(x).outputs, expected, "outputs without a mask, after a call with one"
    )


@clause(
    "MASK-10",
    "Whatever the pattern of a mask, masked steps are as if they were not there.",
    source=KERAS,
    needs=(*ANY, Capability.FINAL_STATE),
)
def any_pattern_equals_deletion(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Hypothesis draws every bit of the mask and shrinks a failure to the fewest masked steps."""
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
    "Padding with zeros without a mask is not neutral: a step of zeros is a step.",
    source="documents: in the padded alphabet 0 is the letter A as well as the padding",
)
def zero_padding_without_a_mask_is_not_neutral(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Zeros behind the row move its single output, zeros before it move it less, and both give
    what the equations give for steps of zeros. A layer that skips them by itself is wrong.
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
        trial.assert_differ(got, short, f"output with zeros {side} the row, against the short row")
    trial.assert_that(short.shape == (BATCH, UNITS), f"single output has shape {short.shape}")
