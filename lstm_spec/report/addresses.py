"""Web addresses in words: plain ones, and issues in the short form ``keras#1820``."""

from __future__ import annotations

import re
from collections.abc import Iterator

ADDRESS = re.compile(
    r"https?://[^\s<>\"'()\[\]{}]*[^\s<>\"'()\[\]{}.,;:!?]"
    r"|\b(?P<repository>keras-team/keras|tensorflow/tensorflow|keras|tensorflow)#(?P<number>\d+)"
)
REPOSITORY = {"keras": "keras-team/keras", "tensorflow": "tensorflow/tensorflow"}


def split(text: str) -> Iterator[tuple[str, str]]:
    """The text in pieces, each with the address that it stands for, or with none."""
    end = 0
    for found in ADDRESS.finditer(text):
        address = found[0]
        if found["number"]:
            repository = REPOSITORY.get(found["repository"], found["repository"])
            address = f"https://github.com/{repository}/issues/{found['number']}"
        yield text[end : found.start()], ""
        yield found[0], address
        end = found.end()
    yield text[end:], ""
