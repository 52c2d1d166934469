"""Engines that are right: no clause may accuse them, whatever the seed."""

from __future__ import annotations

from lstm_spec.mutants import Conforming

CONFORMING = (
    Conforming("numpy-float32", "numpy"),
    Conforming("reference.per_gate:implementation_float32", "numpy", rarely=frozenset({"PIPE"})),
    Conforming(
        "reference.numpy:implementation_with_masks_by_gate", "numpy", rarely=frozenset({"PIPE"})
    ),
    Conforming("numpy", "scalar", rarely=frozenset({"TRAIN", "PIPE"})),
)
"""Hundreds of updates of wide layers, or in pure Python, take seconds: they are tried with fewer
seeds by all pairs but the first."""
