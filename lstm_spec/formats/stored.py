"""What a file says, in its own words: layers by name and configuration, each with its arrays.

Nothing here knows what a word means: ``lstm_spec.meaning`` turns this into a ``ModelSpec`` and
weights in the canonical layout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class NotReadable(Exception):
    """The file cannot be read as a saved model; one sentence says what it is instead."""


class NotSpecified(Exception):
    """The file was read, and holds something that this specification does not describe.

    ``read_so_far`` lists the layers before it, one sentence each.
    """

    def __init__(self, sentence: str, read_so_far: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.read_so_far = tuple(read_so_far)


UNFORESEEN = (
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    UnicodeError,
    OverflowError,
    RecursionError,
    ZeroDivisionError,
)
"""What Python raises where a file holds something else than it should in some place."""


@contextmanager
def as_damaged(name: str) -> Iterator[None]:
    """Inside, what nobody has foreseen of a file becomes NotReadable, with Python's own words."""
    try:
        yield
    except UNFORESEEN as error:
        raise NotReadable(
            f"{name} is damaged, or was written by something unknown: some part of it is not what "
            f"it should be ({type(error).__name__}: {error})"
        ) from error


class NeedsMore(NotSpecified):
    """The file alone does not say what the model computes; the sentence says what is missing."""


@dataclass(frozen=True)
class StoredArray:
    """One array with the name that the file gives it."""

    name: str
    values: Array

    def __post_init__(self) -> None:
        if self.values.dtype.kind != "f":
            raise NotSpecified(
                f"the array {self.name!r} holds {self.values.dtype}, not floating-point numbers: "
                "quantized weights are not specified"
            )
        if self.values.size and not np.isfinite(self.values).all():
            broken = int(self.values.size - np.isfinite(self.values).sum())
            raise NotReadable(
                f"the array {self.name!r} holds {broken} values that are NaN or infinite: "
                "training diverged before the model was saved, or the file is damaged"
            )


@dataclass(frozen=True)
class StoredLayer:
    """One layer of a chain.

    ``kind`` is the class that the file names, ``config`` its arguments as they stand in the file,
    ``call`` the arguments that a functional model gave it when it was called, such as
    ``{"training": True}``.
    """

    kind: str
    name: str
    config: Mapping[str, Any]
    arrays: tuple[StoredArray, ...] = ()
    call: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})" if self.name else self.kind


@dataclass(frozen=True)
class Stored:
    """A chain of layers as a file holds it.

    ``library`` is ``keras`` (the package of that name), ``tf.keras``, ``onnx`` or ``pytorch``;
    ``version`` is empty where the file does not say it. ``input_shape`` is that of a batch, None
    where a length is free, and None as a whole where the file does not say it. ``training`` names
    the loss and the optimiser, which no reader needs.
    """

    file: Path
    format: str
    library: str
    version: str
    backend: str
    style: str
    layers: tuple[StoredLayer, ...]
    input_shape: tuple[int | None, ...] | None = None
    dtype: str = "float32"
    training: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
