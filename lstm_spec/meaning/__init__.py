"""What a file means: its words, as the version that wrote it understood them, as a ModelSpec."""

from __future__ import annotations

from lstm_spec.formats.apart import read_apart
from lstm_spec.formats.reader import Request, read
from lstm_spec.formats.stored import NotSpecified, Stored, as_damaged
from lstm_spec.meaning.keras_model import of_keras
from lstm_spec.meaning.notes import Meaning, Remark
from lstm_spec.meaning.onnx_model import of_onnx
from lstm_spec.meaning.saved_model import Input, Row, SavedModel
from lstm_spec.meaning.torch_model import of_torch
from lstm_spec.meaning.writer import Writer

__all__ = ["Input", "Meaning", "Remark", "Row", "SavedModel", "Writer", "meaning", "open_model"]


def meaning(stored: Stored) -> SavedModel:
    """What was read, as a description with weights. Raises NotSpecified where there is none."""
    with as_damaged(stored.file.name):
        if "keras" in stored.library:
            return of_keras(stored)
        if stored.library == "onnx":
            return of_onnx(stored)
        if stored.library == "pytorch":
            return of_torch(stored)
    raise NotSpecified(f"nothing is specified for files of {stored.library}")


def open_model(request: Request, apart: bool = False) -> SavedModel:
    """A file, read and understood. Raises NotReadable or NotSpecified with one sentence.

    With ``apart`` it is read in a process of its own: for files of which nothing is known.
    """
    return meaning(read_apart(request) if apart else read(request))
