"""The oracle: LSTM layers and their training in NumPy, written as the specification writes them.

``implementation`` computes in float64 whatever the description of a model says, and returns
float64; ``implementation_float32`` computes in float32 throughout.
"""

from __future__ import annotations

from reference.numpy.implementation import (
    NumpyImplementation,
    implementation,
    implementation_float32,
    implementation_with_masks_by_gate,
)
from reference.numpy.model import NumpyModel

__all__ = [
    "NumpyImplementation",
    "NumpyModel",
    "implementation",
    "implementation_float32",
    "implementation_with_masks_by_gate",
]
