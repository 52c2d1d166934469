"""What a reader is, and which one reads a file.

A reader is found through the entry points of the group ``lstm_spec.formats``, so another package
can add one: an object, or a class without arguments, with ``name``, ``recognises`` and ``read``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol

from lstm_spec.formats.archive import as_json
from lstm_spec.formats.not_models import refuse_what_is_none
from lstm_spec.formats.stored import NotReadable, Stored, as_damaged

GROUP = "lstm_spec.formats"
HEAD = 4096
"""So many bytes are looked at to find out what a file is."""
LARGEST = 4 << 30
"""Files above 4 GiB are not read: saved recurrent models have megabytes."""


@dataclass(frozen=True)
class Request:
    """What the user gave: the file, and what it does not say itself.

    ``architecture`` is the JSON of ``model.to_json()`` for weights alone; ``layers`` is the chain
    of a PyTorch state dict in words.
    """

    path: Path
    architecture: Path | None = None
    layers: str | None = None

    def architecture_json(self) -> dict[str, Any]:
        """The architecture. Raises NotReadable where it cannot be read."""
        assert self.architecture is not None
        name = self.architecture.name
        try:
            text = self.architecture.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise NotReadable(f"the architecture {name} cannot be read: {error}") from error
        made = as_json(text, f"the architecture {name}")
        if isinstance(made.get("config"), str):  # JSON in JSON, as json.dump(model.to_json()) does
            made = as_json(made["config"], f"the architecture {name}")
        return made


class Reader(Protocol):
    """Reads one kind of file."""

    name: str

    def recognises(self, head: bytes, path: Path) -> bool:
        """Whether this reader is for a file that begins with these bytes."""
        ...

    def read(self, request: Request) -> Stored:
        """What the file says. Raises NotReadable or NotSpecified with one sentence."""
        ...


def readers() -> Iterator[Reader]:
    """Every installed reader."""
    for point in sorted(entry_points(group=GROUP)):
        found = point.load()
        yield found() if isinstance(found, type) else found


def read(request: Request) -> Stored:
    """What a file says, by the first reader that recognises it.

    Raises NotReadable for what is no saved model, with what it is instead.
    """
    path = request.path
    if path.is_dir():
        raise NotReadable(refuse_folder(path))
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise NotReadable(f"{path} cannot be read: {error.strerror or error}") from error
    if size > LARGEST:
        raise NotReadable(f"{path.name} has {size} bytes: files above {LARGEST} are not read")
    for reader in readers():
        if reader.recognises(head, path):
            with as_damaged(path.name):
                return reader.read(request)
    refuse_what_is_none(head, path)
    raise NotReadable(
        f"{path.name} is none of the files that can be read (.h5, .hdf5, .keras, .onnx, "
        f".safetensors, .npz): it begins with {head[:8]!r}"
    )


def refuse_folder(path: Path) -> str:
    """What a folder is."""
    if (path / "saved_model.pb").exists():
        return (
            f"{path} is a TensorFlow SavedModel, a program rather than a description: load it in "
            "the TensorFlow that wrote it, and save it with model.save('model.h5')"
        )
    return f"{path} is a folder: give the file in it"
