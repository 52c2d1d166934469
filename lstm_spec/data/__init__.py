"""The arrays of the documents, as pure functions with exact contracts.

An implementation that builds the documented data itself offers the same names (``data.one_hot``,
``data.padding``, ...) and is checked against these rules by the DATA clauses.
"""

from lstm_spec.data import alphabet, batches, echo, moving_average, one_hot, padding

__all__ = ["alphabet", "batches", "echo", "moving_average", "one_hot", "padding"]
