"""The form of what a call is given, where an adapter itself hands out the parts of it."""

from __future__ import annotations


def refuse_other_forms(spec, x, states=None):
    """ValueError for an input without three axes, of other steps, or another number of pairs.

    A library sees none of them: an adapter gives each layer its own pairs (h, c), libraries that
    read an input of two axes as one row alone say so in their documentation, and a layer by itself
    is not told how many steps the model was described with.
    """
    if x.ndim != 3:
        raise ValueError(f"an input is (batch, time, features), not of {x.ndim} axes")
    if spec.time_steps not in (None, x.shape[1]):
        raise ValueError(f"{x.shape[1]} steps for a model of {spec.time_steps}")
    count = sum(len(layer.directions) for layer in spec.layers)
    if states is not None and len(states) != count:
        raise ValueError(f"{len(states)} pairs (h, c) for {count} directions")
