"""HDF5 files opened with care: only plain datasets of this file, no more bytes than it holds.

HDF5 can refer to other files (external links, external storage, virtual datasets) and can claim
any size for a dataset that holds nothing. None of this stands in a file that Keras wrote; each is
refused by name before anything is read.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from lstm_spec.extras import install
from lstm_spec.formats.stored import Array, NotReadable, StoredArray

MAGIC = b"\x89HDF\r\n\x1a\n"
MOST_OF_THE_FILE = 64
"""How many times its stored bytes a compressed dataset may be; weights rarely reach 2."""
SMALL = 1 << 20
"""Below this a dataset may be compressed as far as it likes."""


@contextmanager
def opened(source: Path | bytes, name: str) -> Iterator[Any]:
    """The root group of an HDF5 file, or of one that has been read into memory.

    Raises NotReadable where h5py is missing or the file is damaged.
    """
    try:
        import h5py
    except ImportError as missing:
        raise NotReadable(
            f"{name} is an HDF5 file, which needs h5py: {install('models')}"
        ) from missing
    try:
        file = h5py.File(io.BytesIO(source) if isinstance(source, bytes) else source, "r")
    except (OSError, RuntimeError, ValueError) as error:
        raise NotReadable(
            f"{name} begins as an HDF5 file but cannot be opened: {in_words(error)}"
        ) from error
    with file:
        try:
            yield file
        except (OSError, RuntimeError, KeyError, TypeError, ValueError) as error:
            raise NotReadable(f"{name} is damaged: {in_words(error)}") from error


def in_words(error: BaseException) -> str:
    """The reason of an HDF5 error, without the places in the library's code."""
    text = str(error).strip().splitlines()
    reason = text[0] if text else type(error).__name__
    if "truncated file" in reason:
        return "it is truncated, so part of it is missing (a broken download?)"
    return reason.strip("'\"")


def child(group: Any, path: str, of: str) -> Any:
    """The group or dataset at a path below a group, every step of which lies in this file.

    Raises NotReadable for a link out of it and for a name that is not there.
    """
    import h5py

    here = group
    for part in path.strip("/").split("/"):
        link = here.get(part, getlink=True) if isinstance(here, h5py.Group) else None
        if link is None:
            raise NotReadable(f"{of} is damaged: it names {path!r}, which is not in it")
        if isinstance(link, h5py.ExternalLink):
            raise NotReadable(
                f"{of} points to another file ({link.filename!r}) where {path!r} should be: an "
                "external link is not followed, and Keras does not write one"
            )
        if not isinstance(link, h5py.HardLink):
            raise NotReadable(
                f"{of} holds a symbolic link where {path!r} should be: it is not followed, and "
                "Keras does not write one"
            )
        here = here[part]
    return here


def group_at(group: Any, path: str, of: str) -> Any:
    """The group at a path. Raises NotReadable where there is none."""
    import h5py

    found = child(group, path, of)
    if not isinstance(found, h5py.Group):
        raise NotReadable(f"{of} is damaged: {path!r} should be a group")
    return found


def array_at(group: Any, path: str, of: str) -> StoredArray:
    """The dataset at a path as an array.

    Raises NotReadable for a dataset that lies elsewhere or claims more than the file holds.
    """
    import h5py

    found = child(group, path, of)
    if not isinstance(found, h5py.Dataset):
        raise NotReadable(f"{of} is damaged: {path!r} should be an array")
    check_storage(found, path, of)
    values: Array = np.asarray(found[()])
    return StoredArray(path, values)


def check_storage(dataset: Any, path: str, of: str) -> None:
    """Refuse what is stored in other files, is no number, or is not there in full."""
    if dataset.is_virtual:
        raise NotReadable(
            f"{of}: {path!r} is a virtual dataset, put together from other files, which are not "
            "opened; Keras does not write one"
        )
    if dataset.external:
        raise NotReadable(
            f"{of}: the values of {path!r} lie in another file ({dataset.external[0][0]!r}), which "
            "is not opened; Keras does not write this"
        )
    if dataset.dtype.kind not in "fiu" or dataset.shape is None:
        raise NotReadable(f"{of} is damaged: {path!r} holds no numbers ({dataset.dtype})")
    claimed = dataset.size * dataset.dtype.itemsize
    stored = dataset.id.get_storage_size()
    packed = dataset.chunks is not None
    if claimed > stored and not (packed and claimed <= max(SMALL, MOST_OF_THE_FILE * stored)):
        raise NotReadable(
            f"{of} is damaged: {path!r} claims the shape {dataset.shape}, which is {claimed} "
            f"bytes, but the file holds {stored} bytes for it"
        )


def attribute(group: Any, name: str) -> Any:
    """An attribute as text where it is text; None where there is none."""
    value = group.attrs.get(name)
    if isinstance(value, bytes | np.bytes_):
        return bytes(value).decode("utf-8")
    return value


def names(group: Any, attribute_name: str, of: str) -> list[str]:
    """A list of names; Keras cuts long lists into attributes with a number behind the name.

    Raises NotReadable where there is none.
    """
    parts: list[Any] = []
    if attribute_name in group.attrs:
        parts = list(np.atleast_1d(group.attrs[attribute_name]))
    else:
        number = 0
        while f"{attribute_name}{number}" in group.attrs:
            parts += list(np.atleast_1d(group.attrs[f"{attribute_name}{number}"]))
            number += 1
        if not number:
            raise NotReadable(f"{of} is damaged: the list {attribute_name!r} is missing")
    return [one.decode("utf-8") if isinstance(one, bytes) else str(one) for one in parts]
