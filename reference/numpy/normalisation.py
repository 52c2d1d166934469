"""Layer normalisation inside a cell: what enters a gate, over the units of that gate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lstm_spec.contract import Array

EPSILON = 1e-8
"""What LiteRT adds to the variance; the paper adds nothing."""


class Norm(NamedTuple):
    """What a step leaves for the way back: (batch, 4 units), and by what a gate was divided."""

    normal: Array
    spread: Array  # (batch, 4)

    @classmethod
    def of(cls, z: Array) -> Norm:
        """Room for a step in which z enters the gates."""
        return cls(np.zeros_like(z), np.ones_like(z[:, :4]))


def units_of(gate: int, units: int) -> slice:
    """The columns of one gate."""
    return slice(gate * units, (gate + 1) * units)


def normalise(z: Array, gate: int, units: int, norm: Norm) -> Array:
    """The block of one gate in z, made normal in place; ``norm`` keeps a copy."""
    columns = units_of(gate, units)
    block: Array = z[:, columns]
    block -= block.mean(axis=1, keepdims=True)
    norm.spread[:, gate] = np.sqrt(np.square(block).mean(axis=1) + EPSILON)
    block /= norm.spread[:, gate, None]
    norm.normal[:, columns] = block
    return block


def back(d: Array, gate: int, units: int, norm: Norm) -> None:
    """From the slope of a gate's normal numbers, (batch, units), to that of z, in place."""
    normal = norm.normal[:, units_of(gate, units)]
    d -= d.mean(axis=1, keepdims=True) + normal * (d * normal).mean(axis=1, keepdims=True)
    d /= norm.spread[:, gate, None]
