"""The documents' arrays once more, in plain loops: a second witness for ``lstm_spec.data``.

Same names, same signatures, nothing shared. Arrays are made only from finished lists.
"""

from __future__ import annotations

from reference.scalar.data import alphabet, batches, echo, moving_average, one_hot, padding


class Preprocessing:
    """What a framework brings along."""

    pad_sequences = staticmethod(padding.pad_sequences)
    one_hot = staticmethod(one_hot.one_hot)


__all__ = [
    "Preprocessing",
    "alphabet",
    "batches",
    "echo",
    "moving_average",
    "one_hot",
    "padding",
]
