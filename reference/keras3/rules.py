"""Penalties and constraints of a description as those of Keras."""

from __future__ import annotations

from typing import Any, assert_never

from lstm_spec.model import (
    LSTM,
    AnyConstraint,
    AnyRegularizer,
    Maps,
    MaxNorm,
    MinMaxNorm,
    NonNeg,
    OrthogonalRegularizer,
    UnitNorm,
)

MAPS: Maps = {
    "L1L2": ("l1", "l2"),
    "OrthogonalRegularizer": ("factor", "mode"),
    "OrthogonalRegularizer.mode": ("rows", "columns"),
    "MaxNorm": ("max_value", "axis"),
    "NonNeg": (),
    "UnitNorm": ("axis",),
    "MinMaxNorm": ("min_value", "max_value", "rate", "axis"),
}
"""What is translated here."""


def of_the_weights(keras: Any, layer: LSTM) -> dict[str, Any]:
    """The arguments of a cell that say by what rules it is trained."""
    return {
        "kernel_regularizer": regularizer(keras, layer.kernel_regularizer),
        "recurrent_regularizer": regularizer(keras, layer.recurrent_regularizer),
        "bias_regularizer": regularizer(keras, layer.bias_regularizer),
        "kernel_constraint": constraint(keras, layer.kernel_constraint),
        "recurrent_constraint": constraint(keras, layer.recurrent_constraint),
        "bias_constraint": constraint(keras, layer.bias_constraint),
        "trainable": layer.trainable,
    }


def regularizer(keras: Any, rule: AnyRegularizer | None) -> Any:
    """The penalty of the same meaning."""
    if isinstance(rule, OrthogonalRegularizer):
        return keras.regularizers.OrthogonalRegularizer(factor=rule.factor, mode=rule.mode)
    return None if rule is None else keras.regularizers.L1L2(l1=rule.l1, l2=rule.l2)


def constraint(keras: Any, rule: AnyConstraint | None) -> Any:
    """The constraint of the same meaning."""
    match rule:
        case None:
            return None
        case NonNeg():
            return keras.constraints.NonNeg()
        case UnitNorm():
            return keras.constraints.UnitNorm(axis=rule.axis)
        case MaxNorm():
            return keras.constraints.MaxNorm(max_value=rule.max_value, axis=rule.axis)
        case MinMaxNorm():
            return keras.constraints.MinMaxNorm(
                min_value=rule.min_value,
                max_value=rule.max_value,
                rate=rule.rate,
                axis=rule.axis,
            )
    assert_never(rule)
