"""Compare two results: the outcome is agreement, with a measured difference, or a deviation with an
explanation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lstm_spec.contract import Array


@dataclass
class Evidence:
    """What a check saw: the largest difference and its tolerance, or the counter-example."""

    what: str = ""
    largest_difference: float | None = None
    tolerance: float | None = None
    first_diverging_step: int | None = None
    where: str = ""
    expected: str = ""
    got: str = ""
    counter_example: dict[str, Any] = field(default_factory=dict)
    comparisons: int = 0
    difference: list[Any] | None = None
    """Every absolute difference, nested in the order of ``axes``, if there are few enough to be
    drawn; ``None`` stands for a difference that is not finite."""
    axes: list[str] = field(default_factory=list)
    """The names of the axes of ``difference``."""
    figures: list[dict[str, Any]] = field(default_factory=list)
    """Figures of a training run next to those of conforming runs: see ``figures`` in the schema."""


def in_short(text: str, most: int = 4000) -> str:
    """The text; of one that is very long, its beginning and how long it is.

    Whatever a subject says is cut where it comes in: nobody reads a message of 10 MB, and every
    face of the report would have to carry it.
    """
    if len(text) <= most:
        return text
    return f"{text[:most]} ... (cut: {len(text)} characters in all)"


class Deviation(AssertionError):
    """The subject does not do what the clause requires. The message is a whole sentence."""

    def __init__(self, message: str, evidence: Evidence | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.evidence = evidence or Evidence()


class BrokenAdapter(Exception):
    """The adapter returned something that the contract does not allow."""


FEW = 400
"""At most this many differences are kept; more would not fit on a page."""

AXES = {1: ("entry",), 2: ("row", "unit"), 3: ("row", "step", "unit")}
"""The names of the axes of a result, unless a check gives others."""


def compare(
    got: Array | float,
    expected: Array | float,
    what: str,
    tolerance: float,
    axes: tuple[str, ...] | None = None,
) -> float:
    """Return the largest absolute difference, or raise ``Deviation`` if it exceeds ``tolerance``.

    A wrong shape, and NaN or infinity where they are not expected, are deviations. ``axes`` names
    the axes; if one of them is ``step``, the first step that differs is reported.
    """
    got, expected = np.asarray(got), np.asarray(expected)
    if got.shape != expected.shape:
        raise Deviation(
            f"{what}: expected shape {expected.shape}, got {got.shape}",
            Evidence(what, expected=str(expected.shape), got=str(got.shape)),
        )
    if not got.size:
        return 0.0
    with np.errstate(invalid="ignore"):
        difference = np.abs(got.astype(np.float64) - expected.astype(np.float64))
        largest = float(difference.max())
    if largest <= tolerance:  # never true of a NaN
        return largest
    same_infinity = (got == expected) & ~np.isfinite(expected)
    difference = np.where(same_infinity, 0.0, np.nan_to_num(difference, nan=np.inf, posinf=np.inf))
    largest = float(difference.max())
    if largest <= tolerance:
        return largest
    raise _deviation(got, expected, what, tolerance, difference, axes or AXES.get(got.ndim, ()))


def _deviation(
    got: Array,
    expected: Array,
    what: str,
    tolerance: float,
    difference: Array,
    axes: tuple[str, ...],
) -> Deviation:
    """Point at the first step that differs if there are steps, and otherwise at the largest
    difference.
    """
    step: int | None = None
    if "step" in axes:
        axis = axes.index("step")
        per_step = difference.max(axis=tuple(i for i in range(difference.ndim) if i != axis))
        step = int(np.argmax(per_step > tolerance))
        ranked = np.where(
            np.expand_dims(
                np.arange(difference.shape[axis]) == step, _others(difference.ndim, axis)
            ),
            difference,
            -1.0,
        )
    else:
        ranked = difference
    index = np.unravel_index(int(np.argmax(ranked)), difference.shape)
    names = axes if len(axes) == len(index) else tuple(f"axis {i}" for i in range(len(index)))
    where = ", ".join(f"{name} {position}" for name, position in zip(names, index, strict=True))
    largest = float(difference.max())
    evidence = Evidence(
        what=what,
        largest_difference=largest,
        tolerance=tolerance,
        first_diverging_step=step,
        where=where,
        expected=f"{expected[index]:.9g}",
        got=f"{got[index]:.9g}",
    )
    if 1 < difference.size <= FEW:
        evidence.difference, evidence.axes = _short(difference.tolist()), list(names)
    message = (
        f"{what}: expected {evidence.expected}, got {evidence.got}"
        + (f" at {where}" if where else "")
        + f" (largest difference {largest:.3g}, tolerance {tolerance:.3g}"
        + (f", first at step {step}" if step is not None else "")
        + ")"
    )
    return Deviation(message, evidence)


def _others(ndim: int, axis: int) -> tuple[int, ...]:
    return tuple(i for i in range(ndim) if i != axis)


def _short(value: Any) -> Any:
    """Nested numbers with three significant digits; None for values that are not finite."""
    if isinstance(value, list):
        return [_short(one) for one in value]
    return float(f"{value:.3g}") if np.isfinite(value) else None
