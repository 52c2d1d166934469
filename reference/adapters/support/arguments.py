"""The form of what a call is given, where an adapter itself hands out the parts of it."""

from __future__ import annotations


def refuse_other_forms(spec, x, states=None):
    """ValueError for an input without three axes, or another number of pairs (h, c).

    A library sees neither: an adapter gives each layer its own pairs, and libraries that read an
    input of two axes as one row alone say so in their documentation.
    """
    if x.ndim != 3:
        raise ValueError(f"an input is (batch, time, features), not of {x.ndim} axes")
    count = sum(len(layer.directions) for layer in spec.layers)
    if states is not None and len(states) != count:
        raise ValueError(f"{len(states)} pairs (h, c) for {count} directions")
