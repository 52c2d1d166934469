"""What a file means: its words, as the version that wrote it understood them, as a ModelSpec."""

from __future__ import annotations

from lstm_spec.formats.reader import Request, read
from lstm_spec.formats.stored import NotSpecified, Stored
from lstm_spec.meaning.keras_model import of_keras
from lstm_spec.meaning.notes import Meaning, Remark
from lstm_spec.meaning.onnx_model import of_onnx
from lstm_spec.meaning.saved_model import Input, Row, SavedModel
from lstm_spec.meaning.torch_model import of_torch
from lstm_spec.meaning.writer import Writer

__all__ = ["Input", "Meaning", "Remark", "Row", "SavedModel", "Writer", "meaning", "open_model"]


def meaning(stored: Stored) -> SavedModel:
    """What was read, as a description with weights. Raises NotSpecified where there is none."""
    if "keras" in stored.library:
        return of_keras(stored)
    if stored.library == "onnx":
        return of_onnx(stored)
    if stored.library == "pytorch":
        return of_torch(stored)
    raise NotSpecified(f"nothing is specified for files of {stored.library}")


def open_model(request: Request) -> SavedModel:
    """A file, read and understood. Raises NotReadable or NotSpecified with one sentence."""
    return meaning(read(request))
