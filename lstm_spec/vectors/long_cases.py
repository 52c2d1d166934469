"""Longer than 300 in one dimension, and as narrow as can be in the others.

Buffers, blocks and counters of a fixed size show only beyond them. The files stay small: one unit
and one feature, where nothing else is asked for.
"""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import (
    LSTM,
    SGD,
    Adam,
    AnyLayer,
    AnyOptimizer,
    Bidirectional,
    Dense,
    ModelSpec,
)
from lstm_spec.vectors.case import Draft, Draw, Maker, call, operation, reset, vector

LONG = 307
"""A prime number: no multiple of the size of a block."""

SEQUENCE = ModelSpec((LSTM(1, return_sequences=True),), 1)
STATEFUL: tuple[AnyLayer, ...] = (LSTM(1, stateful=True),)


def x_of(draw: Draw, rows: int, steps: int = 1, features: int = 1) -> Array:
    """Input rows, all different."""
    return draw.x(rows, steps, features)


@vector(
    "long/rows",
    "A batch of 515 rows of one step: outputs, final states, and the gradients of 307 rows.",
    clauses="SEQ-110 SEQ-112 GRAD-110",
    notices=("rows computed in blocks, without the rest", "rows that have no gradient"),
)
def rows(draw: Draw) -> Draft:
    """Called and predicted."""
    x = x_of(draw, 515)
    batch = x_of(draw, LONG)
    operations = [
        call(x),
        operation("predict", x=x, batch_size=515),
        operation("gradients", x=batch, y=draw.y(SEQUENCE, batch)),
    ]
    return Draft(SEQUENCE, draw.weights(SEQUENCE), operations)


@vector(
    "long/steps-in-both-directions",
    "One row of 307 steps in both directions.",
    clauses="SEQ-110 SEQ-111",
    notices=("a buffer of a fixed number of steps",),
)
def steps(draw: Draw) -> Draft:
    """Every output and the final states."""
    spec = ModelSpec((Bidirectional(LSTM(1, return_sequences=True)),), 1)
    return Draft(spec, draw.weights(spec), [call(x_of(draw, 1, LONG))])


@vector(
    "long/features",
    "One step of 307 features: outputs and gradients.",
    clauses="SEQ-110 GRAD-110",
    notices=("features that are not read",),
)
def features(draw: Draw) -> Draft:
    """Two rows."""
    spec = ModelSpec((LSTM(1),), LONG)
    x = x_of(draw, 2, 1, LONG)
    small = 2.0**-18  # on the usual grid, so small weights would be exact in half precision
    weights = [draw.array(*shape, scale=0.0625, grid=small) for shape in spec.weight_shapes]
    return Draft(spec, weights, [call(x), operation("gradients", x=x, y=draw.y(spec, x))])


@vector(
    "long/calls",
    "307 calls of one step continue the state; then a reset.",
    clauses="STATE-110",
    notices=("a state that is dropped or fades after many calls",),
)
def calls(draw: Draw) -> Draft:
    """One row."""
    spec = ModelSpec(STATEFUL, 1, batch_size=1)
    many = [call(x_of(draw, 1)) for _ in range(LONG)]
    return Draft(spec, draw.weights(spec), [*many, reset(), call(x_of(draw, 1))])


@vector(
    "long/batches-of-one-predict",
    "One predict of 307 batches of a stateful model, and a call that continues it.",
    clauses="SEQ-112 STATE-111",
    notices=("a limit to the number of batches",),
)
def batches(draw: Draw) -> Draft:
    """Row after row."""
    spec = ModelSpec(STATEFUL, 1, batch_size=1)
    operations = [operation("predict", x=x_of(draw, LONG), batch_size=1), call(x_of(draw, 1))]
    return Draft(spec, draw.weights(spec), operations)


@vector(
    "long/carried-rows",
    "307 rows of one stateful batch, each with its own carried state.",
    clauses="STATE-112 STATE-171",
    notices=("rows beyond the 256th that share a state", "large batches that each begin anew"),
)
def carried_rows(draw: Draw) -> Draft:
    """Two calls, and two batches of a predict."""
    spec = ModelSpec(STATEFUL, 1, batch_size=LONG)
    calls = [call(x_of(draw, LONG)) for _ in range(2)]
    predict = operation("predict", x=x_of(draw, 2 * LONG), batch_size=LONG)
    return Draft(spec, draw.weights(spec), [*calls, predict])


def trained(optimizer: AnyOptimizer) -> Maker:
    """One epoch of 307 updates."""

    def make(draw: Draw) -> Draft:
        spec = ModelSpec((LSTM(1),), 1, optimizer=optimizer)
        x = x_of(draw, LONG)
        y = draw.y(spec, x)
        epoch = operation("fit", x=x, y=y, batch_size=1, epochs=1, shuffle=False)
        return Draft(spec, draw.weights(spec), [epoch])

    return make


vector(
    "long/updates-of-sgd",
    "One epoch of 307 updates of SGD.",
    clauses="TRAIN-110 TRAIN-113",
    notices=("a learning rate that decays", "a limit to the batches of an epoch"),
)(trained(SGD(2.0**-5)))
vector(
    "long/updates-of-adam",
    "One epoch of 307 updates of Adam.",
    clauses="TRAIN-111 TRAIN-113",
    notices=("moments that are cleared", "a correction that stops"),
)(trained(Adam(2.0**-9)))


@vector(
    "long/epochs",
    "131 epochs of one batch: the history has a value for each of them.",
    clauses="TRAIN-112",
    notices=("an end of training that nobody asked for",),
)
def epochs(draw: Draw) -> Draft:
    """Two rows of one step."""
    spec = ModelSpec((LSTM(1),), 1, optimizer=SGD(2.0**-5))
    x = x_of(draw, 2)
    many = operation("fit", x=x, y=draw.y(spec, x), batch_size=2, epochs=131, shuffle=False)
    return Draft(spec, draw.weights(spec), [many])


@vector(
    "long/classes",
    "One evaluate of three rows of 307 classes.",
    clauses="TRAIN-114",
    notices=("a class that is kept in 8 bits",),
)
def classes(draw: Draw) -> Draft:
    """Two of the classes are beyond the 256th."""
    layers = (LSTM(1), Dense(LONG, "softmax"))
    spec = ModelSpec(layers, 1, loss="categorical_crossentropy")
    x = x_of(draw, 3)
    y = np.eye(LONG)[[300, 44, 306]]
    return Draft(spec, draw.weights(spec), [operation("evaluate", x=x, y=y, batch_size=1)])


@vector(
    "long/evaluated-batches",
    "One evaluate of 307 batches of one row.",
    clauses="TRAIN-114",
    notices=("batches that are not measured",),
)
def evaluated_batches(draw: Draw) -> Draft:
    """A squared error."""
    spec = ModelSpec((LSTM(1),), 1)
    x = x_of(draw, LONG)
    return Draft(
        spec, draw.weights(spec), [operation("evaluate", x=x, y=draw.y(spec, x), batch_size=1)]
    )


@vector(
    "long/masked-steps",
    "307 masked steps between valid ones; then rows of 300 and of 3 valid steps.",
    clauses="MASK-110 MASK-111",
    notices=("a state that is cleared while masked", "lengths that are kept in 8 bits"),
)
def masked_steps(draw: Draw) -> Draft:
    """From given states."""
    spec = ModelSpec((LSTM(1),), 1)
    hole = np.ones((1, LONG + 4), bool)
    hole[0, 2:-2] = False
    lengths = np.arange(LONG) < np.array([[300], [3]])
    operations = [
        call(x_of(draw, len(mask), mask.shape[1]), mask, draw.states(spec, len(mask)))
        for mask in (hole, lengths)
    ]
    return Draft(spec, draw.weights(spec), operations)


@vector(
    "long/masked-rows",
    "307 rows of two steps, each with its own mask.",
    clauses="MASK-112",
    notices=("rows beyond the 255th with the mask of another",),
)
def masked_rows(draw: Draw) -> Draft:
    """The second step is masked in every third row."""
    mask = np.ones((LONG, 2), bool)
    mask[::3, 1] = False
    spec = ModelSpec((LSTM(1),), 1)
    return Draft(spec, draw.weights(spec), [call(x_of(draw, LONG, 2), mask)])
