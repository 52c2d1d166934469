"""Every activation that can be named: of the cell, of the gates, and of a Dense layer.

Many of these functions are alike near zero, so what they are given reaches from -4 to 4. There, a
slope of 0.01 in place of 0.2 below zero makes a difference that can be seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

import numpy as np

from lstm_spec import tolerances
from lstm_spec.contract import Array
from lstm_spec.model import LSTM, Activation, Dense, ModelSpec
from lstm_spec.model.layers import CELLS
from lstm_spec.vectors.case import (
    FEATURES,
    GRID,
    UNITS,
    Draft,
    Draw,
    Maker,
    call,
    operation,
    vector,
)

WIDER: Mapping[str, Mapping[str, float]] = {
    "exponential": {
        "outputs": 8 * tolerances.FORWARD,
        "states": 8 * tolerances.FORWARD,
        "loss": 64 * tolerances.LOSS,
        "weight_gradients": 32 * tolerances.GRADIENT,
        "x_gradient": 32 * tolerances.GRADIENT,
    }
}
"""The usual tolerances are for numbers of order one; here, outputs and states go up to 8, the loss
up to their square, and gradients up to 24."""

IN_OTHER_CASES = ("tanh", "sigmoid", "hard_sigmoid_keras2", "hard_sigmoid_keras3")
"""Those that the documented networks use."""

SWEEP = np.round(np.linspace(-4.05, 4.05, 21) / GRID).reshape(7, 1, FEATURES) * GRID
"""Seven rows: values of both signs on every piece of the activations that are made of pieces."""

BEYOND = {"relu6": 2.0}
"""How much further the input reaches for a function with a corner beyond 4."""

FOR_ONE_STEP = ("hard_shrink", "exponential")
"""One jumps at 0.5, where a rounding would be a large difference; the other multiplies the rounding
of a cell state by its own size. They get one step, without anything that is drawn."""


def name_of(word: Activation) -> str:
    """The word as it stands in the name of a file."""
    return word.replace("_", "-")


def swept(draw: Draw, spec: ModelSpec, word: Activation) -> tuple[list[Array], Array]:
    """Weights that pass each feature on to one unit of every gate, and the input."""
    alone = word in FOR_ONE_STEP
    scale = 0.25 if word == "exponential" else 1.0
    kernel = np.tile(scale * np.eye(FEATURES, UNITS), 4)
    kernel += draw.array(*kernel.shape, scale=scale / 32)
    recurrent = draw.array(UNITS, 4 * UNITS, scale=0.0625)
    bias = 0 * draw.array(4 * UNITS) if alone else draw.array(4 * UNITS, scale=0.25)
    x = SWEEP * BEYOND.get(word, 1.0)
    x = x if alone else x * np.array([1.0, -0.5])[:, None]
    return [kernel, recurrent, bias, *draw.weights(spec)[3:]], x


def in_a_cell(word: Activation, place: str) -> Maker:
    """A layer with the activation in one of its two places: outputs, states and gradients."""

    def make(draw: Draw) -> Draft:
        chosen: dict[str, Any] = {place: word}
        plain = LSTM(UNITS, return_sequences=True)
        spec = ModelSpec((replace(plain, **chosen),), FEATURES)
        weights, x = swept(draw, spec, word)
        operations = [call(x)]
        if word in CELLS:
            operations.append(operation("gradients", x=x, y=draw.y(spec, x)))
        return Draft(spec, weights, operations, dict(WIDER.get(word, {})))

    return make


WORDS: tuple[Activation, ...] = get_args(Activation)
OF_VECTORS: tuple[Activation, ...] = ("softmax", "log_softmax")
OF_A_DENSE_LAYER: tuple[Activation, ...] = (
    "relu",
    "softmax",
    "tanh",
    "sigmoid",
    "hard_sigmoid_keras3",
)

for word in WORDS:
    if word in CELLS and word not in IN_OTHER_CASES:
        vector(
            f"activations/{name_of(word)}-of-the-cell",
            f"The candidate and the cell state pass through {word}; inputs from -4 to 4.",
            clauses="CELL-180 GRAD-180",
            notices=("another function of that name", "the derivative taken at its output"),
        )(in_a_cell(word, "activation"))
        vector(
            f"activations/{name_of(word)}-of-the-gates",
            f"The three gates pass through {word}; inputs from -4 to 4.",
            clauses="CELL-180 GRAD-180",
            notices=("another function of that name", "the derivative of another function"),
        )(in_a_cell(word, "recurrent_activation"))

for word in OF_VECTORS:
    vector(
        f"activations/{name_of(word)}-of-the-gates",
        f"The gates pass through {word}, which works on the units of one gate of one row.",
        clauses="CELL-181",
        notices=("a sum over the units of all gates", "a sum over the rows of the batch"),
    )(in_a_cell(word, "recurrent_activation"))


def of_a_dense_layer(word: Activation) -> Maker:
    """An LSTM below a Dense layer with the activation: outputs and gradients under MSE."""

    def make(draw: Draw) -> Draft:
        layers = (LSTM(UNITS, return_sequences=True), Dense(FEATURES, word))
        spec = ModelSpec(layers, FEATURES)
        x = draw.x()
        weights = draw.weights(spec, scale=0.9)
        return Draft(spec, weights, [call(x), operation("gradients", x=x, y=draw.y(spec, x))])

    return make


for word in OF_A_DENSE_LAYER:
    vector(
        f"activations/dense-{name_of(word)}",
        f"A Dense layer with {word} above an LSTM, under the squared error.",
        clauses="TRAIN-96",
        notices=("the derivative of another activation",),
    )(of_a_dense_layer(word))
