"""Which options of ``fit``, ``evaluate`` and ``predict`` make sense; asked before all else."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

from lstm_spec.model.fit_events import check_event

LEAST = {
    "epochs": 1,
    "steps": 1,
    "steps_per_epoch": 1,
    "validation_steps": 1,
    "validation_freq": 1,
    "validation_batch_size": 1,
    "initial_epoch": 0,
    "patience": 0,
}
"""The whole numbers among the options, and the smallest that each can be; None asks for nothing."""


def check_options(options: Mapping[str, Any]) -> None:
    """Raises ValueError or TypeError, with the name and the remedy, for one that makes no sense."""
    for name, least in LEAST.items():
        value = options.get(name)
        if value is None:
            continue
        if not hasattr(value, "__index__"):
            raise TypeError(f"{name} must be a whole number, got {value!r}")
        if value < least:
            raise ValueError(f"{name} must be at least {least}, got {value}")
    split = options.get("validation_split", 0.0)
    if not isinstance(split, Real):
        raise TypeError(f"validation_split must be a share of the rows, got {split!r}")
    if not 0 <= float(split) < 1:
        raise ValueError(f"validation_split must be at least 0 and below 1, got {split}")
    check_event(options.get("reset_at"))
