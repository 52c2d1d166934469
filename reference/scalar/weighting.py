"""What each position counts in a loss, one position after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from lstm_spec.model import ModelSpec, loss_facts
from reference.scalar.lists_and_arrays import Nested, lists, refuse


class Weighed(NamedTuple):
    """The target of one position, and what its loss is multiplied by."""

    target: list[float]
    weight: float


def weighed(
    spec: ModelSpec,
    targets: Sequence[Sequence[list[float]]],
    sample_weight: Any = None,
    class_weight: Mapping[int, float] | None = None,
) -> list[list[Weighed]]:
    """Every target with the product of the weights that are given for it, 1 where none is."""
    given = weights_of_samples(spec, len(targets), len(targets[0]), sample_weight)
    return [
        [
            Weighed(target, of_class(spec, target, class_weight) * weight)
            for target, weight in zip(row, weights, strict=True)
        ]
        for row, weights in zip(targets, given, strict=True)
    ]


def weights_of_samples(spec: ModelSpec, rows: int, steps: int, sample_weight: Any) -> Nested:
    """For every row the weights of its steps: its own at each of them, where there is but one."""
    if sample_weight is None:
        return [[1.0] * steps] * rows
    shape = np.shape(sample_weight)
    each_step = len(spec.output_shape(1, 1)) == 3 and shape == (rows, steps)
    refuse(
        not each_step and shape != (rows,),
        f"sample_weight must have an entry for each of {rows} rows or each position, got {shape}",
    )
    weights = lists(sample_weight, "sample_weight")
    return weights if each_step else [[weight] * steps for weight in weights]


def of_class(spec: ModelSpec, target: list[float], weights: Mapping[int, float] | None) -> float:
    """The weight of the class that a target names."""
    if weights is None:
        return 1.0
    kind = loss_facts(spec.loss).targets
    refuse(
        kind == "numbers" or (kind == "bits" and len(target) > 1),
        "class_weight needs a loss whose targets are classes, one for each position",
    )
    named = target.index(max(target)) if kind == "classes" else round(target[0])
    return float(weights.get(named, 1.0))
