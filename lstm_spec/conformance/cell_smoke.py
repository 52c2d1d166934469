"""Smoke: does the adapter work at all? No clause here asks whether the values are right."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Level, clause
from lstm_spec.contract import Capability, Implementation
from lstm_spec.evidence import BrokenAdapter
from lstm_spec.model import LSTM, ModelSpec

UNITS, FEATURES, STEPS, BATCH = 4, 3, 5, 2
SPEC = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)
CONTRACT = "the contract of an implementation (lstm_spec/contract.py)"


@clause(
    "CELL-01",
    "A model can be built, and its new weights have the canonical shapes.",
    source=CONTRACT,
    level=Level.SMOKE,
)
def a_model_has_weights_of_the_canonical_shapes(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The shapes are kernel (3, 16), recurrent kernel (4, 16) and bias (16). Features, units and
    blocks are all different in number, so that a transposed layout or one with an array per gate is
    noticed.
    """
    got = [weight.shape for weight in subject.build(SPEC).get_weights()]
    trial.assert_that(
        got == list(SPEC.weight_shapes),
        f"weights of LSTM({UNITS}) over {FEATURES} features: expected shapes "
        f"{list(SPEC.weight_shapes)}, got {got}",
    )


@clause(
    "CELL-02",
    "get_weights returns the weights that were set.",
    source=CONTRACT,
    level=Level.SMOKE,
)
def weights_come_back_as_they_were_set(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Random weights show blocks that come back in another order, and weights that were ignored.

    The comparison allows for float32 noise, because an adapter may add a built-in forget bias and
    subtract it again.
    """
    weights = trial.weights(SPEC)
    got = trial.model(subject, SPEC, weights).get_weights()
    trial.assert_that(
        len(got) == len(weights), f"expected {len(weights)} weights back, got {len(got)} arrays"
    )
    names = ("kernel", "recurrent kernel", "bias")
    for name, ours, theirs in zip(names, got, weights, strict=True):
        axes = ("entry",) if ours.ndim == 1 else ("row", "column")
        trial.assert_close(ours, theirs, f"{name} read back", axes=axes)


@clause(
    "CELL-03",
    "One call gives finite outputs of the right shape.",
    source=CONTRACT,
    level=Level.SMOKE,
)
def one_call_gives_finite_outputs_of_the_right_shape(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The outputs of all steps and of the last step only are both requested. Their values are not
    checked.
    """
    weights, x = trial.weights(SPEC), trial.array(BATCH, STEPS, FEATURES)
    for sequences in (True, False):
        spec = ModelSpec((LSTM(UNITS, return_sequences=sequences),), FEATURES)
        outputs = trial.model(subject, spec, weights).call(x).outputs
        expected = spec.output_shape(BATCH, STEPS)
        trial.assert_that(
            outputs.shape == expected,
            f"outputs for x of shape {x.shape}: expected shape {expected}, got {outputs.shape}",
        )
        trial.assert_that(
            bool(np.isfinite(outputs).all()),
            "outputs for ordinary weights and inputs: expected finite numbers, got NaN or infinity",
        )


@clause(
    "CELL-04",
    "One call returns a finite final state h and c of shape (batch, units).",
    source=CONTRACT,
    needs=(Capability.FORWARD, Capability.FINAL_STATE),
    level=Level.SMOKE,
)
def one_call_gives_a_final_state_of_the_right_shape(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One layer has one pair. An adapter that declares final states but returns none is broken."""
    model = trial.model(subject, SPEC, trial.weights(SPEC))
    final = model.call(trial.array(BATCH, STEPS, FEATURES)).states
    if final is None:
        raise BrokenAdapter("the adapter declares final-state, but call returned no states")
    trial.assert_that(len(final) == 1, f"one layer has one pair (h, c), got {len(final)} pairs")
    for name, part in zip(("h", "c"), final[0], strict=True):
        trial.assert_that(
            part.shape == (BATCH, UNITS) and bool(np.isfinite(part).all()),
            f"final {name}: expected finite numbers of shape {(BATCH, UNITS)}, "
            f"got shape {part.shape}" + ("" if np.isfinite(part).all() else " with NaN"),
        )
