"""Zip archives read in memory, member by member: nothing is extracted, nothing grows."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from lstm_spec.formats.stored import NotReadable

MAGIC = b"PK\x03\x04"
LARGEST_RATIO = 64
"""How many times its packed size a member may be; weights rarely reach 2."""
SMALL = 1 << 20
"""Below this a member may be packed as far as it likes."""
LONGEST_JSON = 64 << 20


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, after a look at the names and sizes of all of its members.

    Raises NotReadable for a damaged one, a name that leads out of it, and a zip bomb.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise NotReadable(
            f"{path.name} begins as a zip archive but cannot be opened ({error}): it is truncated "
            "or damaged"
        ) from error
    with archive:
        for one in archive.infolist():
            check_member(one, path.name)
        yield archive


def check_member(member: zipfile.ZipInfo, of: str) -> None:
    """Refuse a name that leads out of the archive, and a member that grows out of proportion."""
    name = member.filename
    place = PurePosixPath(name.replace("\\", "/"))
    if place.is_absolute() or ".." in place.parts or name[1:2] == ":":
        raise NotReadable(
            f"{of} holds a member called {name!r}, whose name leads out of the archive: no library "
            "writes this, and nothing of it was read"
        )
    if member.file_size > max(SMALL, LARGEST_RATIO * member.compress_size):
        raise NotReadable(
            f"{of} holds a member {name!r} of {member.compress_size} bytes that would become "
            f"{member.file_size}: this is a zip bomb, no saved model, and nothing of it was read"
        )


def content(archive: zipfile.ZipFile, name: str, of: str) -> bytes:
    """The bytes of a member. Raises NotReadable where it is missing or damaged."""
    try:
        with archive.open(name) as member:
            return member.read(archive.getinfo(name).file_size)
    except KeyError:
        present = ", ".join(archive.namelist()[:5]) or "nothing"
        raise NotReadable(f"{of} is a zip archive without {name!r}: it holds {present}") from None
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise NotReadable(f"{of} is damaged: {name!r} cannot be read ({error})") from error
    except Exception as error:  # zlib, bz2 and lzma each have an error of their own
        raise NotReadable(f"{of} is damaged: {name!r} cannot be unpacked ({error})") from error


def as_json(text: bytes | str, what: str) -> dict[str, Any]:
    """A JSON object. Raises NotReadable where it is none."""
    if len(text) > LONGEST_JSON:
        raise NotReadable(f"{what} is {len(text)} bytes of JSON, more than a model description")
    try:
        made = json.loads(text)
    except RecursionError:
        raise NotReadable(f"{what} is nested too deeply to be a model description") from None
    except ValueError as error:
        raise NotReadable(f"{what} is no JSON: {error}") from error
    if not isinstance(made, dict):
        raise NotReadable(f"{what} is no model description: expected a JSON object")
    return made
