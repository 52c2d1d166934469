"""What a model of a narrow precision rounds: weights, inputs, given states and outputs.

Everything between them is computed in the dtype of the engine, and the slope of rounding is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import NARROW, Precision


class Rounding:
    """The rounding of one precision; none at all where that is full."""

    def __init__(self, precision: Precision) -> None:
        self.narrow = NARROW.get(precision)

    def number(self, values: Array) -> Array:
        """The nearest numbers of the narrow type, of two the one whose last digit is even."""
        if self.narrow is None:
            return values
        _, exponents = np.frexp(values)
        lasts = np.maximum(exponents, self.narrow.smallest + 1) - self.narrow.digits
        rounded = np.ldexp(np.rint(np.ldexp(values, -lasts)), lasts)
        found: Array = rounded.astype(values.dtype)
        return found

    def weight(self, values: Array) -> Array:
        """A weight as it is kept."""
        mixed = self.narrow is not None and self.narrow.mixed
        return values if mixed else self.number(values)

    @contextmanager
    def used(self, parameters: Array) -> Iterator[None]:
        """Inside, the parameters are what a pass computes with."""
        if self.narrow is None:
            yield
            return
        kept = parameters.copy()
        parameters[...] = self.number(kept)
        try:
            yield
        finally:
            parameters[...] = kept
