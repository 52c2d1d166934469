"""What is refused, with the remedy, before anything has moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from lstm_spec.contract import Array, States
from lstm_spec.data.bad_input import whole_number
from lstm_spec.model import LSTM, ModelSpec, loss_facts, meant
from reference.numpy.wording import (
    axes_of_input,
    axes_of_mask,
    labels_asked_for,
    shape_of_targets,
)


def as_array(value: Any, dtype: DTypeLike, what: str) -> Array:
    """The value as numbers of the engine's dtype."""
    try:
        return np.asarray(value, dtype)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{what} must be a full array of numbers: {error}") from error


def check_input(spec: ModelSpec, x: Array, what: str = "x") -> None:
    """X has the axes of the description, its features, and its steps where they are fixed."""
    wanted = spec.input_shape(1, 1)
    if x.ndim != len(wanted):
        raise ValueError(f"{what} must be ({axes_of_input(spec)}), got shape {x.shape}")
    rows, steps, *inner, features = x.shape
    if not rows or not steps:
        raise ValueError(f"{what} of shape {x.shape} is empty: give at least one row and one step")
    if features != spec.features:
        raise ValueError(f"{what} has {features} features, the model was built for {spec.features}")
    if inner and inner[0] != spec.inner_steps:
        raise ValueError(
            f"{what} has {inner[0]} inner steps, the model was built for {spec.inner_steps}"
        )
    if spec.time_steps is not None and steps != spec.time_steps:
        raise ValueError(
            f"{what} has {steps} time steps, the model was built for {spec.time_steps}: build it "
            "with time_steps=None to run any number"
        )


def check_target(spec: ModelSpec, x: Array, y: Array, what: str = "y") -> None:
    """Y has the shape of the outputs or, if it is labels, that without the axis of the classes."""
    expected = spec.target_shape(x.shape[0], x.shape[1])
    if y.shape != expected:
        shape = f"{shape_of_targets(spec)}{expected}"
        raise ValueError(f"{what} must have the shape {shape}, got {y.shape}")


def check_kind_of_target(spec: ModelSpec, y: Array, what: str = "y") -> None:
    """Labels are numbers of classes; the target of a probability is from 0 to 1."""
    kind, classes = loss_facts(spec.loss).targets, spec.output_shape(1, 1)[-1]
    ignored = getattr(meant(spec.loss), "ignore_class", None)
    right = (y == np.floor(y)) & (y >= 0) & (y < classes) | (y == ignored)
    if kind == "labels" and not right.all():
        raise ValueError(f"{what} must hold {labels_asked_for(classes, ignored)}")
    if kind == "bits" and not ((y >= 0) & (y <= 1)).all():
        raise ValueError(f"{what} must be from 0 to 1, as probabilities are")


def check_batch(spec: ModelSpec, rows: int, what: str = "x") -> None:
    """A stateful model keeps one state per row, so every batch has the same number of rows."""
    if spec.stateful and rows != spec.batch_size:
        raise ValueError(
            f"{what} has {rows} rows, but this stateful model keeps the states of "
            f"{spec.batch_size}: give it batches of {spec.batch_size}, or copy its weights into a "
            f"model built with batch_size={rows}"
        )


def check_batches(spec: ModelSpec, rows: int, batch_size: int, what: str = "x") -> None:
    """The batch size fits the model and, if it is stateful, divides the number of rows."""
    whole_number(batch_size, "batch_size", at_least=1)
    if spec.stateful and batch_size != spec.batch_size:
        raise ValueError(
            f"batch_size {batch_size} does not fit this stateful model, which was built for "
            f"batches of {spec.batch_size}"
        )
    if spec.stateful and rows % batch_size:
        raise ValueError(
            f"{what} has {rows} rows, which the batch size {batch_size} of this stateful model "
            f"does not divide: drop the last {rows % batch_size}"
        )


def check_mask(x: Array, mask: Array) -> None:
    """The mask has one truth value for every step, or every inner step, of every row."""
    if mask.shape != x.shape[:-1] or mask.dtype != bool:
        raise ValueError(
            f"mask must be boolean ({axes_of_mask(x.ndim - 1)}) = {x.shape[:-1]}, True at valid "
            f"steps; got shape {mask.shape} of {mask.dtype}"
        )


def check_weights(spec: ModelSpec, weights: Sequence[Array]) -> None:
    """As many weights as the model has, each in its shape."""
    shapes = spec.weight_shapes
    if len(weights) != len(shapes):
        raise ValueError(f"this model has {len(shapes)} weight arrays, got {len(weights)}")
    for index, (weight, shape) in enumerate(zip(weights, shapes, strict=True)):
        if weight.shape != shape:
            raise ValueError(f"weight {index} must have shape {shape}, got {weight.shape}")


def check_states(states: States, layers: Sequence[LSTM], rows: int, what: str) -> None:
    """One (h, c) for each of the layers, each (rows, units)."""
    if len(states) != len(layers):
        raise ValueError(f"{what} must hold {len(layers)} pairs (h, c), got {len(states)}")
    for index, (state, layer) in enumerate(zip(states, layers, strict=True)):
        named = zip(layer.state._fields, state, layer.state_shapes(rows), strict=True)
        for name, part, expected in named:
            if part.shape != expected:
                raise ValueError(
                    f"{what}: {name} of direction {index} must have shape {expected}, "
                    f"got {part.shape}"
                )
