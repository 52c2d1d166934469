"""Consoles that show no control characters, and say what happened when they cannot be written.

``rich`` writes to a ``Stream``, which hands everything to ``sys.stdout`` or ``sys.stderr``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Literal, TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from lstm_spec.output.targets import CannotWrite
from lstm_spec.output.wording import printable

PIPE_CLOSED = 141
"""The exit code of a program that a closed pipe has ended, as shells report it (128 + SIGPIPE)."""


class PipeClosed(SystemExit):
    """Whoever read standard output has ended, as ``head`` does; there is nobody to tell it to."""

    def __init__(self) -> None:
        super().__init__(PIPE_CLOSED)


class Terminal(Console):
    """A console in which control characters of other people's texts are shown as escapes."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """What is to be shown, in segments; those that move the cursor stay as they are."""
        for one in super().render(renderable, options):
            yield one if one.control else Segment(printable(one.text), one.style)


class Stream:
    """Standard output or standard error, whichever they are at the moment of writing.

    Of standard output, a failure is raised: ``PipeClosed`` or ``CannotWrite``. Standard error only
    shows progress and messages, so a run goes on without it.
    """

    def __init__(self, name: Literal["stdout", "stderr"]) -> None:
        self.name = name

    @property
    def _file(self) -> TextIO | None:
        """The stream itself, not what ``rich`` puts in its place while a bar moves."""
        file = getattr(sys, self.name)
        found: TextIO | None = getattr(file, "rich_proxied_file", file)
        return found

    @property
    def encoding(self) -> str:
        """How characters are encoded there."""
        return getattr(self._file, "encoding", None) or "utf-8"

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._file is not None and self._file.isatty()

    def fileno(self) -> int:
        """Its descriptor. Raises OSError where it has none."""
        if self._file is None:
            raise OSError(f"{self.name} is closed")
        return self._file.fileno()

    def write(self, text: str) -> int:
        """Write; characters that the encoding does not have become escapes."""
        file = self._file
        if file is None:
            return len(text)
        try:
            return file.write(text)
        except UnicodeEncodeError:
            known = text.encode(self.encoding, "backslashreplace").decode(self.encoding)
            return self.write(known)
        except OSError as error:
            self._give_up(error)
        return len(text)

    def flush(self) -> None:
        """Write what is still kept back."""
        try:
            if self._file is not None:
                self._file.flush()
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        """Nothing more is written there, also not by Python at its end; then say what happened."""
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
        if self.name == "stderr":
            return
        if isinstance(error, BrokenPipeError):
            raise PipeClosed from error
        raise CannotWrite("standard output", error) from error


def terminal(name: Literal["stdout", "stderr"], **how: Any) -> Terminal:
    """A console on standard output or standard error."""
    stream: Any = Stream(name)
    return Terminal(file=stream, stderr=name == "stderr", **how)
