"""Backward and bidirectional layers."""

from __future__ import annotations

from typing import get_args

from lstm_spec.model import LSTM, Bidirectional, ModelSpec
from lstm_spec.model.layers import MergeMode
from lstm_spec.vectors.case import (
    FEATURES,
    UNITS,
    Draft,
    Draw,
    Maker,
    call,
    operation,
    pairs,
    vector,
)


@vector(
    "directions/backwards-sequence",
    "A backward layer from a given state; outputs stay in the order in which they were computed.",
    clauses="SEQ-19 SEQ-20 SEQ-21",
    notices=("go_backwards ignored", "outputs put back into time order"),
)
def backwards_sequence(draw: Draw) -> Draft:
    """The first output belongs to the last step of the row."""
    layer = LSTM(UNITS, return_sequences=True, go_backwards=True)
    spec = ModelSpec((layer,), FEATURES)
    return Draft(spec, draw.weights(spec), [call(draw.x(), None, draw.states(spec))])


@vector(
    "directions/backwards-last",
    "The single output of a backward layer belongs to the first step of the row.",
    clauses="SEQ-20",
    notices=("the output at the last step of the row",),
)
def backwards_last(draw: Draw) -> Draft:
    """From a state of zero."""
    spec = ModelSpec((LSTM(UNITS, go_backwards=True),), FEATURES)
    return Draft(spec, draw.weights(spec), [call(draw.x())])


@vector(
    "directions/bidirectional-sequence",
    "Both directions, each with its own weights and its own given state.",
    clauses="SEQ-22 SEQ-24 SEQ-25 CELL-36",
    notices=(
        "the backward half not put back into time order",
        "halves or their states exchanged, interleaved or added",
        "both directions with the forward weights",
    ),
)
def bidirectional_sequence(draw: Draw) -> Draft:
    """Weights and states: forward direction first."""
    spec = ModelSpec((Bidirectional(LSTM(UNITS, return_sequences=True)),), FEATURES)
    return Draft(spec, draw.weights(spec), [call(draw.x(), None, draw.states(spec))])


@vector(
    "directions/bidirectional-last",
    "Without sequences each direction gives what it has after its own last step.",
    clauses="SEQ-23",
    notices=("the last entry of the reversed backward sequence",),
)
def bidirectional_last(draw: Draw) -> Draft:
    """From given states."""
    spec = ModelSpec((Bidirectional(LSTM(UNITS)),), FEATURES)
    return Draft(spec, draw.weights(spec), [call(draw.x(), None, draw.states(spec))])


def merged(mode: MergeMode) -> Maker:
    """Both directions merged number by number: outputs from given states, and gradients."""

    def make(draw: Draw) -> Draft:
        layer = Bidirectional(LSTM(UNITS, return_sequences=True), merge_mode=mode)
        spec = ModelSpec((layer,), FEATURES)
        x, starting = draw.x(), draw.states(spec)
        asked = operation("gradients", x=x, y=draw.y(spec, x), initial_state=pairs(starting))
        return Draft(spec, draw.weights(spec), [call(x, None, starting), asked])

    return make


def merged_last(mode: MergeMode) -> Maker:
    """A single output of both directions."""

    def make(draw: Draw) -> Draft:
        spec = ModelSpec((Bidirectional(LSTM(UNITS), merge_mode=mode),), FEATURES)
        x = draw.x()
        asked = operation("gradients", x=x, y=draw.y(spec, x))
        return Draft(spec, draw.weights(spec), [call(x, None, draw.states(spec)), asked])

    return make


for mode in get_args(MergeMode)[1:-1]:
    vector(
        f"directions/merged-by-{mode}",
        f"The outputs of both directions are merged by {mode}, step by step in time order.",
        clauses="SEQ-180 GRAD-181",
        notices=("another way to merge", "a backward half that is not put back into time order"),
    )(merged(mode))
    vector(
        f"directions/merged-last-by-{mode}",
        f"The single outputs of both directions are merged by {mode}.",
        clauses="SEQ-180 GRAD-181",
        notices=("the output of one direction alone", "a gradient that reaches one direction"),
    )(merged_last(mode))

vector(
    "directions/apart",
    "The outputs of both directions stay two, side by side, each step in its own place.",
    clauses="SEQ-500 GRAD-521",
    notices=("a backward output that is not put back into time order", "an output without a loss"),
)(merged("apart"))
