"""One self-contained file from a template, the style sheet and the script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from lstm_spec.output import targets
from lstm_spec.output.wording import printable
from lstm_spec.report import urls


@dataclass(frozen=True)
class Link:
    """A page of a site in words, and where it lies as seen from the page that links to it."""

    words: str
    file: str
    is_here: bool = False

    @property
    def address(self) -> str:
        """The file, whatever its name, as an address without a scheme."""
        return quote(self.file)


@dataclass(frozen=True)
class Around:
    """The other pages of the site that a page belongs to."""

    pages: Sequence[Link]
    reports: Sequence[Link]
    beside: Sequence[Link] = ()
    """The versions before and after the one that a page is about."""


def fill(template: str, around: Around | None = None, **named: Any) -> str:
    """The page; ``named`` are the names that its template uses.

    ``around`` are the links to the rest of a site, if the page is part of one.

    A policy in the page admits its own script and style by their hashes and nothing else: what
    might slip in with a report could neither run nor ask for anything.
    """
    style, script = asset("page.css"), asset("page.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        templates()
        .get_template(template)
        .render(style=style, script=script, policy=Markup(policy), around=around, **named)
    )


def save(text: str, path: Path) -> None:
    """Write the page. Raises CannotWrite; a half-written file is never left behind."""
    targets.write(text, path)


@cache
def templates() -> Environment:
    """The templates of this package: everything is escaped, and a missing name is an error."""
    found = Environment(
        loader=PackageLoader("lstm_spec.report.html"),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["linked"] = linked
    found.filters["seconds"] = seconds
    return found


def _shown(value: Any) -> Any:
    """Texts with their control characters as escapes; markup of ours stays as it is."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def asset(name: str) -> Markup:
    """A style sheet or script of ours, to be put in as it is."""
    text = (files("lstm_spec.report.html") / "templates" / name).read_text("utf-8")
    return Markup(text.strip())


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def linked(text: str) -> Markup:
    """The text, escaped, with URLs and issues such as keras#1820 as links."""
    link = Markup('<a href="{}" rel="noopener noreferrer">{}</a>')
    return Markup("").join(
        link.format(url, words) if url else escape(words)
        for words, url in urls.split(printable(text))
    )


def seconds(value: float) -> str:
    """A duration as people say it."""
    if value >= 100:
        minutes, rest = divmod(round(value), 60)
        return f"{minutes} min {rest} s"
    if value >= 0.95:
        return f"{value:.1f} s"
    if value >= 0.001:
        return f"{value * 1000:.0f} ms"
    return "under 1 ms" if value else "0 s"
