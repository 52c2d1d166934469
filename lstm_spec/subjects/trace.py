"""What is said between lstm-spec and a subject in another process, written down as it is said.

It is meant for the author of an engine. ``>`` begins a line that was sent to the engine, ``<`` its
answer, ``!`` what happened to it, ``#`` a note, such as which clause follows. Lines are whole, so
that ``sed -n 's/^> //p' FILE | ./my_engine`` says the same to the engine again.
"""

from __future__ import annotations

from pathlib import Path

from lstm_spec.subjects.protocol import VERSION


def begin(path: Path) -> None:
    """Make an empty trace, over whatever was there."""
    path.write_text(
        f"# protocol {VERSION} of lstm-spec. > is sent to the subject, < is its answer, "
        "! is what happened to it\n",
        "utf-8",
    )


class Trace:
    """Appends to a file, line by line; each is there before the next thing happens."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def note(self, text: str) -> None:
        """What follows."""
        self._write("#", text.encode())

    def sent(self, line: bytes) -> None:
        """A request."""
        self._write(">", line)

    def heard(self, line: bytes) -> None:
        """An answer."""
        self._write("<", line)

    def happened(self, text: str) -> None:
        """An end of the subject, or another fault."""
        self._write("!", text.encode("utf-8", "replace"))

    def _write(self, kind: str, line: bytes) -> None:
        self._file.write(kind.encode() + b" " + line.rstrip(b"\n").replace(b"\n", b" | ") + b"\n")
