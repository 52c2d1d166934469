"""Text as it may be shown: control characters as escapes, counts with the right plural."""

from __future__ import annotations

import re
from collections.abc import Iterable

UNSHOWABLE = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but for the tab and the line feed
    "\u2028-\u202e\u2066-\u2069"  # separators, and what changes the direction of writing
    "\ud800-\udfff\ufffe\uffff"  # no characters at all: neither UTF-8 nor XML has them
    "]"
)


def printable(text: str) -> str:
    r"""The text with an escape (``\x1b``) for each character that acts instead of being shown.

    A name or message comes from the subject: an escape sequence in it must not reach the terminal,
    and XML forbids most control characters. Bytes of a file name that are no UTF-8 become
    ``\xff``.
    """
    return UNSHOWABLE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:  # how Python keeps a byte that is no UTF-8
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number with its noun: ``1 clause``, ``2 clauses``, ``2 processes``, ``2 studies``."""
    return f"{number} {singular if number == 1 else plural or _plural(singular)}"


def _plural(noun: str) -> str:
    if noun.endswith(("s", "x", "ch", "sh")):
        return f"{noun}es"
    return re.sub("(?<=[^aeiou])y$", "ie", noun) + "s"


def listed(names: Iterable[str], most: int = 8) -> str:
    """Names with commas between them; of many, the first few and how many are left out."""
    every = list(names)
    if len(every) <= most + 1:
        return ", ".join(every)
    return f"{', '.join(every[:most])} and {len(every) - most} more"
