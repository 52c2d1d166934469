"""The number types of a description, by the names that libraries have for them."""

from __future__ import annotations

import numpy as np

PURE = ("full", "float16", "bfloat16")
"""The precisions of a library in which a layer has one type for everything."""


def computed_in(spec):
    """The name of the type in which a model computes."""
    return spec.dtype if spec.precision == "full" else spec.precision.replace("mixed_", "")


def kept_in(spec):
    """The name of the type of its weights."""
    return spec.dtype if spec.precision.startswith("mixed") else computed_in(spec)


def wide(array):
    """An array in a type that NumPy has by itself: sixteen bits are the same numbers in float32."""
    array = np.asarray(array)
    return array.astype(np.float32) if array.dtype.itemsize == 2 else array
