"""Training traces of models with penalties, with constraints and with a frozen layer."""

from __future__ import annotations

from dataclasses import replace

from lstm_spec.model import (
    L1L2,
    LSTM,
    SGD,
    Adam,
    Dense,
    MaxNorm,
    MinMaxNorm,
    ModelSpec,
    NonNeg,
    OrthogonalRegularizer,
    UnitNorm,
)
from lstm_spec.vectors.case import FEATURES, ROWS, UNITS, Draft, Draw, operation, vector
from lstm_spec.vectors.training_cases import updates


@vector(
    "training/penalties",
    "Gradients and three updates of a layer with a penalty on each array and on its outputs.",
    clauses="GRAD-300 GRAD-301 TRAIN-430 TRAIN-431",
    notices=("weight decay in place of a penalty", "a penalty that is divided otherwise"),
)
def penalties(draw: Draw) -> Draft:
    """The figures of an evaluation have the penalties as well."""
    layer = LSTM(
        UNITS,
        return_sequences=True,
        kernel_regularizer=L1L2(0.0625, 0.125),
        recurrent_regularizer=L1L2(l2=0.25),
        bias_regularizer=L1L2(0.125),
        activity_regularizer=L1L2(0.25, 0.5),
    )
    spec = ModelSpec((layer,), FEATURES, optimizer=SGD(0.125))
    x = draw.x(ROWS)
    pair = {"x": x, "y": draw.y(spec, x)}
    draft = updates(draw, spec, 3)
    looks = [operation("gradients", **pair), operation("test_on_batch", **pair)]
    return replace(draft, operations=[*looks, *draft.operations])


@vector(
    "training/orthogonal-penalty",
    "Gradients and two updates of a layer whose kernels shall have orthogonal rows and columns.",
    clauses="GRAD-520",
    notices=("rows in place of columns", "a sum over pairs in place of a mean"),
)
def orthogonal_penalty(draw: Draw) -> Draft:
    """One kernel by its rows, the other by its columns."""
    layer = LSTM(
        UNITS,
        kernel_regularizer=OrthogonalRegularizer(1.0),
        recurrent_regularizer=OrthogonalRegularizer(2.0, "columns"),
    )
    spec = ModelSpec((layer,), FEATURES, optimizer=SGD(0.125))
    x = draw.x(ROWS)
    draft = updates(draw, spec, 2)
    look = operation("gradients", x=x, y=draw.y(spec, x))
    return replace(draft, operations=[look, *draft.operations])


@vector(
    "training/constraints",
    "Three updates of two layers, each array of which obeys a constraint.",
    clauses="TRAIN-432 TRAIN-433",
    notices=("norms along the other axis", "constraints before the update"),
)
def constraints(draw: Draw) -> Draft:
    """Both axes for both kinds of kernel."""
    lower = LSTM(
        UNITS,
        return_sequences=True,
        kernel_constraint=MaxNorm(0.75),
        recurrent_constraint=UnitNorm(axis=1),
        bias_constraint=NonNeg(),
    )
    upper = LSTM(
        UNITS,
        kernel_constraint=UnitNorm(axis=1),
        recurrent_constraint=MinMaxNorm(0.75, 1.0, 0.5),
        bias_constraint=MaxNorm(0.5),
    )
    return updates(draw, ModelSpec((lower, upper), FEATURES, optimizer=SGD(0.125)), 3)


@vector(
    "training/frozen-layer",
    "Gradients and three updates of a stack whose lower layer is frozen.",
    clauses="GRAD-304 TRAIN-434",
    notices=("a frozen layer that moves", "a gradient that ends at it"),
)
def frozen_layer(draw: Draw) -> Draft:
    """The frozen layer has a penalty, which does not count, and a constraint that it breaks."""
    lower = LSTM(
        UNITS,
        return_sequences=True,
        trainable=False,
        kernel_regularizer=L1L2(l2=0.25),
        kernel_constraint=NonNeg(),
    )
    spec = ModelSpec(
        (lower, LSTM(UNITS), Dense(2)), FEATURES, optimizer=Adam(0.03125, epsilon=0.0625)
    )
    x = draw.x(ROWS)
    draft = updates(draw, spec, 3)
    look = operation("gradients", x=x, y=draw.y(spec, x))
    return replace(draft, operations=[look, *draft.operations])
