"""Canonical weights on their way into a library that has no ``set_weights`` of its own."""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import Refused


def copies(spec, weights):
    """Copies in the number type of ``spec``. Refused unless every shape is the canonical one."""
    made = [np.array(weight, spec.dtype) for weight in weights]
    got, expected = [one.shape for one in made], [tuple(one) for one in spec.weight_shapes]
    if got != expected:
        raise Refused(f"weights of shapes {got}, expected {expected}")
    return made


def zeros(spec):
    """What an engine without training starts from."""
    return [np.zeros(shape, spec.dtype) for shape in spec.weight_shapes]
