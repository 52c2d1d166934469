"""Layer by layer: what the oracle gives behind each layer of the file, and who first differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_spec.contract import Implementation
from lstm_spec.evidence import Deviation, compare
from lstm_spec.meaning.saved_model import Row, SavedModel
from lstm_spec.model import ModelSpec
from lstm_spec.saved_models.examination import (
    ROUNDING,
    Examination,
    condition,
    engine,
    run,
)

Array = NDArray[Any]

AXES = {2: ("row", "unit"), 3: ("row", "step", "unit")}


@dataclass(frozen=True)
class Place:
    """A layer of the file with the oracle's outputs behind it, and how far they may be off."""

    row: Row
    outputs: Array
    tolerance: float


@dataclass(frozen=True)
class Divergence:
    """The first layer whose outputs differ, and the first step and unit in it."""

    layer: str
    kind: str
    step: int | None
    row: int
    unit: int
    expected: str
    got: str
    largest: float
    tolerance: float

    @property
    def sentence(self) -> str:
        """In words."""
        at = "" if self.step is None else f"step {self.step}, "
        return (
            f"first in {self.layer} ({self.kind}), {at}unit {self.unit} of row {self.row}: "
            f"{self.got} where {self.expected} is right"
        )


@dataclass(frozen=True)
class LayerDifference:
    """The largest difference behind one layer: at each step, or of its single output."""

    layer: str
    kind: str
    per_step: tuple[float, ...]
    tolerance: float
    is_sequence: bool


def up_to(spec: ModelSpec, last: int) -> ModelSpec:
    """The model that ends with the layer before place ``last``."""
    return replace(spec, layers=spec.layers[:last])


def arrays_up_to(saved: SavedModel, last: int) -> tuple[Array, ...]:
    """The weights of these layers."""
    count = sum(len(held) for held in saved.spec.layer_weights[:last])
    return saved.weights[:count]


def places(examined: Examination, oracle: Implementation) -> list[Place]:
    """Every layer of the file that computes something, in order."""
    x = np.asarray(examined.data.of_specification(examined.saved), np.float64)
    found = []
    for row in examined.saved.rows:
        if row.kind == "InputLayer" or row.last <= row.first:
            continue
        part = replace(
            examined.saved,
            spec=up_to(examined.saved.spec, row.last),
            weights=arrays_up_to(examined.saved, row.last),
        )
        outputs = run(engine(part, oracle, part.weights), part, x)
        moved = condition(part, oracle, x, outputs)
        tolerance = 20 * ROUNDING * max(moved.scale, 1.0) + 30 * moved.moved
        found.append(Place(row, outputs, tolerance))
    return found


def first_divergence(places: Sequence[Place], outputs: Mapping[str, Array]) -> Divergence | None:
    """The first layer whose outputs are not the oracle's; layers without outputs are passed over.

    ``outputs`` are by the name of the layer.
    """
    for place in places:
        if place.row.name not in outputs:
            continue
        found = diverges(place, outputs[place.row.name])
        if found is not None:
            return found
    return None


def diverges(place: Place, outputs: Array) -> Divergence | None:
    """Where the outputs of one layer first differ, None where they agree."""
    row, right = place.row, place.outputs
    got = in_shape_of(outputs, right)
    if got is None:
        wanted, given = str(right.shape), str(outputs.shape)
        return Divergence(row.name, row.kind, None, 0, 0, wanted, given, np.inf, place.tolerance)
    try:
        compare(got, right, row.name, place.tolerance, AXES.get(right.ndim))
    except Deviation as deviation:
        seen = deviation.evidence
        at = {name: int(number) for name, number in map(str.split, seen.where.split(", "))}
        return Divergence(
            row.name,
            row.kind,
            at.get("step"),
            at.get("row", 0),
            at.get("unit", 0),
            seen.expected,
            seen.got,
            float(seen.largest_difference or 0.0),
            place.tolerance,
        )
    return None


def in_shape_of(outputs: Array, right: Array) -> Array | None:
    """The outputs in the shape of the oracle's, where they only differ by axes of one."""
    plain = [length for length in outputs.shape if length != 1]
    if plain != [length for length in right.shape if length != 1]:
        return None
    return outputs.reshape(right.shape)


def differences(places: Sequence[Place], outputs: Mapping[str, Array]) -> list[LayerDifference]:
    """The differences of every layer that has outputs of the right shape."""
    found = []
    for place in places:
        given = outputs.get(place.row.name)
        got = None if given is None else in_shape_of(given, place.outputs)
        if got is None:
            continue
        apart = np.abs(got.astype(np.float64) - place.outputs)
        apart = np.nan_to_num(apart, nan=np.inf)
        is_sequence = apart.ndim == 3
        per_step = apart.max(axis=(0, 2)) if is_sequence else [apart.max(initial=0.0)]
        found.append(
            LayerDifference(
                place.row.name,
                place.row.kind,
                tuple(float(one) for one in per_step),
                place.tolerance,
                is_sequence,
            )
        )
    return found


def by_name(
    places: Sequence[Place], layers: Sequence[tuple[str, str]], arrays: Sequence[Array]
) -> dict[str, Array]:
    """Outputs of an engine's layers under the names of the file.

    Engines keep the names of the file; where one does not, layers are taken in order, if there are
    as many of them.
    """
    names = [place.row.name for place in places]
    plain = [
        (name, array)
        for (name, kind), array in zip(layers, arrays, strict=False)
        if kind != "InputLayer"
    ]
    if any(name in names for name, _ in plain):
        return {name: array for name, array in plain if name in names}
    if len(plain) == len(names):
        return dict(zip(names, (array for _, array in plain), strict=True))
    return {}
