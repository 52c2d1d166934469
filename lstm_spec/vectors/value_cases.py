"""Values with which some engines do something else: zeros, equal rows, huge numbers, NaN."""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import LSTM, SGD, Dense, ModelSpec
from lstm_spec.vectors.case import (
    FEATURES,
    ROWS,
    UNITS,
    Draft,
    Draw,
    call,
    operation,
    pairs,
    vector,
)

STATEFUL = ModelSpec(
    (LSTM(UNITS, return_sequences=True, stateful=True),), FEATURES, batch_size=ROWS
)
TRAINED = ModelSpec(
    (LSTM(UNITS, return_sequences=True), Dense(2)), FEATURES, optimizer=SGD(2.0**-7)
)
HUGE = 2.0**22
"""Beyond a million; every gate is closed or open, so the outputs are exact."""

HUGEST = 2.0**66
"""A number whose square is beyond float32."""


def nothing() -> Array:
    """A state of zeros for one half of a pair."""
    return np.zeros((ROWS, UNITS))


@vector(
    "values/zeros-in-given-states",
    "Zeros in h, in c and in both override what is carried, in a call and when they are set.",
    clauses="STATE-120 STATE-121",
    notices=("zeros taken for no initial state",),
)
def zeros_in_given_states(draw: Draw) -> Draft:
    """Before each of them a call leaves a state behind."""
    [(h, c)] = draw.states(STATEFUL)
    operations = []
    for given in ((h, nothing()), (nothing(), c), (nothing(), nothing())):
        operations += [call(draw.x()), call(draw.x(), None, [given]), call(draw.x())]
        setting = operation("set_states", states=pairs([given]))
        operations += [setting, call(draw.x())]
    return Draft(STATEFUL, draw.weights(STATEFUL), operations)


@vector(
    "values/zeros-equal-rows-and-huge-numbers",
    "Input of zeros, of equal rows with states of their own, and beyond a million in one row.",
    clauses="CELL-120 CELL-121",
    notices=(
        "a batch of zeros that is left out",
        "equal rows computed once",
        "input that is scaled",
    ),
)
def unusual_inputs(draw: Draw) -> Draft:
    """A stateful layer: what is left out shows in the next call as well."""
    equal = np.repeat(draw.x(rows=1), ROWS, axis=0)
    huge = draw.x()
    huge[1] *= HUGE
    inputs = (draw.x(), 0 * draw.x(), equal, huge, draw.x())
    return Draft(STATEFUL, draw.weights(STATEFUL), [call(x) for x in inputs])


@vector(
    "values/weights-of-zeros",
    "Weights are replaced by zeros, one array after the other.",
    clauses="CELL-122",
    notices=("an array of zeros that is not set",),
)
def weights_of_zeros(draw: Draw) -> Draft:
    """A call after each replacement."""
    spec = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)
    weights = draw.weights(spec)
    operations = []
    for place in range(len(weights)):
        replaced = [0 * one if k == place else one for k, one in enumerate(weights)]
        operations += [operation("set_weights", weights=replaced), call(draw.x())]
    return Draft(spec, weights, operations)


@vector(
    "values/nan-in-one-row",
    "NaN in one row reaches this row alone, now and in the next calls, until the reset.",
    clauses="STATE-70 STATE-122 STATE-123",
    notices=("a value that is taken over all rows", "all states cleared because of one"),
)
def nan_in_one_row(draw: Draw) -> Draft:
    """Called, then predicted in one batch."""
    x = draw.x()
    x[1, 2, 0] = np.nan
    operations = [call(draw.x()), call(x), call(draw.x()), operation("reset_states")]
    predicted = [operation("predict", x=one, batch_size=ROWS) for one in (x, draw.x())]
    return Draft(STATEFUL, draw.weights(STATEFUL), [*operations, *predicted])


@vector(
    "values/targets",
    "Targets of zeros, of equal rows and far away are targets like any others.",
    clauses="TRAIN-120 TRAIN-122 TRAIN-123 GRAD-120",
    notices=("targets of zeros taken for padding", "an error that is bounded"),
)
def unusual_targets(draw: Draw) -> Draft:
    """Measured, differentiated, trained on, and used for validation."""
    x = draw.x()
    far = draw.y(TRAINED, x) * 256
    equal = np.repeat(draw.y(TRAINED, x)[:1], ROWS, axis=0)
    operations = []
    for y in (0 * far, equal):
        operations += [
            operation("test_on_batch", x=x, y=y),
            operation("train_on_batch", x=x, y=y),
            operation(
                "fit",
                x=x,
                y=y,
                validation_x=x,
                validation_y=y,
                batch_size=ROWS,
                epochs=1,
                shuffle=False,
            ),
        ]
    operations += [operation("test_on_batch", x=x, y=far), operation("gradients", x=x, y=far)]
    # An error of 256 has a square of 65536, of which float32 keeps seven digits.
    tolerance = {"loss": 0.1, "weight_gradients": 2e-3, "x_gradient": 2e-3}
    return Draft(TRAINED, draw.weights(TRAINED), operations, tolerance)


@vector(
    "values/nan-in-the-targets",
    "NaN in one row of the targets makes the loss NaN: it is not left out.",
    clauses="TRAIN-121",
    notices=("a squared error that leaves out NaN",),
)
def nan_in_the_targets(draw: Draw) -> Draft:
    """Measured only."""
    x = draw.x()
    y = draw.y(TRAINED, x)
    y[1, 0, 0] = np.nan
    return Draft(TRAINED, draw.weights(TRAINED), [operation("test_on_batch", x=x, y=y)])


@vector(
    "values/gradients-of-a-huge-input",
    "A row with a huge input has gradients of zero where its gates are flat, and no NaN.",
    clauses="GRAD-120",
    notices=("a gradient that is NaN where a gate is saturated",),
)
def gradients_of_a_huge_input(draw: Draw) -> Draft:
    """From a given state of zeros, although another state is carried."""
    x = draw.x()
    x[2] *= HUGEST
    starting = pairs([(nothing(), nothing())])
    asked = operation("gradients", x=x, y=draw.y(STATEFUL, x), initial_state=starting)
    return Draft(STATEFUL, draw.weights(STATEFUL), [call(draw.x()), asked])
