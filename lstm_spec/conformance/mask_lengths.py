"""MASK: rows without a valid step, and rows of which every step is valid."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.masked_steps_deleted import sequences_close
from lstm_spec.contract import (
    Array,
    Capability,
    Implementation,
    Model,
    States,
    Unsupported,
    empty_rows_of,
)
from lstm_spec.model import LSTM, AnyLayer, Bidirectional, Masking, ModelSpec
from lstm_spec.tolerances import GRADIENT, LOSS

SOURCE = "contract: a row without a valid step"
ROWS, STEPS, FEATURES, UNITS = 4, 5, 2, 3
TAILS = (Capability.FORWARD, Capability.MASK_TAIL, Capability.FINAL_STATE)
EVERYWHERE = ((0, 5, 2, 3), (4, 0, 0, 5), (5, 1, 3, 0), (0, 0, 0, 0))
"""Lengths of the rows of a batch: the first, a middle or the last row is empty, or all are."""


def mask_of(lengths: Sequence[int]) -> Array:
    """The steps of each row that come before its length."""
    mask: Array = np.arange(STEPS) < np.array(lengths)[:, None]
    return mask


def runs_empty_rows(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    *,
    from_a_state: bool,
    both_ways: bool = False,
) -> None:
    """Sequences, single outputs and final states for all of ``EVERYWHERE``, by declared policy."""
    for sequence in (True, False):
        layer: AnyLayer = LSTM(UNITS, return_sequences=sequence)
        if both_ways:
            layer = Bidirectional(LSTM(UNITS, return_sequences=sequence))
        spec = ModelSpec((layer,), FEATURES)
        ours, theirs = trial.twins(subject, oracle, spec)
        for lengths in EVERYWHERE:
            x, mask = trial.array(ROWS, STEPS, FEATURES), mask_of(lengths)
            states = trial.states(spec, ROWS) if from_a_state else None
            start = "a given state" if from_a_state else "zero"
            what = f"with lengths {lengths} from {start}"
            call = partial(ours.call, x, mask=mask, initial_state=states)
            if empty_rows_of(subject) == "rejected":
                trial.assert_refused(ours, call, what)
                continue
            got, expected = call(), theirs.call(x, mask=mask, initial_state=states)
            if sequence and both_ways:  # MASK-40 is about its outputs at masked steps
                shown = [np.where(mask[..., None], one.outputs, 0.0) for one in (got, expected)]
                trial.assert_close(shown[0], shown[1], f"outputs at valid steps {what}")
            elif sequence:
                everything = f"outputs {what}"
                sequences_close(trial, subject, got.outputs, expected.outputs, mask, everything)
            else:
                trial.assert_close(got.outputs, expected.outputs, f"the single output {what}")
            ended = by_policy(subject, expected.states, lengths)
            trial.assert_states_close(got.states, ended, f"final state {what}")


def by_policy(
    subject: Implementation, kept: States | None, lengths: Sequence[int]
) -> States | None:
    """Final states in which those of empty rows are zero, if the subject declares that."""
    if empty_rows_of(subject) != "zero" or kept is None:
        return kept
    has_steps = np.array(lengths)[:, None] > 0
    return [(h * has_steps, c * has_steps) for h, c in kept]


@clause(
    "MASK-120",
    "A row of length 0 from a zero state gives outputs of zero and ends in zero, wherever it "
    "stands in its batch, and the other rows do not notice.",
    source=SOURCE,
    needs=TAILS,
)
def rows_of_length_zero_from_zero(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine that sorts rows by length, or reads the step before the end, meets step -1."""
    runs_empty_rows(subject, oracle, trial, from_a_state=False)


@clause(
    "MASK-121",
    "A row of length 0 ends in the state that it was given, and its outputs are zero; where the "
    "implementation declares it, it ends in zero or is rejected.",
    source=SOURCE,
    needs=(*TAILS, Capability.INITIAL_STATE),
)
def rows_of_length_zero_from_a_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The h that was given is no output: nothing has been computed for the row."""
    runs_empty_rows(subject, oracle, trial, from_a_state=True)


@clause(
    "MASK-122",
    "In a bidirectional layer, a row of length 0 ends in both of the states that it was given.",
    source=SOURCE,
    needs=(*TAILS, Capability.INITIAL_STATE, Capability.BIDIRECTIONAL),
)
def rows_of_length_zero_in_both_directions(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The backward direction has no last valid step at which it could begin."""
    runs_empty_rows(subject, oracle, trial, from_a_state=True, both_ways=True)


@clause(
    "MASK-123",
    "A stateful row of length 0 carries its state through the call, bit for bit.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.MASK_TAIL, Capability.STATEFUL),
)
def rows_of_length_zero_carry_their_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Three calls: the second has an empty row, and all rows are empty in the third."""
    if empty_rows_of(subject) != "kept":
        raise Unsupported("it declares that rows without a valid step lose their state")
    spec = ModelSpec((LSTM(UNITS, stateful=True),), FEATURES, batch_size=ROWS)
    ours, theirs = trial.twins(subject, oracle, spec)
    for lengths in ((5, 5, 5, 5), (3, 0, 5, 1), (0, 0, 0, 0), (5, 5, 5, 5)):
        x, mask = trial.array(ROWS, STEPS, FEATURES), mask_of(lengths)
        got, expected = ours.call(x, mask=mask).outputs, theirs.call(x, mask=mask).outputs
        trial.assert_close(got, expected, f"outputs of the call with lengths {lengths}")


@clause(
    "MASK-124",
    "Rows of full length are rows without a mask, from zero and from a given state.",
    source="contract: a mask is true at valid steps",
    needs=(*TAILS, Capability.INITIAL_STATE),
)
def rows_of_full_length(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """All rows in one batch, and beside a shorter one, which must not shorten them."""
    spec = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)
    ours, theirs = trial.twins(subject, oracle, spec)
    full = ROWS - 1
    for states in (None, trial.states(spec, ROWS)):
        x = trial.array(ROWS, STEPS, FEATURES)
        expected = theirs.call(x, initial_state=states)
        for last in (STEPS, 2):
            got = ours.call(x, mask=mask_of([STEPS] * full + [last]), initial_state=states)
            what = f"of the rows of full length beside one of length {last}"
            trial.assert_close(got.outputs[:full], expected.outputs[:full], f"outputs {what}")
            ours_end, theirs_end = (
                [(h[:full], c[:full]) for h, c in result.states or []] for result in (got, expected)
            )
            trial.assert_states_close(ours_end, theirs_end, f"final state {what}")


@clause(
    "MASK-125",
    "A row without a valid step counts neither in the loss of a sequence nor in its gradients.",
    source=SOURCE,
    needs=(Capability.GRADIENTS, Capability.LAYERS, Capability.MASK),
)
def rows_without_steps_have_no_gradient(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The first, the middle and the last row in turn, and then all of them, where the loss is zero
    and not NaN.
    """
    layers = Masking(0.0), LSTM(UNITS, return_sequences=True)
    ours, theirs = trial.twins(subject, oracle, ModelSpec(layers, FEATURES))
    for empty in ([0], [2], [ROWS - 1], list(range(ROWS))):
        x, y = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, STEPS, UNITS)
        x[empty] = 0.0
        same_gradients(trial, ours, theirs, x, y, f"with rows {empty} masked completely")


def same_gradients(trial: Trial, ours: Model, theirs: Model, x: Array, y: Array, what: str) -> None:
    """Loss, and gradients of all weights and of x."""
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_close(got.loss, expected.loss, f"loss {what}", LOSS)
    for index, (one, other) in enumerate(zip(got.weights, expected.weights, strict=True)):
        trial.assert_close(one, other, f"gradient of weight {index} {what}", GRADIENT)
    trial.assert_close(got.x, expected.x, f"gradient with respect to x {what}", GRADIENT)
