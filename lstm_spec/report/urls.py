"""URLs in words: plain ones, and issues in the short form ``keras#1820``."""

from __future__ import annotations

import re
from collections.abc import Iterator

URL = re.compile(
    r"https?://[^\s<>\"'()\[\]{}]*[^\s<>\"'()\[\]{}.,;:!?]"
    r"|\b(?P<repository>keras-team/keras|tensorflow/tensorflow|keras|tensorflow)#(?P<number>\d+)"
)
REPOSITORY = {"keras": "keras-team/keras", "tensorflow": "tensorflow/tensorflow"}


def split(text: str) -> Iterator[tuple[str, str]]:
    """The text in pieces, each with the URL that it stands for, or with none."""
    end = 0
    for found in URL.finditer(text):
        url = found[0]
        if found["number"]:
            repository = REPOSITORY.get(found["repository"], found["repository"])
            url = f"https://github.com/{repository}/issues/{found['number']}"
        yield text[end : found.start()], ""
        yield found[0], url
        end = found.end()
    yield text[end:], ""
