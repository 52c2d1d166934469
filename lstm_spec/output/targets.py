"""Files that a command writes: checked before its work, and written whole or not at all.

A regular file is written beside its place and then put there in one step. Everything else (a
device, a pipe, standard output) is written through, and a symbolic link is followed.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import uuid
from contextlib import suppress
from pathlib import Path

from lstm_spec.output.wording import printable


class CannotWrite(ValueError):
    """Something cannot be written; the message has its path and the reason."""

    def __init__(self, path: Path | str, reason: OSError | str) -> None:
        if isinstance(reason, OSError):
            reason = reason.strerror or str(reason)
        super().__init__(f"cannot write {printable(str(path))}: {reason}")


def check(*paths: Path | None) -> None:
    """Raise CannotWrite, before any work is done, for a path that could not be written after it.

    None stands for a file that was not asked for. Two paths to one regular file are refused too:
    the second would replace the first.
    """
    asked = [path for path in paths if path is not None]
    for path in asked:
        _check(path)
    files: dict[Path, Path] = {}
    for path in asked:
        if not _is_written_through(path):
            other = files.setdefault(path.resolve(), path)
            if other is not path:
                raise CannotWrite(path, f"{other} is the same file, and was given for another form")


def _check(path: Path) -> None:
    try:
        if not path.name or path.is_dir():
            raise CannotWrite(path, "it is a folder; name a file in it")
        folder = path.resolve().parent
        if not folder.exists():
            raise CannotWrite(path, f"the folder does not exist: {printable(str(folder))}")
        if not folder.is_dir():
            raise CannotWrite(path, f"{printable(str(folder))} is a file, not a folder")
        is_there = _status(path) is not None
        if _is_written_through(path) or (is_there and not os.access(folder, os.W_OK)):
            allowed = os.access(path, os.W_OK)
        else:
            allowed = os.access(folder, os.W_OK)
    except (OSError, RuntimeError) as error:
        raise _told(path, error) from error
    if not allowed:
        raise CannotWrite(path, "there is no permission to write there")


def is_standard_output(path: Path | None) -> bool:
    """Whether the path leads to where this process prints."""
    return path is not None and _standard_stream(path) == 1


def write(text: str, path: Path) -> None:
    """Write a whole text as UTF-8; what is no Unicode in it becomes an escape.

    Raises CannotWrite with the path; then a regular file is what it was, and nothing is left
    beside it.
    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        if (stream := _standard_stream(path)) is not None:
            (sys.stdout if stream == 1 else sys.stderr).flush()
            with os.fdopen(os.dup(stream), "wb") as file:
                file.write(data)
        elif _is_written_through(path) or not os.access(path.resolve().parent, os.W_OK):
            with path.open("wb") as file:
                file.write(data)
        else:
            _replace(path.resolve(), data)
    except (OSError, RuntimeError) as error:
        raise _told(path, error) from error


def _told(path: Path, error: OSError | RuntimeError) -> CannotWrite:
    """The error with its path; ``pathlib`` has a RuntimeError for links that lead in a circle."""
    return CannotWrite(path, error if isinstance(error, OSError) else os.strerror(errno.ELOOP))


def _replace(path: Path, data: bytes) -> None:
    """Put a new file in the place of the old one, with the old one's permissions."""
    unfinished = path.with_name(f".lstm-spec-{uuid.uuid4().hex}.part")
    try:
        with unfinished.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # only now is it certain that the disk has room for it
        if (old := _status(path)) is not None:
            unfinished.chmod(stat.S_IMODE(old.st_mode))
        unfinished.replace(path)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise


def _status(path: Path) -> os.stat_result | None:
    """What the path leads to, through symbolic links; None if nothing is there yet."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _is_written_through(path: Path) -> bool:
    """Whether there is a device, a pipe or a socket, which must not be replaced by a file."""
    status = _status(path)
    return status is not None and not stat.S_ISREG(status.st_mode)


def _standard_stream(path: Path) -> int | None:
    """1 or 2 where the path leads to the same thing as standard output or standard error.

    It is written through the open descriptor: opened anew, a file would be emptied.
    """
    there = _status(path)
    for number in (1, 2):
        try:
            here = os.fstat(number)
        except OSError:  # closed
            continue
        if there is not None and os.path.samestat(there, here):
            return number
    return None
