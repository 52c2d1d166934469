"""A folder of files that a command writes: checked before its work, written whole or not at all.

The new folder is written beside its place. Then the two change places in one step where the system
can do that (Linux), and in two steps elsewhere, of which the first is undone if the second fails.
A file in the folder lists what was written, so that nothing else in it is ever lost.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import uuid
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from lstm_spec.output.targets import CannotWrite
from lstm_spec.output.wording import listed, printable

LIST = "lstm-spec-files.json"
"""The file with the names of everything that was written."""

AT_FDCWD, EXCHANGE = -100, 2
"""What ``renameat2`` of Linux calls paths from the working directory, and to exchange two."""

NEEDED = os.R_OK | os.W_OK | os.X_OK


def check(folder: Path) -> None:
    """Raise CannotWrite, before any work is done, for a folder that could not be replaced after it.

    It may be new, empty, or one that was written here before. A folder that holds anything else is
    refused, with the names of what it holds.
    """
    try:
        place = folder.resolve()
        if place == place.parent or Path.cwd().is_relative_to(place):
            raise CannotWrite(folder, "the command runs inside it; name a new folder")
        if not place.parent.is_dir():
            raise CannotWrite(
                folder, f"{printable(str(place.parent))} is no folder; make it, or name another"
            )
        if place.exists() and not place.is_dir():
            raise CannotWrite(folder, "it is a file; name a new folder")
        if not os.access(place.parent, NEEDED) or (place.exists() and not os.access(place, NEEDED)):
            raise CannotWrite(folder, "there is no permission to write there")
        if foreign := _foreign(place):
            raise CannotWrite(
                folder,
                f"it holds files that this command did not write ({printable(listed(foreign))}); "
                "name a new folder, or move them elsewhere",
            )
    except (OSError, RuntimeError) as error:
        raise CannotWrite(folder, str(getattr(error, "strerror", "") or error)) from error


def write(texts: Mapping[str, str], folder: Path) -> None:
    """Write every text as UTF-8 under its path in the folder; what else was in it is gone.

    Raises CannotWrite; then the folder is what it was, and nothing is left beside it.
    """
    check(folder)
    place = folder.resolve()
    unfinished = place.with_name(f".lstm-spec-{uuid.uuid4().hex}.part")
    names = json.dumps({"written by": "lstm-spec", "files": sorted(texts)}, indent=1)
    try:
        unfinished.mkdir()
        for name, text in {**texts, LIST: f"{names}\n"}.items():
            path = unfinished / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(text.encode("utf-8", "backslashreplace"))
                file.flush()
                os.fsync(file.fileno())  # only now is it certain that the disk has room for it
        if place.exists():
            shutil.copymode(place, unfinished)
        _take_the_place(unfinished, place)
    except OSError as error:
        raise CannotWrite(folder, error) from error
    finally:
        with suppress(OSError):
            shutil.rmtree(unfinished)


def _foreign(folder: Path) -> list[str]:
    """The files in a folder that are not in its list; all of them where it has none."""
    if not folder.exists():
        return []
    there = {str(one.relative_to(folder)) for one in folder.rglob("*") if not _is_folder(one)}
    try:
        ours = json.loads((folder / LIST).read_text("utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        ours = []
    return sorted(there - {LIST, *map(str, ours)}) if ours else sorted(there)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _take_the_place(new: Path, place: Path) -> None:
    """Put a folder in the place of another, which afterwards lies where the new one was."""
    if not place.exists():
        new.rename(place)
    elif not _exchanged(new, place):
        old = new.with_suffix(".old")
        place.rename(old)
        try:
            new.rename(place)
        except BaseException:
            old.rename(place)
            raise
        old.rename(new)


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the system has made two folders change places; False where it cannot."""
    exchange = getattr(ctypes.CDLL(None), "renameat2", None) if os.name == "posix" else None
    if exchange is None:
        return False
    paths = (os.fsencode(one), os.fsencode(other))
    return bool(exchange(AT_FDCWD, paths[0], AT_FDCWD, paths[1], EXCHANGE) == 0)
