"""Targets that carry a weight for each position: what that position counts in the loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import ModelSpec, loss_facts
from reference.numpy.checks import as_array

Weights = tuple[Array | None, Mapping[int, float] | None]
"""``sample_weight`` and ``class_weight``."""


class WeightedTargets(np.ndarray[Any, Any]):
    """Targets with ``weights``, as many as there are positions; rows taken from it keep theirs.

    What is computed from them has none.
    """

    weights: Array | None = None

    def __getitem__(self, rows: Any) -> Any:
        """Some of the rows; any other part of the array is plain numbers."""
        found = super().__getitem__(rows)
        if self.weights is not None and isinstance(rows, slice | np.ndarray):
            found.weights = self.weights[rows]
        return found


def weighted(
    spec: ModelSpec,
    y: Array,
    sample_weight: Array | None = None,
    class_weight: Mapping[int, float] | None = None,
) -> Array:
    """The targets as they are, or with the product of the weights that are given."""
    if sample_weight is None and class_weight is None:
        return y
    positions = y.shape if loss_facts(spec.loss).targets == "labels" else y.shape[:-1]
    weights = np.ones(positions, y.dtype)
    if sample_weight is not None:
        weights = weights * spread(as_array(sample_weight, y.dtype, "sample_weight"), positions)
    if class_weight is not None:
        weights = weights * of_classes(spec, y, class_weight)
    targets = y.view(WeightedTargets)
    targets.weights = weights
    return targets


def spread(sample_weight: Array, positions: tuple[int, ...]) -> Array:
    """A weight for each position: that of a row counts at all of its steps."""
    if sample_weight.shape == positions:
        return sample_weight
    if sample_weight.shape != positions[:1]:
        raise ValueError(
            f"sample_weight must have one entry for each row, {positions[:1]}, or for each "
            f"position, {positions}; got shape {sample_weight.shape}"
        )
    return sample_weight.reshape(-1, *[1] * (len(positions) - 1))


def of_classes(spec: ModelSpec, y: Array, class_weight: Mapping[int, float]) -> Array:
    """The weight of the class of each target, 1 where none is given."""
    match loss_facts(spec.loss).targets:
        case "classes":
            classes = y.argmax(axis=-1)
        case "labels":
            classes = y.astype(int)
        case "bits" if y.shape[-1] == 1:
            classes = np.round(y[..., 0]).astype(int)
        case _:
            raise ValueError("class_weight needs a loss whose targets are classes, one a position")
    found = [float(class_weight.get(int(one), 1.0)) for one in np.ravel(classes)]
    return np.array(found, y.dtype).reshape(classes.shape)


def weights_of(y: Array) -> Array | None:
    """What each position counts; None where all count the same."""
    return y.weights if isinstance(y, WeightedTargets) else None
