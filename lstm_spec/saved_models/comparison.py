"""Two files compared: whether they compute the same, and if not, where they begin to differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_spec.meaning.saved_model import SavedModel
from lstm_spec.model import Dropout, ModelSpec
from lstm_spec.saved_models.examination import Examination, examine
from lstm_spec.saved_models.inputs import Data


@dataclass(frozen=True)
class Compared:
    """The outputs of two files on the same rows.

    ``largest`` is the largest difference; ``weights`` says which arrays differ, or why they cannot
    be compared one by one.
    """

    one: SavedModel
    other: SavedModel
    largest: float
    scale: float
    tolerance: float
    where: str
    weights: str

    @property
    def agrees(self) -> bool:
        """Whether the outputs are the same to within what rounding explains."""
        return self.largest <= self.tolerance

    @property
    def sentence(self) -> str:
        """In words."""
        verb = "agree" if self.agrees else "differ"
        share = self.largest / self.scale if self.scale else self.largest
        said = f"{self.one.file.name} and {self.other.file.name} {verb}: at most {share:.1e} of the"
        return f"{said} outputs' scale ({self.scale:.3g}){'' if self.agrees else self.where}"


def compare(examined: Examination, other: SavedModel) -> Compared:
    """The other file on the rows of the first.

    Raises ValueError where it does not take them, or gives outputs of another shape.
    """
    one = examined.saved
    data = Data(taken(examined, other), None, examined.data.source)
    second = examine(other, data)
    ours = one.batch_first(examined.outputs)
    theirs = other.batch_first(second.outputs)
    if ours.shape != theirs.shape:
        raise ValueError(
            f"{other.file.name} gives outputs of shape {theirs.shape} where {one.file.name} gives "
            f"{ours.shape}: they are not the same model"
        )
    difference = np.abs(ours - theirs)
    largest = float(np.nanmax(difference, initial=0.0))
    place = np.unravel_index(int(np.nanargmax(difference)), difference.shape)
    where = f", largest at {', '.join(map(str, place))}: {ours[place]:.6g} and {theirs[place]:.6g}"
    tolerance = max(examined.tolerance, second.tolerance)
    return Compared(
        one, other, largest, examined.conditioning.scale, tolerance, where, weights(one, other)
    )


def taken(examined: Examination, other: SavedModel) -> np.ndarray:
    """The rows of the first in the shape that the second takes."""
    x = examined.data.of_specification(examined.saved)
    if other.input.kind == "vector" and x.shape[1] != 1:
        raise ValueError(f"{other.file.name} takes vectors, not sequences")
    own = other.input.of_model(x)
    try:
        other.input.of_specification(own)
    except ValueError as error:
        raise ValueError(f"{other.file.name} cannot be run on the same rows: {error}") from None
    return own


def weights(one: SavedModel, other: SavedModel) -> str:
    """Which arrays differ, by how much of their scale."""
    if layers(one.spec) != layers(other.spec):
        return "the layers are not the same one by one, so their arrays are not compared"
    names = one.spec.weight_names
    differences = []
    for name, ours, theirs in zip(names, one.weights, other.weights, strict=True):
        scale = float(np.abs(ours).max(initial=0.0)) or 1.0
        share = float(np.abs(ours - theirs).max(initial=0.0)) / scale
        if share > 0:
            differences.append(f"{name} by {share:.1e} of its scale")
    if not differences:
        return f"all {len(names)} arrays are equal"
    return f"{len(differences)} of {len(names)} arrays differ: {', '.join(differences[:4])}"


def layers(spec: ModelSpec) -> list[tuple[str, tuple[tuple[int, ...], ...]]]:
    """Kinds and shapes of the layers that hold arrays; a layer without any is no difference."""
    return [
        (type(layer).__name__, tuple(weight.shape for weight in held))
        for layer, held in zip(spec.layers, spec.layer_weights, strict=True)
        if held and not isinstance(layer, Dropout)
    ]
