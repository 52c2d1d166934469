"""What a mask means: a masked step has no effect, as if it were not there.

Every expectation of this family is made by deletion: the oracle runs each row separately, over its
valid steps only, and is never given a mask. The checks therefore do not rely on the oracle's own
handling of masks.
"""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, CallResult, Implementation, Model, States, padding_output_of
from lstm_spec.model import LSTM, ModelSpec

UNITS, FEATURES, STEPS, BATCH = 4, 2, 6, 3
SEQUENCE = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)
LAST = ModelSpec((LSTM(UNITS),), FEATURES)

NONE = np.ones((BATCH, STEPS), dtype=bool)
TAIL = np.array([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0], [1, 0, 0, 0, 0, 0]], dtype=bool)
HEAD = TAIL[:, ::-1].copy()
HOLE = np.array([[1, 1, 0, 1, 1, 1], [1, 0, 0, 0, 1, 1], [1, 0, 1, 0, 1, 1]], dtype=bool)
MIXED = np.array([[0, 1, 0, 1, 1, 0], [1, 1, 1, 1, 0, 0], [0, 0, 1, 0, 0, 1]], dtype=bool)
"""Masked at the beginning, in the middle and at the end of one row; no two rows are alike."""
WHOLE_ROW = np.array([[1, 0, 1, 1, 0, 1], [0, 0, 0, 0, 0, 0], [0, 1, 1, 1, 1, 1]], dtype=bool)
for _mask in (NONE, TAIL, HEAD, HOLE, MIXED, WHOLE_ROW):
    _mask.setflags(write=False)  # the guard hands a copy to the subject, which may write into it


def by_deletion(
    reader: Model, x: Array, mask: Array, initial_state: States | None = None
) -> CallResult:
    """What a forward LSTM gives for x (batch, time, features) where mask (batch, time) is True.

    ``reader`` is the oracle's forward layer with return_sequences. At masked steps the outputs are
    held: they repeat the previous output, or are zero before the first valid step.
    """
    units = reader.get_weights()[1].shape[0]
    outputs = np.zeros((*mask.shape, units))
    h, c = np.zeros((len(x), units)), np.zeros((len(x), units))
    for row, valid in enumerate(mask):
        start = None
        if initial_state is not None:
            start = [(part[row : row + 1], other[row : row + 1]) for part, other in initial_state]
            h[row], c[row] = initial_state[0][0][row], initial_state[0][1][row]
        if not valid.any():
            continue
        result = reader.call(x[row : row + 1, valid], initial_state=start)
        assert result.states is not None  # the oracle returns its states
        h[row], c[row] = result.states[0][0][0], result.states[0][1][0]
        computed = np.concatenate([np.zeros((1, units)), result.outputs[0]])
        outputs[row] = computed[np.cumsum(valid)]
    return CallResult(outputs, [(h, c)])


def sequences_close(
    trial: Trial, subject: Implementation, got: Array, held: Array, mask: Array, what: str
) -> None:
    """Compare all steps under the subject's declared policy for outputs at masked steps.

    ``held`` (batch, time, width) holds the expected values under the policy "held". Under the
    policy "undefined", only valid steps are compared.
    """
    policy, shown = padding_output_of(subject), mask[..., None]
    expected = held if policy == "held" else np.where(shown, held, 0.0)
    if policy == "undefined" and got.shape == expected.shape:
        got = np.where(shown, got, 0.0)
    trial.assert_close(got, expected, what)


def pattern(mask: Array) -> str:
    """The mask as text for a message, one word per row: 1 is a valid step."""
    return " ".join("".join(str(int(valid)) for valid in row) for row in mask)
