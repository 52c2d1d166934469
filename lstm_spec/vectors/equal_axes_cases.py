"""Axes of the same length, and axes of length one: where a transposed array still fits."""

from __future__ import annotations

from lstm_spec.model import LSTM, SGD, AnyLayer, Bidirectional, Dense, Masking, ModelSpec
from lstm_spec.vectors.case import Draft, Draw, call, operation, pairs, vector
from lstm_spec.vectors.mask_cases import picture

SIDE = 3
"""Rows, steps, features and units at once."""

SQUARE = picture("xx.", ".xx", "x.x")
"""It is not its own transpose."""


def square(
    draw: Draw, *layers: AnyLayer, stateful: bool = False, classes: bool = False
) -> ModelSpec:
    """A model in which every width is the same."""
    return ModelSpec(
        layers,
        SIDE,
        batch_size=SIDE if stateful else None,
        loss="categorical_crossentropy" if classes else "mse",
        optimizer=SGD(0.25),
    )


@vector(
    "axes/square",
    "As many rows, steps, features, units and classes: given and carried states, loss, gradients, "
    "and an update.",
    clauses="SEQ-130 SEQ-131 STATE-130 TRAIN-130 TRAIN-131 GRAD-130",
    notices=(
        "a kernel, a state or a gradient that is transposed where it is square",
        "an accuracy along time",
    ),
)
def all_axes_alike(draw: Draw) -> Draft:
    """A stateful classifier of every step."""
    layers = (LSTM(SIDE, return_sequences=True, stateful=True), Dense(SIDE, "softmax"))
    spec = square(draw, *layers, stateful=True, classes=True)
    x = [draw.x(SIDE, SIDE, SIDE) for _ in range(5)]
    y = [draw.y(spec, one) for one in x]
    operations = [
        call(x[0], None, draw.states(spec, SIDE)),
        call(x[1]),
        operation("get_states"),
        operation("test_on_batch", x=x[2], y=y[2]),
        operation("gradients", x=x[3], y=y[3], initial_state=pairs(draw.states(spec, SIDE))),
        operation("train_on_batch", x=x[4], y=y[4]),
        call(x[0]),
    ]
    return Draft(spec, draw.weights(spec), operations)


@vector(
    "axes/square-mask",
    "As many rows as steps: a mask that could be its own transpose by its shape.",
    clauses="MASK-130",
    notices=("a mask that is transposed where it is square",),
)
def square_mask(draw: Draw) -> Draft:
    """From given states."""
    spec = square(draw, LSTM(SIDE, return_sequences=True))
    x = draw.x(SIDE, SIDE, SIDE)
    return Draft(spec, draw.weights(spec), [call(x, SQUARE, draw.states(spec, SIDE))])


@vector(
    "axes/square-bidirectional",
    "As many rows, steps, features and units in both directions, with an update.",
    clauses="SEQ-133",
    notices=("backward outputs that are reversed along the units or the rows",),
)
def square_bidirectional(draw: Draw) -> Draft:
    """Outputs, gradients and weights after an update."""
    spec = square(draw, Bidirectional(LSTM(SIDE, return_sequences=True)))
    x = draw.x(SIDE, SIDE, SIDE)
    y = draw.y(spec, x)
    operations = [
        call(x, None, draw.states(spec, SIDE)),
        operation("gradients", x=x, y=y),
        operation("train_on_batch", x=x, y=y),
    ]
    return Draft(spec, draw.weights(spec), operations)


@vector(
    "axes/one-unit",
    "One unit and one feature: three rows, each with an initial state of its own.",
    clauses="SEQ-131 GRAD-130",
    notices=("the state of one row used for all",),
)
def one_unit(draw: Draw) -> Draft:
    """Outputs of every step, and the gradients."""
    spec = ModelSpec((LSTM(1, return_sequences=True),), 1)
    x = draw.x(features=1)
    starting = draw.states(spec)
    gradients = operation("gradients", x=x, y=draw.y(spec, x), initial_state=pairs(starting))
    return Draft(spec, draw.weights(spec), [call(x, None, starting), gradients])


@vector(
    "axes/square-kernel",
    "As many features as columns of the kernel: one unit and four features.",
    clauses="SEQ-130",
    notices=("a kernel that is transposed where it is square",),
)
def square_kernel(draw: Draw) -> Draft:
    """From given states."""
    spec = ModelSpec((LSTM(1, return_sequences=True),), 4)
    return Draft(spec, draw.weights(spec), [call(draw.x(features=4), None, draw.states(spec))])


@vector(
    "axes/one-row",
    "One row: a mask of one row, and a state that is carried from call to call.",
    clauses="STATE-130 MASK-130",
    notices=("a mask of one row that masks nothing", "a carried state that is a mean over an axis"),
)
def one_row(draw: Draw) -> Draft:
    """A call with a mask, and two without one."""
    spec = ModelSpec((LSTM(4, return_sequences=True, stateful=True),), 3, batch_size=1)
    masked = call(draw.x(rows=1), picture("x.xx."))
    return Draft(spec, draw.weights(spec), [masked, call(draw.x(rows=1)), call(draw.x(rows=1))])


@vector(
    "axes/one-step",
    "One step under a Masking layer: one row is masked completely, the others not at all.",
    clauses="MASK-130 MASK-125",
    notices=("a mask that is dropped with the time axis",),
)
def one_step(draw: Draw) -> Draft:
    """Outputs, the loss over the valid steps, and an update."""
    spec = ModelSpec((Masking(), LSTM(4, return_sequences=True)), 3, optimizer=SGD(0.25))
    x = draw.x(steps=1)
    x[1] = 0.0
    y = draw.y(spec, x)
    operations = [call(x), operation("test_on_batch", x=x, y=y)]
    return Draft(spec, draw.weights(spec), [*operations, operation("train_on_batch", x=x, y=y)])
