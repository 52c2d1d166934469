"""Numbers of sixteen bits, one after the other; the slope of rounding is one."""

from __future__ import annotations

import math

from lstm_spec.model import NARROW, ModelSpec, Narrow
from reference.scalar.calculus import Number, made, number_of
from reference.scalar.lists_and_arrays import Nested, each


def nearest(narrow: Narrow, x: Number) -> Number:
    """The nearest number of the type; Python rounds a tie to the even one."""
    value = number_of(x)
    if value == 0 or not math.isfinite(value):
        return x
    exponent = max(math.frexp(value)[1], narrow.smallest + 1)
    unit = 2.0 ** (exponent - narrow.digits)
    return made(round(value / unit) * unit, (x, 1.0))


def rounded(spec: ModelSpec, values: Nested) -> Nested:
    """Inputs, states, outputs, or weights as they are used."""
    narrow = NARROW.get(spec.precision)
    return values if narrow is None else each(lambda x: nearest(narrow, x), values)


def kept(spec: ModelSpec, weights: Nested) -> Nested:
    """Weights as a model keeps them."""
    narrow = NARROW.get(spec.precision)
    if narrow is None or narrow.mixed:
        return weights
    return each(lambda x: number_of(nearest(narrow, x)), weights)
