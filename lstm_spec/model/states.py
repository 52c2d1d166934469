"""What a cell carries from step to step, as a named type that belongs to the cell."""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy.typing import NDArray


class LSTMState(NamedTuple):
    """The state of one LSTM direction: h and c, each (batch, units); a projected h is narrower."""

    h: NDArray[Any]
    c: NDArray[Any]


State = tuple[NDArray[Any], NDArray[Any]]
"""The state of any cell there is: an ``LSTMState``, or a plain pair (h, c). Another cell would join
here, and the contract would stay as it is."""
