"""What the meaning of one layer depends on beside the layer itself, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass

from lstm_spec.meaning.arrays import Array
from lstm_spec.meaning.notes import Notes
from lstm_spec.meaning.writer import Writer
from lstm_spec.model import AnyLayer, Form

Made = tuple[list[AnyLayer], list[Array]]
"""Layers of the specification, and all their arrays."""


@dataclass(frozen=True)
class Context:
    """Who wrote the file, where notes are collected, and the form of what reaches the layer."""

    writer: Writer
    notes: Notes
    given: Form
