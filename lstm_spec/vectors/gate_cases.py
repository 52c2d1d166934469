"""The gates one by one: only one of them depends on the input and the last output.

The other three stand still at biases of their own, so a wrong result names the gate.
"""

from __future__ import annotations

from lstm_spec.model import LSTM, ModelSpec
from lstm_spec.vectors.case import FEATURES, UNITS, Draft, Draw, Maker, call, vector

SPEC = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)
GATES = ("input", "forget", "cell", "output")


def only(gate: int) -> Maker:
    """Weights in which the blocks of the other gates are zero, but for their biases."""

    def make(draw: Draw) -> Draft:
        weights = draw.weights(SPEC, scale=0.6)
        for block in range(4):
            if block != gate:
                for matrix in weights[:2]:
                    matrix[:, block * UNITS : (block + 1) * UNITS] = 0.0
        return Draft(SPEC, weights, [call(draw.x(), None, draw.states(SPEC))])

    return make


for number, name in enumerate(GATES):
    vector(
        f"gates/{name}",
        f"Only the {name} gate depends on x and h; the other three have their biases only.",
        clauses="CELL-06 CELL-07 CELL-08 CELL-09",
        notices=(f"the block of the {name} gate read as that of another",),
    )(only(number))
