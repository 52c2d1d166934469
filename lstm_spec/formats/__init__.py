"""Readers of saved models: what a file says, without a framework and without running anything."""

from __future__ import annotations

from lstm_spec.formats.reader import Reader, Request, read, readers
from lstm_spec.formats.stored import (
    NeedsMore,
    NotReadable,
    NotSpecified,
    Stored,
    StoredArray,
    StoredLayer,
)

__all__ = [
    "NeedsMore",
    "NotReadable",
    "NotSpecified",
    "Reader",
    "Request",
    "Stored",
    "StoredArray",
    "StoredLayer",
    "read",
    "readers",
]
