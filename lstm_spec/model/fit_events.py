"""The events of a fit, in their order, at each of which a callback may reset the states.

``training begin``; then for every epoch: ``epoch begin``, for every batch ``batch begin``, the
update and ``batch end``; if a validation follows, ``validation begin``, for every batch of it
``validation batch begin``, the measuring and ``validation batch end``, and ``validation end``; then
``epoch end``. After the last epoch there is ``training end``.
"""

from __future__ import annotations

from typing import Literal, get_args

FitEvent = Literal[
    "training begin",
    "epoch begin",
    "batch begin",
    "batch end",
    "validation begin",
    "validation batch begin",
    "validation batch end",
    "validation end",
    "epoch end",
    "training end",
]


def check_event(event: FitEvent | None) -> None:
    """Raises ValueError for an event that there is not: a reset at it would never come."""
    if event is not None and event not in get_args(FitEvent):
        there_are = ", ".join(get_args(FitEvent))
        raise ValueError(f"reset_at is {event!r}, but the events of a fit are: {there_are}")
