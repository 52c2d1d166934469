"""The outputs at masked steps, and that the values of masked steps do not matter."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.masked_steps_deleted import (
    BATCH,
    FEATURES,
    HEAD,
    LAST,
    MIXED,
    SEQUENCE,
    STEPS,
    TAIL,
    by_deletion,
    sequences_close,
)
from lstm_spec.contract import (
    Array,
    Capability,
    Implementation,
    Unsupported,
    padding_output_of,
)

POLICY = "keras-team/keras#1569, #3086; Keras zero_output_for_mask"
GARBAGE = "the contract: a masked step does not count"
TAILS = (Capability.FORWARD, Capability.MASK_TAIL)
ANY = (Capability.FORWARD, Capability.MASK)


def declares_an_output(subject: Implementation) -> None:
    """Raise ``Unsupported`` if the subject declares its outputs at masked steps to be undefined."""
    if padding_output_of(subject) == "undefined":
        raise Unsupported("its outputs at masked steps are declared to be undefined")


@clause(
    "MASK-12",
    "At a masked step after a valid one, the output is the previous output again, or zero where "
    "the implementation declares that.",
    source=POLICY,
    needs=TAILS,
)
def masked_last_steps_give_the_declared_output(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Only the masked steps are compared. Under the policy "held", each repeats the last output of
    its row.
    """
    declares_an_output(subject)
    model, reader = trial.twins(subject, oracle, SEQUENCE)
    x = trial.array(BATCH, STEPS, FEATURES)
    got = model.call(x, mask=TAIL).outputs
    held = by_deletion(reader, x, TAIL).outputs
    expected = held if padding_output_of(subject) == "held" else np.zeros_like(held)
    trial.assert_that(got.shape == held.shape, f"expected outputs {held.shape}, got {got.shape}")
    trial.assert_close(
        got[~TAIL], expected[~TAIL], "outputs at masked steps", axes=("place", "unit")
    )


@clause(
    "MASK-13",
    "At masked steps before the first valid one, the output is zero, whatever the initial state.",
    source=POLICY,
    needs=(*ANY, Capability.INITIAL_STATE),
)
def masked_first_steps_give_zero(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """At these steps there is no previous output yet. A given h is a state and not an output."""
    declares_an_output(subject)
    model = trial.model(subject, SEQUENCE, trial.weights(SEQUENCE))
    x, start = trial.array(BATCH, STEPS, FEATURES), trial.states(SEQUENCE, BATCH)
    for name, state in (("zero", None), ("a given state", start)):
        got = model.call(x, mask=HEAD, initial_state=state).outputs
        shape = (BATCH, STEPS, *got.shape[2:])
        trial.assert_that(got.shape == shape, f"expected outputs {shape}, got {got.shape}")
        masked = got[~HEAD]
        what = f"outputs before the first valid step, from {name}"
        trial.assert_close(masked, np.zeros_like(masked), what, axes=("place", "unit"))


def ignores(
    subject: Implementation, oracle: Implementation, trial: Trial, mask: Array, garbage: float
) -> None:
    """With ``garbage`` in every masked step, the outputs are those of the rows without these steps.

    They are also equal, bit for bit, to the outputs with ordinary values there.
    """
    weights, x = trial.weights(SEQUENCE), trial.array(BATCH, STEPS, FEATURES)
    dirty = np.where(mask[..., None], x, np.float32(garbage))
    # The sign changes from place to place, so that garbage cannot cancel or saturate one way only.
    dirty[..., 1:] = np.where(mask[..., None], x[..., 1:], np.float32(-garbage))
    expected = by_deletion(trial.model(oracle, SEQUENCE, weights), x, mask).outputs
    model = trial.model(subject, SEQUENCE, weights)
    got = model.call(dirty, mask=mask).outputs
    what = f"outputs with {garbage:g} in masked steps"
    sequences_close(trial, subject, got, expected, mask, what)
    clean = model.call(x, mask=mask).outputs
    trial.assert_equal(got[mask], clean[mask], f"{what}, compared with ordinary values there")
    single = trial.model(subject, LAST, weights).call(dirty, mask=mask).outputs
    trial.assert_close(single, expected[:, -1], f"single output with {garbage:g} in masked steps")


@clause(
    "MASK-14",
    "Large values in masked steps have no effect.",
    source=GARBAGE,
    needs=ANY,
)
def large_numbers_in_masked_steps_do_not_matter(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A value of 1e6 saturates every gate, so any influence is visible at once."""
    ignores(subject, oracle, trial, MIXED, 1e6)


@clause(
    "MASK-15",
    "NaN in masked steps has no effect.",
    source=GARBAGE,
    needs=ANY,
)
def nan_in_masked_steps_does_not_matter(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """NaN times zero is NaN: a mask that multiplies, instead of selecting, lets it through."""
    ignores(subject, oracle, trial, MIXED, float("nan"))


@clause(
    "MASK-16",
    "Infinity in masked steps has no effect.",
    source=GARBAGE,
    needs=ANY,
)
def infinity_in_masked_steps_does_not_matter(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Infinity times zero, and infinity minus infinity, are NaN as well."""
    ignores(subject, oracle, trial, MIXED, float("inf"))


@clause(
    "MASK-17",
    "Values after the end of a shorter row have no effect.",
    source=GARBAGE,
    needs=TAILS,
)
def garbage_after_the_end_of_a_row_does_not_matter(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """It is the same for engines that only know lengths: large values, infinity and NaN at the end
    of the row.
    """
    for garbage in (1e6, float("inf"), float("nan")):
        ignores(subject, oracle, trial, TAIL, garbage)


@clause(
    "MASK-18",
    "A call does not modify the mask that it is given.",
    source="the contract of an implementation (lstm_spec/contract.py)",
    needs=TAILS,
)
def the_mask_is_not_modified(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """A backward layer that reversed the mask in place would modify the array of the caller."""
    model, reader = trial.twins(subject, oracle, LAST)
    x, mask = trial.array(BATCH, STEPS, FEATURES), TAIL.copy()
    model.call(x, mask=mask)
    trial.assert_equal(mask, TAIL, "the mask after the call")
    again = model.call(x, mask=mask).outputs
    expected = by_deletion(trial.model(oracle, SEQUENCE, reader.get_weights()), x, TAIL)
    trial.assert_close(
        again, expected.outputs[:, -1], "single output of a second call with the same mask"
    )
