"""The fenced blocks of README and docs, and what their info strings ask for.

- ``python`` is run, in one namespace with the other blocks of its page;
- ``python file: my_engine.py`` is written to a file, which later blocks use;
- ``pycon`` is run, and its output compared;
- of ``console`` the lines after $ are run, and what stands below is compared;
- ``console exits: 1``: the same, and each command ends with that code;
- ``console only-parsed: WHY`` is only held against the command line parser;
- ``python not-run: WHY`` is not run, for the reason given.
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

KEYWORDS = ("file", "exits", "only-parsed", "not-run")


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
