"""Callbacks of Keras that do something at one event of a fit, such as a reset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lstm_spec.model.fit_events import FitEvent

METHODS: Mapping[FitEvent, str] = {
    "training begin": "on_train_begin",
    "epoch begin": "on_epoch_begin",
    "batch begin": "on_train_batch_begin",
    "batch end": "on_train_batch_end",
    "validation begin": "on_test_begin",
    "validation batch begin": "on_test_batch_begin",
    "validation batch end": "on_test_batch_end",
    "validation end": "on_test_end",
    "epoch end": "on_epoch_end",
    "training end": "on_train_end",
}
"""The method of ``keras.callbacks.Callback`` that Keras calls at each event."""


def calling(keras: Any, event: FitEvent, do: Callable[[], None]) -> Any:
    """A callback that does it whenever the event comes."""

    def called(self: Any, *number: Any, logs: Any = None) -> None:
        do()

    return type("AtOneEvent", (keras.callbacks.Callback,), {METHODS[event]: called})()
