"""The fenced blocks of README and docs, and what their info strings ask for.

- ``python`` is run, in one namespace with the other blocks of its page;
- ``python inside: lstm_spec.some.module`` is run as if it stood at the end of that file, and the
  clauses that it declares are judged;
- a block with ``file: my_lstm.py`` is written to that file, which later blocks use;
- ``pycon`` is run, and its output compared;
- of ``console`` the lines after $ are run, and what stands below is compared;
- ``console exits: 1``: the same, and each command ends with that code;
- ``console long: WHY`` is run by ``pytest tests/documentation --long`` only; a command that ends
  with another code than 0 says so: ``# exit 1``.

What is yours in the pages (``my_engine``, ``my_module``) lies in ``stand_ins``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "specification").glob("*.md")),
)
RUN = ("python", "pycon", "console")
SHOWN = ("text", "json", "toml", "yaml", "c", "js", "sh")
"""Languages of blocks that nobody runs here."""

KEYWORDS = ("file", "inside", "exits", "long")


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    page: Path
    line: int
    language: str
    keyword: str
    value: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def is_run(self) -> bool:
        """Whether the ordinary tests do something with it."""
        return self.keyword == "file" or (self.language in RUN and self.keyword != "long")

    @property
    def commands(self) -> list[tuple[str, str]]:
        """What stands after each $, and the output that is shown below it."""
        found: list[tuple[str, str]] = []
        for line in re.sub(r"\\\n\s*", "", self.text).splitlines():
            if line.startswith("$ "):
                found.append((line[2:], ""))
            elif found:
                command, output = found[-1]
                found[-1] = (command, f"{output}{line}\n")
        return found


@cache
def blocks(page: Path) -> list[Block]:
    """Every fenced block of a page; those in lists and quotations, too."""
    found = []
    for token in MarkdownIt().parse(page.read_text("utf-8")):
        if token.type == "fence":
            language, _, rest = token.info.strip().partition(" ")
            keyword, _, value = rest.partition(":")
            line = token.map[0] + 1 if token.map else 0
            found.append(Block(page, line, language, keyword.strip(), value.strip(), token.content))
    return found


def inline_commands(page: Path) -> list[str]:
    """Every ``lstm-spec ...`` between backticks in the sentences of a page."""
    found = []
    for token in MarkdownIt().enable("table").parse(page.read_text("utf-8")):
        for child in token.children or []:
            if child.type == "code_inline" and child.content.startswith("lstm-spec "):
                found.append(child.content)
    return found
