"""Outputs at masked steps that are zero because the description says so."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, ModelSpec

UNITS, FEATURES = 4, 3
HELD = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)
ZERO = ModelSpec((LSTM(UNITS, return_sequences=True, zero_output_for_mask=True),), FEATURES)

MASK = np.array(
    [
        [True, True, True, False, False],
        [False, True, False, True, True],
        [True, False, False, True, False],
        [False, False, False, False, False],
        [True, True, True, True, True],
    ]
)
"""Masked at the end, at the beginning, in the middle, completely, and not at all."""


@clause(
    "MASK-180",
    "With zero_output_for_mask the output at every masked step is zero, and nothing else changes: "
    "neither the outputs at valid steps nor the final state.",
    source="Keras RNN(zero_output_for_mask=True)",
    needs=(Capability.FORWARD, Capability.FINAL_STATE, Capability.MASK),
    strength=Strength.SHOULD,
)
def masked_steps_give_zero_where_that_is_asked_for(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The expected outputs are those of the layer without the option, at valid steps. A zero that
    was taken for h would change the next valid step, which is why the masks have valid steps after
    masked ones.
    """
    weights, x = trial.weights(ZERO), trial.array(*MASK.shape, FEATURES)
    plain = trial.model(oracle, HELD, weights).call(x, mask=MASK)
    got = trial.model(subject, ZERO, weights).call(x, mask=MASK)
    expected = np.where(MASK[:, :, None], plain.outputs, 0.0)
    trial.assert_close(got.outputs, expected, "outputs with zero_output_for_mask")
    trial.assert_states_close(got.states, plain.states)
