"""Arrays of an ``.npz`` archive, without pickle and without room for what is not there."""

from __future__ import annotations

import io
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from lstm_spec.formats import archive
from lstm_spec.formats.stored import Array, NotReadable


def looks_like_it(head: bytes) -> bool:
    """Whether the first member of a zip archive is an array."""
    length = int.from_bytes(head[26:28], "little")
    return head.startswith(archive.MAGIC) and head[30 : 30 + length].endswith(b".npy")


def read(path: Path) -> dict[str, Array]:
    """The arrays by name. Raises NotReadable for objects, and for claims that do not hold."""
    with archive.opened(path) as packed:
        return {
            name.removesuffix(".npy"): _array(archive.content(packed, name, path.name), name, path)
            for name in packed.namelist()
        }


def _array(content: bytes, name: str, path: Path) -> Array:
    stream = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(stream)
        read_header: Any = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, _, dtype = read_header(stream)
    except (ValueError, KeyError, OSError, EOFError) as error:
        raise NotReadable(f"{path.name} is damaged: {name!r} is no array ({error})") from error
    if dtype.hasobject:
        raise NotReadable(
            f"{path.name}: {name!r} holds Python objects, a pickle, which is never opened"
        )
    claimed, held = prod(shape) * dtype.itemsize, len(content) - stream.tell()
    if claimed != held:
        raise NotReadable(
            f"{path.name} is damaged: {name!r} claims the shape {shape}, which is {claimed} bytes, "
            f"but the file holds {held} for it"
        )
    made: Array = np.load(io.BytesIO(content), allow_pickle=False)
    return made
