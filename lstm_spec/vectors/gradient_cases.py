"""Gradients of every weight and of the input: within a row, and not beyond its beginning."""

from __future__ import annotations

from lstm_spec.model import LSTM, Activation, Bidirectional, Dense, Masking, ModelSpec, RepeatVector
from lstm_spec.vectors.case import (
    FEATURES,
    ROWS,
    UNITS,
    Draft,
    Draw,
    Maker,
    Operation,
    operation,
    pairs,
    reset,
    vector,
)
from lstm_spec.vectors.mask_cases import with_value

SEQUENCE = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)


def asked(draw: Draw, spec: ModelSpec, steps: int = 5, given: bool = False) -> Operation:
    """The gradients of one batch, from zero (or the carried state) or from a given state."""
    x = draw.x(steps=steps)
    starting = pairs(draw.states(spec)) if given else None
    return operation("gradients", x=x, y=draw.y(spec, x), initial_state=starting)


def of(spec: ModelSpec, scale: float = 0.45, given: bool = False) -> Maker:
    """A case of one batch and its gradients."""

    def make(draw: Draw) -> Draft:
        weights = draw.weights(spec, scale)
        return Draft(spec, weights, [asked(draw, spec, given=given)])

    return make


@vector(
    "gradients/one-step",
    "A single step, from zero and from a given state.",
    clauses="GRAD-01 GRAD-02 GRAD-06",
    notices=("a gate without a gradient", "the derivative of a gate left out"),
)
def one_step(draw: Draw) -> Draft:
    """From zero neither the forget gate nor the recurrent kernel has a gradient."""
    operations = [asked(draw, SEQUENCE, steps=1), asked(draw, SEQUENCE, steps=1, given=True)]
    return Draft(SEQUENCE, draw.weights(SEQUENCE), operations)


vector(
    "gradients/sequence",
    "Five steps with a target at each, from a given state.",
    clauses="GRAD-03 GRAD-04 GRAD-05 GRAD-20 GRAD-23 GRAD-24 GRAD-30",
    notices=("a gradient that does not go back in time", "a mean over time in place of a sum"),
)(of(SEQUENCE, given=True))

vector(
    "gradients/last-output",
    "A target for the last output alone, five steps after the first input.",
    clauses="GRAD-21 GRAD-22",
    notices=("a gradient that reaches a few steps only", "a gradient through h or c only"),
)(of(ModelSpec((LSTM(UNITS),), FEATURES)))

vector(
    "gradients/no-bias",
    "A layer without a bias has two gradients.",
    clauses="GRAD-09",
    notices=("a third gradient",),
)(of(ModelSpec((LSTM(UNITS, return_sequences=True, use_bias=False),), FEATURES)))


def hard(activation: Activation) -> ModelSpec:
    """A layer with one of the hard sigmoids."""
    layer = LSTM(UNITS, return_sequences=True, recurrent_activation=activation)
    return ModelSpec((layer,), FEATURES)


vector(
    "gradients/hard-sigmoid-keras2",
    "The derivative of the gates is one fifth, and zero where they are flat.",
    clauses="GRAD-10",
    notices=("the derivative of the logistic function",),
)(of(hard("hard_sigmoid_keras2"), scale=0.9))

vector(
    "gradients/hard-sigmoid-keras3",
    "The derivative of the gates is one sixth, and zero where they are flat.",
    clauses="GRAD-10",
    notices=("a derivative of one fifth",),
)(of(hard("hard_sigmoid_keras3"), scale=0.9))

vector(
    "gradients/backwards",
    "A backward layer.",
    clauses="GRAD-53",
    notices=("input gradients in the order of processing",),
)(of(ModelSpec((LSTM(UNITS, return_sequences=True, go_backwards=True),), FEATURES)))

vector(
    "gradients/bidirectional",
    "Both directions; the gradient of the input is the sum of both.",
    clauses="GRAD-54",
    notices=("an input gradient of one direction", "a backward half that is not reversed"),
)(of(ModelSpec((Bidirectional(LSTM(UNITS, return_sequences=True)),), FEATURES), given=True))

vector(
    "gradients/stack",
    "The lower layer learns through the upper one.",
    clauses="GRAD-08",
    notices=("a lower layer without a gradient",),
)(of(ModelSpec((LSTM(UNITS, return_sequences=True), LSTM(2)), FEATURES)))

vector(
    "gradients/softmax-per-step",
    "Softmax and cross-entropy at every step.",
    clauses="GRAD-07 GRAD-31",
    notices=("a Dense layer that collects from one step", "gradients that are not averaged"),
)(
    of(
        ModelSpec(
            (LSTM(UNITS, return_sequences=True), Dense(6, "softmax")),
            FEATURES,
            loss="categorical_crossentropy",
        )
    )
)

vector(
    "gradients/encoder-decoder",
    "The encoder learns from every step of the decoder.",
    clauses="GRAD-55",
    notices=("a repeated vector that passes one step's gradient back",),
)(
    of(
        ModelSpec(
            (LSTM(UNITS), RepeatVector(2), LSTM(UNITS, return_sequences=True), Dense(2)), FEATURES
        )
    )
)


@vector(
    "gradients/large",
    "Targets of order fifty: a large gradient, which must not be clipped.",
    clauses="GRAD-26",
    notices=("gradients that are clipped",),
)
def large(draw: Draw) -> Draft:
    """Gradients of order ten: float32 represents them to 1e-6."""
    x = draw.x()
    y = 64 * draw.y(SEQUENCE, x)
    kinds = ("loss", "weight_gradients", "x_gradient")
    return Draft(
        SEQUENCE,
        draw.weights(SEQUENCE),
        [operation("gradients", x=x, y=y)],
        tolerance={"loss": 5e-3, **dict.fromkeys(kinds[1:], 2e-4)},
    )


@vector(
    "gradients/stateful-border",
    "Three batches of a stateful layer: for the gradient, a carried state is a constant.",
    clauses="GRAD-40 GRAD-41 GRAD-42 GRAD-43 GRAD-44 GRAD-45",
    notices=("a gradient into the previous batch", "gradients that leave no state behind"),
)
def stateful_border(draw: Draw) -> Draft:
    """Two batches, a reset, a third, and one from a given state."""
    layer = LSTM(UNITS, return_sequences=True, stateful=True)
    spec = ModelSpec((layer,), FEATURES, batch_size=ROWS)
    first, second, third, fourth = (asked(draw, spec, given=k == 3) for k in range(4))
    return Draft(spec, draw.weights(spec), [first, second, reset(), third, fourth, first])


def under_a_mask(draw: Draw, spec: ModelSpec) -> Draft:
    """A batch with a hole, a head and a row without a valid step."""
    x = with_value(draw, 0.0)
    return Draft(spec, draw.weights(spec), [operation("gradients", x=x, y=draw.y(spec, x))])


@vector(
    "gradients/masked-sequence",
    "A target at every step, some of which are masked.",
    clauses="GRAD-52 MASK-39",
    notices=("a gradient into or out of masked steps", "a mean over all steps"),
)
def masked_sequence(draw: Draw) -> Draft:
    """The loss is a mean over valid steps."""
    layers = (Masking(), LSTM(UNITS, return_sequences=True), Dense(2))
    return under_a_mask(draw, ModelSpec(layers, FEATURES))


@vector(
    "gradients/masked-last-output",
    "A target for the last output, with masked steps before it.",
    clauses="GRAD-50 GRAD-51",
    notices=("a gradient that stops at masked steps",),
)
def masked_last_output(draw: Draw) -> Draft:
    """The gradient passes masked steps unchanged."""
    return under_a_mask(draw, ModelSpec((Masking(), LSTM(UNITS)), FEATURES))
