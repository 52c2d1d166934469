"""What operators can be told beyond the usual cell."""

from __future__ import annotations

from lstm_spec.model import LSTM, SGD, Bidirectional, ModelSpec
from lstm_spec.vectors.case import FEATURES, UNITS, Draft, Draw, call, operation, pairs, vector

PEEPHOLES = ModelSpec((LSTM(UNITS, return_sequences=True, peephole=True),), FEATURES)


@vector(
    "operators/peepholes",
    "Gates that see the cell state: five steps from a given h and c.",
    clauses="CELL-250 CELL-251 CELL-252",
    notices=(
        "peepholes read in the order input, output, forget",
        "an output gate that sees the cell state before the step",
    ),
)
def peepholes(draw: Draw) -> Draft:
    """Peepholes as large as the other weights."""
    weights = draw.weights(PEEPHOLES)
    return Draft(PEEPHOLES, weights, [call(draw.x(), None, draw.states(PEEPHOLES))])


@vector(
    "operators/peepholes-bidirectional",
    "Both directions see through peepholes of their own; a layer without a bias.",
    clauses="SEQ-250",
    notices=("the peepholes of one direction used for both", "no peepholes where there is no bias"),
)
def peepholes_of_both_directions(draw: Draw) -> Draft:
    """A call from a given state."""
    layer = LSTM(UNITS, return_sequences=True, peephole=True, use_bias=False)
    spec = ModelSpec((Bidirectional(layer),), FEATURES)
    return Draft(spec, draw.weights(spec), [call(draw.x(), None, draw.states(spec))])


@vector(
    "operators/peepholes-masked",
    "Peepholes beside a mask with holes.",
    clauses="MASK-250",
    notices=("a cell state that changes at a masked step",),
)
def peepholes_beside_a_mask(draw: Draw) -> Draft:
    """The final state counts."""
    mask = [[1, 0, 1, 1, 0], [0, 1, 1, 0, 1], [1, 1, 1, 0, 0]]
    weights = draw.weights(PEEPHOLES)
    return Draft(PEEPHOLES, weights, [call(draw.x(), mask, draw.states(PEEPHOLES))])


@vector(
    "operators/peepholes-gradients",
    "Gradients through peepholes, from a given state.",
    clauses="GRAD-250",
    notices=("peepholes that are not trained", "no gradient to the cell state that a gate sees"),
)
def gradients_through_peepholes(draw: Draw) -> Draft:
    """The loss is the mean squared error."""
    x, start = draw.x(), pairs(draw.states(PEEPHOLES))
    asked = operation("gradients", x=x, y=draw.y(PEEPHOLES, x), initial_state=start)
    return Draft(PEEPHOLES, draw.weights(PEEPHOLES), [asked])


PROJECTED = ModelSpec((LSTM(UNITS, return_sequences=True, projection=2),), FEATURES)


@vector(
    "operators/projection",
    "Five steps from a given state: h is two wide, c has the width of the cell. Then all weights.",
    clauses="CELL-254 CELL-255 SEQ-251",
    notices=("a projected h that is passed through tanh", "a projection kernel that is transposed"),
)
def projection(draw: Draw) -> Draft:
    """One direction."""
    run = call(draw.x(), None, draw.states(PROJECTED))
    return Draft(PROJECTED, draw.weights(PROJECTED), [run, operation("get_weights")])


@vector(
    "operators/projection-stack",
    "A bidirectional projected layer, and a projected layer that reads both of its halves.",
    clauses="SEQ-252 SEQ-253",
    notices=(
        "one projection kernel for both directions",
        "a second one that is wrong",
    ),
)
def projections_in_a_stack(draw: Draw) -> Draft:
    """Each layer projects onto another width."""
    both = Bidirectional(LSTM(UNITS, return_sequences=True, projection=3))
    spec = ModelSpec((both, LSTM(UNITS, return_sequences=True, projection=2)), FEATURES)
    return Draft(spec, draw.weights(spec), [call(draw.x(), None, draw.states(spec))])


@vector(
    "operators/projection-gradients",
    "Gradients through a projection.",
    clauses="GRAD-251",
    notices=("a projection kernel that learns from the last step alone, or not at all",),
)
def gradients_through_a_projection(draw: Draw) -> Draft:
    """The loss is the mean squared error."""
    x, start = draw.x(), pairs(draw.states(PROJECTED))
    asked = operation("gradients", x=x, y=draw.y(PROJECTED, x), initial_state=start)
    return Draft(PROJECTED, draw.weights(PROJECTED), [asked])


for _name, _title, _layer, _clauses, _notices in (
    (
        "gate-clip",
        "What enters the gates is cut off at 0.5; the given cell states are larger.",
        LSTM(UNITS, return_sequences=True, gate_clip=0.5),
        "CELL-256 GRAD-252",
        ("a limit that reaches the cell state or what enters its tanh",),
    ),
    (
        "gate-clip-peepholes",
        "What enters the gates is cut off at 0.5 after the peepholes have been added.",
        LSTM(UNITS, return_sequences=True, gate_clip=0.5, peephole=True),
        "CELL-260",
        ("a limit that acts before the peepholes",),
    ),
    (
        "cell-clip",
        "The cell state is cut off at 0.5 after every step.",
        LSTM(UNITS, return_sequences=True, cell_clip=0.5),
        "CELL-257 GRAD-253",
        ("a limit that acts on h alone, or on what enters the gates",),
    ),
    (
        "coupled-gates",
        "The forget gate is one minus the input gate.",
        LSTM(UNITS, return_sequences=True, coupled_gates=True),
        "CELL-259 GRAD-254",
        ("an input gate that is one minus the forget gate", "forget blocks that are trained"),
    ),
    (
        "projection-clip",
        "A projected h is cut off at 0.125.",
        LSTM(UNITS, return_sequences=True, projection=2, projection_clip=0.125),
        "CELL-354 GRAD-372",
        ("a limit of the output alone", "a limit that reaches the cell state"),
    ),
    (
        "layer-norm",
        "What enters each gate is normalised over its units, with gains and then a bias.",
        LSTM(UNITS, return_sequences=True, layer_norm=True),
        "CELL-352 GRAD-371",
        ("four gates that are normalised together", "a bias that is normalised as well"),
    ),
    (
        "layer-norm-peepholes",
        "Layer normalisation counts what the peepholes add.",
        LSTM(UNITS, return_sequences=True, layer_norm=True, peephole=True),
        "CELL-353 GRAD-371",
        ("peepholes that are added behind the normalisation",),
    ),
    (
        "two-biases",
        "A bias beside the inputs and one beside h: both are added, and both have a gradient.",
        LSTM(UNITS, return_sequences=True, recurrent_bias=True),
        "CELL-350 GRAD-370",
        ("a recurrent bias that is left out", "biases that share one gradient"),
    ),
):

    @vector(f"operators/{_name}", _title, clauses=_clauses, notices=_notices)
    def limited(draw: Draw, layer: LSTM = _layer) -> Draft:
        """A call from a given state, and gradients."""
        spec = ModelSpec((layer,), FEATURES)
        weights, x, start = draw.weights(spec, scale=0.8), draw.x(), draw.states(spec)
        asked = operation("gradients", x=x, y=draw.y(spec, x), initial_state=pairs(start))
        return Draft(spec, weights, [call(x, None, start), asked])


TWO_BIASES = ModelSpec(
    (LSTM(UNITS, return_sequences=True, recurrent_bias=True),), FEATURES, optimizer=SGD(0.1)
)


@vector(
    "operators/two-biases-trained",
    "An update with two biases, which both move; then all four arrays.",
    clauses="CELL-351 TRAIN-470",
    notices=("a recurrent bias that is frozen", "the sum of both in place of either"),
)
def two_biases_trained(draw: Draw) -> Draft:
    """Plain gradient descent."""
    x = draw.x()
    asked = [operation("train_on_batch", x=x, y=draw.y(TWO_BIASES, x)), operation("get_weights")]
    return Draft(TWO_BIASES, draw.weights(TWO_BIASES), asked)
