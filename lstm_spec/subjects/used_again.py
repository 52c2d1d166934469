"""Models that are used again: what a verification of a library that compiles waits for the most.

An implementation may have a method ``build_with(model, weights)``. Like ``build`` and then
``set_weights``, it gives a model with these weights in which everything else is as in a new one;
unlike them, it may take a model that nobody uses any more, with what was compiled for it. Such a
model says ``used_before = True``. A clause that fails with one is judged again with new models.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lstm_spec.contract import (
    Array,
    Implementation,
    Model,
    build,
    maps_of,
    refuse_unmapped,
)
from lstm_spec.model import ModelSpec


def build_with(implementation: Implementation, model: ModelSpec, weights: Sequence[Array]) -> Model:
    """A model with these weights, new or as good as new; ``Unsupported`` as of ``build``."""
    make: Any = getattr(implementation, "build_with", None)
    if make is None:
        made = build(implementation, model)
        made.set_weights(list(weights))
        return made
    refuse_unmapped(model, maps_of(implementation), implementation.name)
    again: Model = make(model, list(weights))
    return again
