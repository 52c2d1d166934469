"""Masks in backward and bidirectional layers: the row is read from its end, together
with its mask.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.mask_outputs import declares_an_output
from lstm_spec.conformance.support.masked_steps_deleted import (
    BATCH,
    FEATURES,
    MIXED,
    SEQUENCE,
    STEPS,
    TAIL,
    UNITS,
    WHOLE_ROW,
    by_deletion,
    sequences_close,
)
from lstm_spec.contract import Array, CallResult, Capability, Implementation
from lstm_spec.model import LSTM, Bidirectional, ModelSpec

LAYER = LSTM(UNITS, return_sequences=True)
BACKWARD = ModelSpec((replace(LAYER, go_backwards=True),), FEATURES)
BACKWARD_LAST = ModelSpec((LSTM(UNITS, go_backwards=True),), FEATURES)
BOTH = ModelSpec((Bidirectional(LAYER),), FEATURES)
BOTH_LAST = ModelSpec((Bidirectional(LSTM(UNITS)),), FEATURES)
KERAS = "Keras LSTM(go_backwards=True) and Bidirectional with a mask; keras-team/keras#1431"
ANY = (Capability.FORWARD, Capability.MASK)


def turned(steps: Array) -> Array:
    """The steps of (batch, time, ...) from last to first."""
    return steps[:, ::-1]


def backward_follows_deletion(
    subject: Implementation, oracle: Implementation, trial: Trial, mask: Array, name: str
) -> None:
    """A backward layer gives what a forward layer gives for the reversed row with the reversed
    mask.
    """
    weights, x = trial.weights(BACKWARD), trial.array(BATCH, STEPS, FEATURES)
    reader = trial.model(oracle, SEQUENCE, weights)
    expected = by_deletion(reader, turned(x), turned(mask))
    got = trial.model(subject, BACKWARD, weights).call(x, mask=mask).outputs
    what = f"outputs of a backward layer with {name}"
    sequences_close(trial, subject, got, expected.outputs, turned(mask), what)
    single = trial.model(subject, BACKWARD_LAST, weights).call(x, mask=mask).outputs
    trial.assert_close(
        single, expected.outputs[:, -1], f"single output of a backward layer with {name}"
    )


@clause(
    "MASK-19",
    "A backward layer starts a row whose last steps are masked at its last valid step.",
    source=KERAS,
    needs=(Capability.FORWARD, Capability.MASK_TAIL, Capability.GO_BACKWARDS),
)
def a_backward_layer_starts_at_the_last_valid_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A row that is read from its end begins with the masked steps. If the mask is not reversed, it
    masks steps that are valid.
    """
    backward_follows_deletion(subject, oracle, trial, TAIL, "masked steps at the end of rows")


@clause(
    "MASK-20",
    "In a backward layer, masked steps have no effect, whatever the pattern of the mask.",
    source=KERAS,
    needs=(*ANY, Capability.GO_BACKWARDS),
)
def a_backward_layer_skips_masked_steps(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The outputs stay in the order of processing, and so does the mask."""
    for mask, name in (
        (MIXED, "masked steps at the beginning, in the middle and at the end"),
        (WHOLE_ROW, "a row that is masked completely"),
    ):
        backward_follows_deletion(subject, oracle, trial, mask, name)


def both_by_deletion(
    oracle: Implementation, trial: Trial, weights: list[Array], x: Array, mask: Array
) -> tuple[CallResult, CallResult]:
    """The outputs of the forward half and, in its own order, of the backward half."""
    ahead = trial.model(oracle, SEQUENCE, weights[:3])
    back = trial.model(oracle, SEQUENCE, weights[3:])
    return by_deletion(ahead, x, mask), by_deletion(back, turned(x), turned(mask))


def both_follow_deletion(
    subject: Implementation, oracle: Implementation, trial: Trial, mask: Array, name: str
) -> None:
    """Each half of a bidirectional layer skips the masked steps in its own order.

    Only valid steps are compared; the outputs at masked steps are the subject of another clause.
    """
    weights, x = trial.weights(BOTH), trial.array(BATCH, STEPS, FEATURES)
    ahead, back = both_by_deletion(oracle, trial, weights, x, mask)
    got = trial.model(subject, BOTH, weights).call(x, mask=mask).outputs
    for half, expected, cut in (
        ("forward", ahead.outputs, slice(0, UNITS)),
        ("backward", turned(back.outputs), slice(UNITS, None)),
    ):
        trial.assert_that(
            got.shape == (BATCH, STEPS, 2 * UNITS),
            f"expected outputs {(BATCH, STEPS, 2 * UNITS)}, got {got.shape}",
        )
        valid = mask[..., None]
        what = f"{half} half at valid steps with {name}"
        trial.assert_close(
            np.where(valid, got[..., cut], 0.0), np.where(valid, expected, 0.0), what
        )
    single = trial.model(subject, BOTH_LAST, weights).call(x, mask=mask).outputs
    ends = np.concatenate([ahead.outputs[:, -1], back.outputs[:, -1]], axis=-1)
    trial.assert_close(single, ends, f"single output of a bidirectional layer with {name}")


@clause(
    "MASK-21",
    "In a bidirectional layer, the backward half of a row whose last steps are masked starts at "
    "its last valid step.",
    source=KERAS,
    needs=(Capability.FORWARD, Capability.MASK_TAIL, Capability.BIDIRECTIONAL),
)
def both_directions_read_the_shorter_row(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Its outputs are also at the steps that they belong to, not shifted by the padding."""
    both_follow_deletion(subject, oracle, trial, TAIL, "masked steps at the end of rows")


@clause(
    "MASK-22",
    "In a bidirectional layer, both halves skip the same masked steps, each in its own direction.",
    source=KERAS,
    needs=(*ANY, Capability.BIDIRECTIONAL),
)
def both_directions_skip_masked_steps(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The patterns are not symmetric, so that a mask that is reversed once too often is noticed."""
    for mask, name in (
        (MIXED, "masked steps at the beginning, in the middle and at the end"),
        (WHOLE_ROW, "a row that is masked completely"),
    ):
        both_follow_deletion(subject, oracle, trial, mask, name)


@clause(
    "MASK-23",
    "The final states of both directions are those after their own last valid steps.",
    source=KERAS,
    needs=(*ANY, Capability.BIDIRECTIONAL, Capability.FINAL_STATE),
)
def both_directions_keep_the_state_of_their_last_valid_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The forward direction ends before masked steps at the end of the row, the backward direction
    before masked steps at its beginning.
    """
    weights, x = trial.weights(BOTH), trial.array(BATCH, STEPS, FEATURES)
    ahead, back = both_by_deletion(oracle, trial, weights, x, MIXED)
    got = trial.model(subject, BOTH, weights).call(x, mask=MIXED).states
    trial.assert_states_close(got, [*(ahead.states or []), *(back.states or [])])


@clause(
    "MASK-40",
    "At masked steps, each half of a bidirectional layer gives the same output as a single layer.",
    source="Keras Bidirectional; the documentation of zero_output_for_mask",
    needs=(*ANY, Capability.BIDIRECTIONAL),
    strength=Strength.SHOULD,
)
def both_directions_give_the_declared_output(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Under the policy "held", each half repeats the output that it computed last: the forward half
    that of an earlier step, the backward half that of a later one. Keras uses zeros inside
    Bidirectional, and only there.
    """
    declares_an_output(subject)
    weights, x = trial.weights(BOTH), trial.array(BATCH, STEPS, FEATURES)
    ahead, back = both_by_deletion(oracle, trial, weights, x, MIXED)
    held = np.concatenate([ahead.outputs, turned(back.outputs)], axis=-1)
    got = trial.model(subject, BOTH, weights).call(x, mask=MIXED).outputs
    sequences_close(trial, subject, got, held, MIXED, "outputs of a bidirectional layer")


@clause(
    "MASK-41",
    "After a backward layer, the mask is in processing order, like the outputs.",
    source="the contract: outputs of a backward layer stay in the order of processing",
    needs=(*ANY, Capability.GO_BACKWARDS, Capability.LAYERS),
)
def the_mask_after_a_backward_layer_is_in_processing_order(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A forward LSTM reads the outputs of a backward one. If the mask were in the order of the
    input, it would skip outputs of valid steps and read those of masked ones.
    """
    spec = ModelSpec((replace(LAYER, go_backwards=True), LSTM(3)), FEATURES)
    weights, x = trial.weights(spec), trial.array(BATCH, STEPS, FEATURES)
    reader = trial.model(oracle, SEQUENCE, weights[:3])
    second = ModelSpec((LSTM(3, return_sequences=True),), UNITS)
    first = by_deletion(reader, turned(x), turned(MIXED)).outputs
    expected = by_deletion(trial.model(oracle, second, weights[3:]), first, turned(MIXED)).outputs
    got = trial.model(subject, spec, weights).call(x, mask=MIXED).outputs
    trial.assert_close(got, expected[:, -1], "output of an LSTM after a masked backward layer")


@clause(
    "MASK-42",
    "After a bidirectional layer, the mask is passed on unchanged.",
    source=KERAS,
    needs=(*ANY, Capability.BIDIRECTIONAL, Capability.LAYERS),
)
def the_mask_after_a_bidirectional_layer_is_in_time_order(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Both halves are in time order, so an LSTM after them skips the steps that were masked."""
    spec = ModelSpec((Bidirectional(LAYER), LSTM(3)), FEATURES)
    weights, x = trial.weights(spec), trial.array(BATCH, STEPS, FEATURES)
    ahead, back = both_by_deletion(oracle, trial, weights[:6], x, MIXED)
    both = np.concatenate([ahead.outputs, turned(back.outputs)], axis=-1)
    second = ModelSpec((LSTM(3, return_sequences=True),), 2 * UNITS)
    expected = by_deletion(trial.model(oracle, second, weights[6:]), both, MIXED).outputs
    got = trial.model(subject, spec, weights).call(x, mask=MIXED).outputs
    trial.assert_close(got, expected[:, -1], "output of an LSTM after a masked bidirectional layer")
