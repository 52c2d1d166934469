"""One layer, one direction: steps, starting states, activations, shapes."""

from __future__ import annotations

import numpy as np

from lstm_spec.model import LSTM, ModelSpec
from lstm_spec.vectors.case import (
    FEATURES,
    UNITS,
    Draft,
    Draw,
    call,
    operation,
    vector,
)

SEQUENCE = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)
LAST = ModelSpec((LSTM(UNITS),), FEATURES)


@vector(
    "forward/one-step",
    "One step of three rows from a given h and c.",
    clauses="CELL-12 CELL-13 CELL-14 CELL-15 CELL-17 SEQ-04",
    notices=(
        "any of the 23 wrong gate orders",
        "the recurrent kernel transposed, diagonal or left out",
        "the bias left out or added twice, one added to the forget gate",
        "h and c of the given state exchanged",
    ),
)
def one_step(draw: Draw) -> Draft:
    """The equations and nothing else."""
    return Draft(
        SEQUENCE, draw.weights(SEQUENCE), [call(draw.x(steps=1), None, draw.states(SEQUENCE))]
    )


@vector(
    "forward/sequence",
    "Five steps of three rows from a state of zero, with the outputs of every step.",
    clauses="CELL-11 SEQ-01 SEQ-03 SEQ-08 SEQ-09",
    notices=("time read from its end", "c instead of h comes out", "rows that see each other"),
)
def sequence(draw: Draw) -> Draft:
    """The outputs say in which step an engine leaves the path."""
    return Draft(SEQUENCE, draw.weights(SEQUENCE), [call(draw.x())])


@vector(
    "forward/last-output",
    "Only the output of the last of five steps.",
    clauses="SEQ-02 SEQ-03",
    notices=("the first output or the mean over time in place of the last",),
)
def last_output(draw: Draw) -> Draft:
    """The layer as most models use it."""
    return Draft(LAST, draw.weights(LAST), [call(draw.x(), None, draw.states(LAST))])


@vector(
    "forward/initial-state",
    "Five steps from a given h and c, each row from its own.",
    clauses="SEQ-13 SEQ-14 SEQ-15",
    notices=("the given state ignored, exchanged, shared by all rows", "one of h and c dropped"),
)
def initial_state(draw: Draw) -> Draft:
    """Neither zero, nor equal to each other, nor alike in any two rows."""
    return Draft(SEQUENCE, draw.weights(SEQUENCE), [call(draw.x(), None, draw.states(SEQUENCE))])


@vector(
    "forward/no-memory-between-calls",
    "A layer that is not stateful: a call from a given state, then two calls from zero.",
    clauses="STATE-26 STATE-29 CELL-32 SEQ-16",
    notices=("a stateless layer that keeps its state",),
)
def no_memory(draw: Draw) -> Draft:
    """The second and the third call must be the same."""
    x = draw.x()
    return Draft(
        SEQUENCE,
        draw.weights(SEQUENCE),
        [call(draw.x(), None, draw.states(SEQUENCE)), call(x), call(x)],
    )


@vector(
    "forward/other-shapes",
    "One model, six calls: other numbers of rows and steps, among them as many rows as steps.",
    clauses="SEQ-05 SEQ-07 SEQ-11",
    notices=("batch and time exchanged", "a shape remembered from the first call"),
)
def other_shapes(draw: Draw) -> Draft:
    """A square batch hides an exchange of axes from a check of shapes."""
    shapes = ((3, 5), (2, 7), (4, 4), (1, 1), (8, 2), (18, 1))
    return Draft(SEQUENCE, draw.weights(SEQUENCE), [call(draw.x(*shape)) for shape in shapes])


@vector(
    "forward/long",
    "Two rows of sixty steps.",
    clauses="SEQ-06",
    notices=("a state kept in half precision", "an error that grows from step to step"),
)
def long(draw: Draw) -> Draft:
    """Only the last output is compared, so that the file stays small."""
    return Draft(LAST, draw.weights(LAST), [call(draw.x(2, 60))])


@vector(
    "forward/no-bias",
    "A layer without a bias: two weight arrays.",
    clauses="CELL-16",
    notices=("a forget gate that keeps its one although there is no bias",),
)
def no_bias(draw: Draw) -> Draft:
    """Five steps from a given state."""
    spec = ModelSpec((LSTM(UNITS, return_sequences=True, use_bias=False),), FEATURES)
    return Draft(spec, draw.weights(spec), [call(draw.x(), None, draw.states(spec))])


@vector(
    "forward/hard-sigmoid-keras2",
    "Gates of Keras 1 and 2: 0.2 x + 0.5 between 0 and 1.",
    clauses="CELL-21",
    notices=("the hard sigmoid of Keras 3", "the logistic function"),
)
def hard_sigmoid_keras2(draw: Draw) -> Draft:
    """Weights large enough that some gates are flat and most are not."""
    layer = LSTM(UNITS, return_sequences=True, recurrent_activation="hard_sigmoid_keras2")
    spec = ModelSpec((layer,), FEATURES)
    weights = draw.weights(spec, scale=0.8)
    return Draft(spec, weights, [call(draw.x(), None, draw.states(spec))])


@vector(
    "forward/hard-sigmoid-keras3",
    "Gates as Keras 3 understands hard sigmoid: relu6(x + 3) / 6.",
    clauses="CELL-22",
    notices=("the hard sigmoid of Keras 2", "the logistic function"),
)
def hard_sigmoid_keras3(draw: Draw) -> Draft:
    """Weights large enough that some gates are flat and most are not."""
    layer = LSTM(UNITS, return_sequences=True, recurrent_activation="hard_sigmoid_keras3")
    spec = ModelSpec((layer,), FEATURES)
    weights = draw.weights(spec, scale=0.8)
    return Draft(spec, weights, [call(draw.x(), None, draw.states(spec))])


@vector(
    "forward/extreme",
    "Inputs of 2000 and a given cell state of 80: finite, and neither clipped nor overflowing.",
    clauses="CELL-18 CELL-23 CELL-24",
    notices=("a cell state clipped at fifty", "a tanh or sigmoid that overflows"),
)
def extreme(draw: Draw) -> Draft:
    """The one saturated case. Float32 holds a cell state of 80 to 4e-6, twice a step."""
    signs = np.sign(draw.x())
    signs[:, 0] *= 8000  # every gate is an exact 0 or 1 in the first step
    h, c = draw.states(SEQUENCE)[0]
    starting = [(h, c + 80 * np.sign(c))]
    weights = draw.weights(SEQUENCE)
    return Draft(
        SEQUENCE, weights, [call(signs * 0.25, None, starting)], tolerance={"states": 2e-4}
    )


@vector(
    "forward/dropout-outside-training",
    "Rates of dropout have no effect outside training: call, predict, and call again.",
    clauses="CELL-182",
    notices=("dropout outside training", "what is kept multiplied outside training"),
)
def dropout_outside_training(draw: Draw) -> Draft:
    """Both rates are set."""
    layer = LSTM(UNITS, return_sequences=True, dropout=0.5, recurrent_dropout=0.25)
    spec = ModelSpec((layer,), FEATURES)
    predicted = operation("predict", x=draw.x(7), batch_size=3)
    return Draft(spec, draw.weights(spec), [call(draw.x()), predicted, call(draw.x())])
