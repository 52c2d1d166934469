"""Models in float64: every operation to twelve decimals.

What is given has more digits than float32 can hold, so a single detour through it shows.
"""

from __future__ import annotations

import numpy as np

from lstm_spec import tolerances
from lstm_spec.contract import Array
from lstm_spec.model import LSTM, SGD, ModelSpec
from lstm_spec.vectors.case import (
    FEATURES,
    ROWS,
    STEPS,
    UNITS,
    Draft,
    Draw,
    Operation,
    call,
    operation,
    vector,
)
from lstm_spec.vectors.mask_cases import EVERYTHING

FINE = 2.0**-40
SPEC = ModelSpec(
    (LSTM(UNITS, return_sequences=True, stateful=True),),
    FEATURES,
    batch_size=ROWS,
    optimizer=SGD(0.25),
    dtype="float64",
)
QUANTITIES = ("outputs", "states", "loss", "weights", "weight_gradients", "x_gradient")


def fine(draw: Draw, *shape: int) -> Array:
    """Values with forty binary places."""
    return draw.array(*shape, grid=FINE)


def exactly(draw: Draw, *operations: Operation) -> Draft:
    """The operations on a model with fine weights, with float64 tolerances."""
    weights = [draw.array(*shape, scale=0.45, grid=FINE) for shape in SPEC.weight_shapes]
    return Draft(SPEC, weights, list(operations), dict.fromkeys(QUANTITIES, tolerances.FLOAT64))


def x_of(draw: Draw) -> Array:
    """Input of the usual size."""
    return fine(draw, ROWS, STEPS, FEATURES)


@vector(
    "float64/forward",
    "Two calls of a stateful layer, and one from a given state.",
    clauses="CELL-26",
    notices=("float32 arithmetic, weights, input or states inside a float64 model",),
)
def forward(draw: Draw) -> Draft:
    """The second call starts from the carried state."""
    given = [(fine(draw, ROWS, UNITS), fine(draw, ROWS, UNITS))]
    operations = (call(x_of(draw)), call(x_of(draw)), call(x_of(draw), None, given))
    return exactly(draw, *operations)


@vector(
    "float64/predict",
    "Six rows in batches of three.",
    clauses="CELL-26 STATE-05",
    notices=("a prediction in float32",),
)
def predict(draw: Draw) -> Draft:
    """The carried state is a float64, too."""
    x = np.concatenate([x_of(draw), x_of(draw)])
    return exactly(draw, operation("predict", x=x, batch_size=ROWS))


@vector(
    "float64/mask",
    "Masked in the middle, at the beginning and in a whole row.",
    clauses="CELL-26 MASK-10",
    notices=("masked steps in float32",),
)
def mask(draw: Draw) -> Draft:
    """From a state of zero."""
    return exactly(draw, call(x_of(draw), EVERYTHING))


@vector(
    "float64/gradients",
    "The gradients of two batches.",
    clauses="GRAD-11",
    notices=("gradients computed in float32",),
)
def gradients(draw: Draw) -> Draft:
    """The second from the carried state."""
    pairs = ({"x": x_of(draw), "y": fine(draw, ROWS, STEPS, UNITS)} for _ in range(2))
    return exactly(draw, *(operation("gradients", **one) for one in pairs))


@vector(
    "float64/training",
    "Three updates of SGD.",
    clauses="CELL-26 GRAD-11 TRAIN-01",
    notices=("weights updated in float32",),
)
def training(draw: Draw) -> Draft:
    """Float64 keeps twelve decimals over three updates."""
    pairs = ({"x": x_of(draw), "y": fine(draw, ROWS, STEPS, UNITS)} for _ in range(3))
    return exactly(draw, *(operation("train_on_batch", **one) for one in pairs))
