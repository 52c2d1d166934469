"""Penalties and constraints on weights, one number after the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Any, assert_never

from lstm_spec.model import (
    L1L2,
    AnyConstraint,
    AnyRegularizer,
    Maps,
    MaxNorm,
    MinMaxNorm,
    ModelSpec,
    NonNeg,
    OrthogonalRegularizer,
    UnitNorm,
    Weight,
)
from reference.scalar.calculus import Number, dot, inverse_root, made, number_of
from reference.scalar.lists_and_arrays import Nested, each, flat

MAPS: Maps = {
    "L1L2": ("l1", "l2"),
    "OrthogonalRegularizer": ("factor", "mode"),
    "OrthogonalRegularizer.mode": ("rows", "columns"),
    "MaxNorm": ("max_value", "axis"),
    "NonNeg": (),
    "UnitNorm": ("axis",),
    "MinMaxNorm": ("min_value", "max_value", "rate", "axis"),
}
"""What is computed here."""


def size(x: Number) -> Number:
    """The absolute value; at zero its slope is zero."""
    z = number_of(x)
    return made(abs(z), (x, 0.0 if z == 0 else math.copysign(1.0, z)))


def penalty(rule: L1L2, numbers: Sequence[Number]) -> Number:
    """The penalty on some numbers."""
    total: Number = 0.0
    for x in numbers:
        total = total + rule.l1 * size(x) + rule.l2 * (x * x)
    return total


def described(spec: ModelSpec) -> list[Weight]:
    """What is said of every array of a model."""
    return [weight for of_layer in spec.layer_weights for weight in of_layer]


def on_weights(spec: ModelSpec, weights: Sequence[Nested]) -> Number:
    """What all weights together add to the loss."""
    total: Number = 0.0
    for one, values in zip(described(spec), weights, strict=True):
        if one.regularizer is not None and one.trainable:
            total = total + on_array(one.regularizer, values)
    return total


def on_array(rule: AnyRegularizer, values: Nested) -> Number:
    """The penalty on a matrix or a vector."""
    if not isinstance(rule, OrthogonalRegularizer):
        return penalty(rule, flat(values))
    vectors = values if rule.mode == "rows" else [list(one) for one in zip(*values, strict=True)]
    directions = [direction(vector) for vector in vectors]
    total: Number = 0.0
    pairs = list(combinations(directions, 2))
    for one, other in pairs:
        total = total + size(dot(one, other))
    return total * (rule.factor / max(len(pairs), 1))


def direction(vector: list[Number]) -> list[Number]:
    """A vector that is one long; one of zeros stays as it is."""
    square = dot(vector, vector)
    if number_of(square) == 0:
        return vector
    by = inverse_root(square)
    return [x * by for x in vector]


def is_moved(spec: ModelSpec) -> list[Nested]:
    """For every number of the weights, 1.0 if an update may change it, else 0.0."""
    return [_filled(1.0 if one.trainable else 0.0, one.shape) for one in described(spec)]


def _filled(value: float, shape: Sequence[int]) -> Nested:
    return [_filled(value, shape[1:]) for _ in range(shape[0])] if shape else value


def constrained(spec: ModelSpec, weights: Sequence[Nested]) -> list[Nested]:
    """The weights after an update, held to their constraints."""
    return [
        values if one.constraint is None or not one.trainable else held(one.constraint, values)
        for one, values in zip(described(spec), weights, strict=True)
    ]


def held(rule: AnyConstraint, values: Nested) -> Nested:
    """A matrix or a vector that obeys a constraint."""
    if isinstance(rule, NonNeg):
        return each(lambda x: max(x, 0.0), values)
    if not isinstance(values[0], list):
        return stretched(rule, values)
    if rule.axis == 1:
        return [stretched(rule, row) for row in values]
    columns = [stretched(rule, list(column)) for column in zip(*values, strict=True)]
    return [list(row) for row in zip(*columns, strict=True)]


def stretched(rule: Any, vector: list[float]) -> list[float]:
    """A vector with the norm that the rule wants."""
    norm = math.sqrt(math.fsum(x * x for x in vector))
    wanted = norm_wanted(rule, norm)
    return [x * wanted / (norm + 1e-7) for x in vector]


def norm_wanted(rule: MaxNorm | UnitNorm | MinMaxNorm, norm: float) -> float:
    """How long a vector of this norm shall be."""
    match rule:
        case UnitNorm():
            return 1.0
        case MaxNorm():
            return min(norm, rule.max_value)
        case MinMaxNorm():
            inside = min(max(norm, rule.min_value), rule.max_value)
            return rule.rate * inside + (1.0 - rule.rate) * norm
    assert_never(rule)
