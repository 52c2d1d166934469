"""What weights obey while they are trained: penalties, and constraints after updates.

``RuledWeights`` has the weights of a model and their gradients, both as views that the model owns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import (
    AnyConstraint,
    AnyRegularizer,
    Maps,
    MaxNorm,
    MinMaxNorm,
    ModelSpec,
    NonNeg,
    OrthogonalRegularizer,
    UnitNorm,
)
from lstm_spec.model.rules import NORM_EPSILON
from reference.numpy.lstm import LSTMLayer

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


class Shared:
    """What the rows of a matrix, or its columns, have in common, each divided by its length."""

    def __init__(self, rule: OrthogonalRegularizer, weight: Array) -> None:
        self.turned = rule.mode == "columns"
        vectors = weight.T if self.turned else weight
        norms = np.sqrt(np.square(vectors).sum(axis=1, keepdims=True))
        self.norms = np.where(norms == 0, 1, norms)
        self.directions = vectors / self.norms
        self.product = self.directions @ self.directions.T
        np.fill_diagonal(self.product, 0)
        self.pairs = max(len(vectors) * (len(vectors) - 1), 1)
        """Counted both ways, as the product has them."""

    def slope(self) -> Array:
        """The derivative of the sum of all absolute values of the product, for the weight."""
        d = 2 * np.sign(self.product) @ self.directions
        along = (d * self.directions).sum(axis=1, keepdims=True)
        slope: Array = (d - along * self.directions) / self.norms
        return slope.T if self.turned else slope


class RuledWeights:
    """The rules of one model; ``loops`` are its LSTM directions."""

    def __init__(
        self,
        spec: ModelSpec,
        weights: Sequence[Array],
        gradients: Sequence[Array],
        loops: Sequence[LSTMLayer],
    ) -> None:
        described = [weight for of_layer in spec.layer_weights for weight in of_layer]
        every = list(zip(described, weights, gradients, strict=True))
        self.frozen = [(w, d) for one, w, d in every if not one.trainable]
        trained = [(one, w, d) for one, w, d in every if one.trainable]
        self.penalised = [(one.regularizer, w, d) for one, w, d in trained if one.regularizer]
        self.constrained = [(one.constraint, w) for one, w, _ in trained if one.constraint]
        self.active = [loop for loop in loops if loop.layer.activity_regularizer]

    # Penalties ----------------------------------------------------------------------------------

    def penalty(self) -> float:
        """What the weights, and the outputs of the last pass, add to the loss."""
        of_weights = sum(self.value(rule, weight) for rule, weight, _ in self.penalised)
        return of_weights + sum(self.activity(loop) for loop in self.active)

    def value(self, rule: AnyRegularizer, weight: Array) -> float:
        """The penalty on one array."""
        if isinstance(rule, OrthogonalRegularizer):
            shared = Shared(rule, weight)
            return rule.factor * float(np.abs(shared.product).sum()) / shared.pairs
        return float(rule.l1 * np.abs(weight).sum() + rule.l2 * np.square(weight).sum())

    def slope(self, rule: AnyRegularizer, weight: Array) -> Array:
        """Its derivative."""
        if isinstance(rule, OrthogonalRegularizer):
            shared = Shared(rule, weight)
            return shared.slope() * (rule.factor / shared.pairs)
        slope: Array = rule.l1 * np.sign(weight) + 2 * rule.l2 * weight
        return slope

    def activity(self, loop: LSTMLayer) -> float:
        """The penalty on all outputs of one direction, divided by the rows."""
        assert loop.layer.activity_regularizer is not None
        return self.value(loop.layer.activity_regularizer, loop.outputs) / len(loop.outputs)

    def activity_slope(self, loop: LSTMLayer) -> Array:
        """Its derivative for the outputs."""
        assert loop.layer.activity_regularizer is not None
        return self.slope(loop.layer.activity_regularizer, loop.outputs) / len(loop.outputs)

    def before_the_way_back(self) -> None:
        """Tell each loop what its outputs have in the gradient besides what comes from above."""
        for loop in self.active:
            loop.d_activity = self.activity_slope(loop)

    def after_the_way_back(self) -> None:
        """Add the slopes of the penalties to the gradients; those of frozen arrays are zero."""
        for rule, weight, gradient in self.penalised:
            gradient += self.slope(rule, weight)
        for _, gradient in self.frozen:
            gradient[...] = 0

    # Updates ------------------------------------------------------------------------------------

    def kept(self) -> list[Array]:
        """Copies of what no update may move: an optimiser can move it without a gradient."""
        return [weight.copy() for weight, _ in self.frozen]

    def put_back(self, kept: Sequence[Array]) -> None:
        """The frozen arrays are what they were."""
        for (weight, _), value in zip(self.frozen, kept, strict=True):
            weight[...] = value

    def after_an_update(self, kept: Sequence[Array]) -> None:
        """Put back what is frozen, and hold the others to their constraints."""
        self.put_back(kept)
        for rule, weight in self.constrained:
            weight[...] = self.held(rule, weight)

    def held(self, rule: AnyConstraint, weight: Array) -> Array:
        """An array that obeys the constraint."""
        held: Array
        match rule:
            case NonNeg():
                held = np.maximum(weight, 0)
            case UnitNorm():
                held = weight / (NORM_EPSILON + self.norms(weight, rule.axis))
            case MaxNorm():
                norms = self.norms(weight, rule.axis)
                held = weight * (np.minimum(norms, rule.max_value) / (NORM_EPSILON + norms))
            case MinMaxNorm():
                norms = self.norms(weight, rule.axis)
                inside = np.clip(norms, rule.min_value, rule.max_value)
                wanted = rule.rate * inside + (1 - rule.rate) * norms
                held = weight * (wanted / (NORM_EPSILON + norms))
            case _:
                assert_never(rule)
        return held

    def norms(self, weight: Array, axis: int) -> Array:
        """The length of each vector along the axis."""
        norms: Array = np.sqrt(np.square(weight).sum(axis=axis, keepdims=True))
        return norms
