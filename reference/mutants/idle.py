"""Clauses that kill no mutant of this catalogue, and why they are kept all the same."""

from __future__ import annotations

OF_KERAS_ONLY = "asks for a default that only a Keras has: tests/keras_versions plants wrong ones"

IDLE: dict[str, str] = dict.fromkeys(
    ("CELL-90", "CELL-91", "CELL-92", "TRAIN-90", "TRAIN-91", "DATA-95"), OF_KERAS_ONLY
)

TOO_SLOW_FOR_SCALAR: frozenset[str] = frozenset()
