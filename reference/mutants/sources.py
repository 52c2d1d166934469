"""The engine whose source is changed at random, and what is argued about its changes."""

from __future__ import annotations

from pathlib import Path

from lstm_spec.mutants import Source

SOURCES = (
    Source(
        ("numpy", "reference.numpy:implementation_with_masks_by_gate"),
        ("reference.numpy", "lstm_spec.data"),
        Path(__file__).with_name("unnoticeable_changes.toml"),
        Path(__file__).with_name("diagnosed_changes.toml"),
    ),
)
